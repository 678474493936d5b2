"""Tasks for those who look after a person one of whose documents expires."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import override

from contacts.events import DocumentExpires
from contacts.models import Contact
from core.models import User
from relationships.models import FollowUp
from relationships.selectors.colleagues import owners_of
from relationships.services.follow_ups import NewFollowUp, create_follow_ups


def remind_owners(*, events: Sequence[DocumentExpires]) -> list[FollowUp]:
    """A task by the day of expiry, for the owner of the person's newest open relationship; without
    an owner, for nobody yet. Asked again with the same events, it makes none twice.
    """
    owners = owners_of([event.contact_id for event in events])
    new = [
        NewFollowUp(
            contact=Contact(pk=event.contact_id),
            title=_title(event, owners.get(event.contact_id)),
            due_on=date.fromisoformat(event.expires_on),
            assignee=owners.get(event.contact_id),
        )
        for event in events
    ]
    held = set(
        FollowUp.objects.filter(contact__in=[one.contact.pk for one in new]).values_list(
            "contact_id", "title", "due_on"
        )
    )
    fresh = [one for one in new if (one.contact.pk, one.title, one.due_on) not in held]
    return create_follow_ups(new=fresh, actor=None)


def _title(event: DocumentExpires, owner: User | None) -> str:
    """In the language of whoever is to do it."""
    with override(owner.language if owner else None):
        return (_("“%(title)s” expires: ask for a newer one") % {"title": event.title})[:200]
