"""Mail of addresses that nobody is known by: a colleague says whose they are, or that it is not
for here. Nobody becomes a person by having written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.choices import Source
from contacts.models import Contact
from contacts.services.addresses import EmailEntry
from contacts.services.contacts import lists_of, locked_contact, update_contact
from core import audit
from core.errors import DomainError
from core.models import User
from integrations.models import Correspondent, FiledMail, ReceivedMail
from integrations.services.filing import file_with, forget_what_was_said
from relationships.services.moments import take_back_interaction

State = Correspondent.State


class TriageRefused(DomainError):
    code = "triage_refused"


@dataclass(frozen=True)
class Placed:
    """What was done, by primary keys, so that it can be undone."""

    contact_id: int
    rows: list[int]
    interactions: list[int]
    gave_address: bool


@transaction.atomic
def place_with(*, correspondent: Correspondent, contact: Contact, actor: User) -> Placed:
    """The address is the contact's: it becomes one of theirs, and all that waits with it is filed.
    Without an address it is about this one mail.
    """
    rows = _same(correspondent, State.WAITING)
    if not rows:
        raise TriageRefused(_("This mail has been dealt with."))
    current = locked_contact(contact)
    if not current.is_active:
        raise TriageRefused(_("This person was put aside. Bring them back first."))
    gave = bool(correspondent.address) and _give_address(current, correspondent.address, actor)
    logged = [
        file_with(correspondent=row, mail=row.mail, contact=current, actor=actor) for row in rows
    ]
    audit.record(actor=actor, action="integrations.mail_placed", target=current, mails=len(rows))
    forget_what_was_said([row.mail_id for row in rows])
    return Placed(
        contact_id=current.pk,
        rows=[row.pk for row in rows],
        interactions=[row.pk for row in logged if row is not None],
        gave_address=gave,
    )


@transaction.atomic
def undo_placing(*, placed: Placed, actor: User) -> int:
    """It was somebody else: address and contact moments are taken back, and the mail waits again,
    with what it says as the moments have it. Says how many mails it was.
    """
    contact = locked_contact(Contact.objects.get(pk=placed.contact_id))
    rows = list(
        Correspondent.objects.select_for_update(of=("self",))
        .filter(pk__in=placed.rows, colleague=actor, state=State.FILED, contact=contact)
        .select_related("mail")
        .order_by("pk")
    )
    if not rows:
        raise TriageRefused(_("This was undone already, or is too long ago."))
    if placed.gave_address:
        _take_address(contact, rows[0].address, actor)
    for row in rows:
        _unfile(row, contact, placed.interactions, actor)
    audit.record(actor=actor, action="integrations.mail_unplaced", target=contact, mails=len(rows))
    return len(rows)


@transaction.atomic
def set_aside(*, correspondent: Correspondent, actor: User) -> int:
    """Not for here. It is deleted when its days are over, and can be taken back until then."""
    return _change(correspondent, actor, State.WAITING, State.SET_ASIDE, "mail_set_aside")


@transaction.atomic
def take_back(*, correspondent: Correspondent, actor: User) -> int:
    return _change(correspondent, actor, State.SET_ASIDE, State.WAITING, "mail_taken_back")


def forget_old_mails(*, now: datetime) -> int:
    """Delete what came in more than ``CAPTURE_KEEP_DAYS`` ago, filed or not; say how many."""
    until = now - timedelta(days=settings.CAPTURE_KEEP_DAYS)
    _rows, per_model = ReceivedMail.objects.filter(created_at__lt=until).delete()
    return per_model.get("integrations.ReceivedMail", 0)


def _change(correspondent: Correspondent, actor: User, was: str, becomes: str, act: str) -> int:
    rows = _same(correspondent, was)
    if rows:
        Correspondent.objects.filter(pk__in=[row.pk for row in rows]).update(state=becomes)
        audit.record(actor=actor, action=f"integrations.{act}", target=actor, mails=len(rows))
    return len(rows)


def _same(correspondent: Correspondent, state: str) -> Sequence[Correspondent]:
    """All of the colleague's with this address, nobody else's to change; the oldest mail first."""
    rows = Correspondent.objects.select_for_update(of=("self",)).filter(
        colleague=correspondent.colleague_id, state=state
    )
    if correspondent.address:
        rows = rows.filter(address=correspondent.address)
    else:
        rows = rows.filter(pk=correspondent.pk)
    return list(rows.select_related("mail").order_by("mail__sent_at", "pk"))


def _give_address(contact: Contact, address: str, actor: User) -> bool:
    """As a further one, never the first in place of what is there. Says whether it was new."""
    emails = lists_of(contact)["emails"]
    if address in {one.address.lower() for one in emails}:
        return False
    update_contact(
        contact=contact,
        actor=actor,
        emails=[*emails, EmailEntry(address)],
        source=Source.MANUAL,
    )
    return True


def _take_address(contact: Contact, address: str, actor: User) -> None:
    emails = lists_of(contact)["emails"]
    kept = [one for one in emails if one.address.lower() != address]
    update_contact(contact=contact, actor=actor, emails=kept, source=Source.MANUAL)


def _unfile(row: Correspondent, contact: Contact, interactions: list[int], actor: User) -> None:
    filed = FiledMail.objects.filter(
        contact=contact, letter_key=row.mail.letter_key, interaction__in=interactions
    ).select_related("interaction")
    for one in filed:
        if one.interaction is not None:
            row.mail.subject, row.mail.text = one.interaction.summary, one.interaction.body
            row.mail.save(update_fields=["subject", "text", "updated_at"])
            take_back_interaction(interaction=one.interaction, actor=actor)
        one.delete()
    row.state, row.contact = State.WAITING, None
    row.save(update_fields=["state", "contact", "updated_at"])
