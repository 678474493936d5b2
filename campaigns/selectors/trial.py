"""A mail as one person would get it: for the eye of who writes it, before anything is saved."""

import uuid
from dataclasses import dataclass

from campaigns.merge_tags import MergeTagRefused, Person, Text, parse
from campaigns.messages.encoding import one_line
from campaigns.messages.prepared import html_of
from campaigns.models import Campaign
from campaigns.selectors.audience import audience
from campaigns.selectors.letters import person_for, recipients_of
from contacts.models import Contact
from core.models import User

CHOICES = 12
# The link in a trial leads nowhere: nobody is to unsubscribe somebody by trying it.
_NOBODY = uuid.UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """``missing`` names the tags that have no value for this person: the mail would not leave."""

    contact: Contact
    language: str
    sender: str
    subject: str
    html: str
    missing: list[str]
    refusal: str = ""


def trial_people(campaign: Campaign, user: User) -> list[Contact]:
    """Some people of the audience to try a mail on; anyone whom ``user`` may see if it has none."""
    found = list(audience(campaign.audience, user).in_name_order()[:CHOICES])
    return found or list(Contact.objects.visible_to(user).active().in_name_order()[:CHOICES])


def trial(
    *,
    campaign: Campaign,
    contact: Contact,
    subject: dict[str, str],
    body: dict[str, str],
    language: str = "",
) -> Trial | None:
    """In the person's language, or the one asked for. None while there is no text in it."""
    language = language or contact.language
    if not subject.get(language) and not body.get(language):
        return None
    person = person_for(recipients_of([contact.pk])[contact.pk], campaign.owner, _NOBODY)
    try:
        title, text = parse(subject.get(language, "")), parse(body.get(language, "").strip())
    except MergeTagRefused as refusal:
        return _trial(campaign, contact, language, refusal=str(refusal))
    missing = [*_missing(title, person), *_missing(text, person)]
    return _trial(
        campaign,
        contact,
        language,
        subject=one_line(title.fill(person)),
        html=html_of(text, person),
        missing=list(dict.fromkeys(missing)),
    )


def _trial(
    campaign: Campaign,
    contact: Contact,
    language: str,
    *,
    subject: str = "",
    html: str = "",
    missing: list[str] | None = None,
    refusal: str = "",
) -> Trial:
    return Trial(
        contact=contact,
        language=language,
        sender=campaign.owner.name or campaign.owner.email,
        subject=subject,
        html=html,
        missing=missing or [],
        refusal=refusal,
    )


def _missing(text: Text, person: Person) -> list[str]:
    return [str(slot.tag.label) for slot in text.slots if not slot.value_for(person)]
