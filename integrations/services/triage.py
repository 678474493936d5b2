"""Mail of addresses that nobody is known by: a colleague says whose they are, or that it is not
for here. Nobody becomes a person by having written.
"""

from collections.abc import Sequence
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
from integrations.models import Correspondent, ReceivedMail
from integrations.services.filing import file_with, forget_what_was_said

State = Correspondent.State


class TriageRefused(DomainError):
    code = "triage_refused"


@transaction.atomic
def place_with(*, correspondent: Correspondent, contact: Contact, actor: User) -> int:
    """The address is the contact's: it becomes one of theirs, and all that waits with it is filed.
    Says how many mails it was. Without an address it is about this one mail.
    """
    rows = _same(correspondent, State.WAITING)
    if not rows:
        raise TriageRefused(_("This mail has been dealt with."))
    current = locked_contact(contact)
    if not current.is_active:
        raise TriageRefused(_("This person was put aside. Bring them back first."))
    if correspondent.address:
        _give_address(current, correspondent.address, actor)
    # Whoever is told of the new address may have filed them by now.
    for row in rows:
        file_with(correspondent=row, mail=row.mail, contact=current, actor=actor)
    audit.record(actor=actor, action="integrations.mail_placed", target=current, mails=len(rows))
    forget_what_was_said([row.mail_id for row in rows])
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


def _give_address(contact: Contact, address: str, actor: User) -> None:
    """As a further one, never the first in place of what is there."""
    emails = lists_of(contact)["emails"]
    if address not in {one.address.lower() for one in emails}:
        update_contact(
            contact=contact,
            actor=actor,
            emails=[*emails, EmailEntry(address)],
            source=Source.MANUAL,
        )
