"""What goes to whom: the batch's people read in sets, the step's mail filled in for each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from campaigns import links
from campaigns.channels import Letter
from campaigns.choices import Reason
from campaigns.merge_tags import Person
from campaigns.messages.encoding import mailbox, sendable
from campaigns.messages.prepared import MissingValue, PreparedMessage, Sender, moment, prepare
from campaigns.models import Campaign, Step, Touchpoint
from contacts import names
from contacts.models import Contact
from contacts.selectors.consent import Standing, contactable
from core.models import User
from relationships.selectors.promises import holding_mail


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a mail to one contact needs to know of them."""

    given_name: str
    family_name: str
    full_name: str
    organisation: str
    position: str
    city: str
    language: str


class Letters:
    """Makes the letters of one batch. Consent, addresses and texts are read once, here and now."""

    def __init__(self, touchpoints: Collection[Touchpoint], *, now: datetime) -> None:
        self._moment = moment(now)
        self._steps = steps_of(touchpoints)
        self._recipients = recipients_of({row.contact_id for row in touchpoints})
        self._standings = self._standings_of(touchpoints, now)
        self._waiting_for_us = holding_mail(set(self._recipients), today=timezone.localdate(now))
        self._prepared: dict[tuple[int, str], PreparedMessage | None] = {}
        self._from = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        self._host = message_id_host()

    def step_of(self, touchpoint: Touchpoint) -> Step:
        return self._steps[touchpoint.step_id]

    def reason_against(self, touchpoint: Touchpoint) -> str:
        """Why this person is not written to after all; empty when they may be."""
        standing = self._standing(touchpoint)
        return str(standing.reason) if standing.reason else ""

    def is_held(self, touchpoint: Touchpoint) -> bool:
        """Whether we have not kept our word to them: no machine writes before we have."""
        return touchpoint.contact_id in self._waiting_for_us

    def person_of(self, touchpoint: Touchpoint) -> Person:
        """With empty values when the contact is gone from under the batch."""
        recipient = self._recipients.get(touchpoint.contact_id, _NOBODY)
        owner = self.step_of(touchpoint).campaign.owner
        return person_for(recipient, owner, touchpoint.uid)

    def letter_for(self, touchpoint: Touchpoint) -> Letter | Reason:
        """The whole message, or why there is none for this person."""
        recipient = self._recipients.get(touchpoint.contact_id, _NOBODY)
        prepared = self._prepared_for(self.step_of(touchpoint), recipient.language)
        if prepared is None:
            return Reason.NO_TEXT
        address = sendable(self._standing(touchpoint).address)
        if not address:
            return Reason.NO_ADDRESS
        try:
            content = prepared.render(
                self.person_of(touchpoint),
                to=mailbox(recipient.full_name, address),
                message_id=f"{touchpoint.uid}@{self._host}",
                moment=self._moment,
            )
        except MissingValue:
            return Reason.MISSING_VALUE
        return Letter(touchpoint_id=touchpoint.pk, recipient=address, content=content)

    def _standing(self, touchpoint: Touchpoint) -> Standing:
        purpose = self.step_of(touchpoint).campaign.purpose
        return self._standings[purpose][touchpoint.contact_id]

    def _standings_of(
        self, touchpoints: Iterable[Touchpoint], now: datetime
    ) -> dict[str, dict[int, Standing]]:
        by_purpose: dict[str, set[int]] = {}
        for row in touchpoints:
            by_purpose.setdefault(self.step_of(row).campaign.purpose, set()).add(row.contact_id)
        return {
            purpose: contactable(ids, purpose=purpose, now=now)
            for purpose, ids in by_purpose.items()
        }

    def _prepared_for(self, step: Step, language: str) -> PreparedMessage | None:
        key = step.pk, language
        if key not in self._prepared:
            self._prepared[key] = prepared_step(step, language, self._from)
        return self._prepared[key]


def steps_of(touchpoints: Iterable[Touchpoint]) -> dict[int, Step]:
    return Step.objects.select_related("campaign__owner").in_bulk(
        {row.step_id for row in touchpoints}
    )


def prepared_step(step: Step, language: str, from_address: str = "") -> PreparedMessage | None:
    """The step's mail in that language, ready to be filled; None when it has no such text."""
    subject, body = step.subject.get(language, ""), step.body.get(language, "")
    if not subject or not body:
        return None
    return prepare(
        subject=subject,
        body=body,
        language=language,
        purpose=step.campaign.purpose,
        sender=sender_of(step.campaign, from_address),
    )


def sender_of(campaign: Campaign, from_address: str = "") -> Sender:
    from_address = from_address or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return Sender(
        name=campaign.owner.name,
        from_address=from_address,
        reply_to=sendable(campaign.owner.email) or from_address,
    )


def recipients_of(contact_ids: Collection[int]) -> dict[int, Recipient]:
    rows = Contact.objects.filter(pk__in=contact_ids).values_list(
        "pk",
        "given_name",
        "preferred_name",
        "infix",
        "family_name",
        "native_name",
        "organisation_name",
        "headline",
        "city",
        "language",
    )
    return {pk: _recipient(*values) for pk, *values in rows}


def person_for(recipient: Recipient, owner: User, touchpoint_uid: UUID) -> Person:
    return Person(
        given_name=recipient.given_name,
        family_name=recipient.family_name,
        full_name=recipient.full_name,
        organisation=recipient.organisation,
        position=recipient.position,
        city=recipient.city,
        sender_name=owner.name or owner.email,
        sender_email=owner.email,
        unsubscribe_url=links.preferences_url(touchpoint_uid),
        profile_url=links.profile_url(touchpoint_uid),
    )


def message_id_host() -> str:
    """The right side of our message ids: the host that people know us by."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def _recipient(
    given: str,
    preferred: str,
    infix: str,
    family: str,
    native: str,
    organisation: str,
    position: str,
    city: str,
    language: str,
) -> Recipient:
    full = names.full_name(given=given, infix=infix, family=family, preferred=preferred)
    return Recipient(
        given_name=preferred or given,
        family_name=" ".join(part for part in (infix, family) if part),
        full_name=full or native,
        organisation=organisation,
        position=position,
        city=city,
        language=language,
    )


_NOBODY = Recipient("", "", "", "", "", "", "en")
