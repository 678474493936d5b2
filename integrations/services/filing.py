"""From mail that came in to contact moments: once per person and letter, whoever sends it.

A worker that dies leaves the row to the next one; what it wrote was one transaction.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from contacts.models import Contact, EmailAddress
from core import events
from core.models import User
from integrations.events import MailFiled
from integrations.letters.reading import Letter, Mailbox, read, without_forward_marks
from integrations.models import Correspondent, FiledMail, ReceivedMail
from integrations.selectors.known import (
    colleagues_addresses,
    forgotten_addresses,
    is_filing_address,
    people_by_address,
)
from integrations.selectors.waiting import LOG, UNREADABLE
from relationships.choices import Channel, Direction, Party
from relationships.models import Interaction
from relationships.services.interactions import Moment, log_interactions
from relationships.services.ownership import Act, turn_to

AT_ONCE = 20
LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=30)
# A letter says when it was sent; before this it is a clock that was never set.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

logger = logging.getLogger(__name__)
State = Correspondent.State


@dataclass(frozen=True)
class Told:
    """The letter that a mail brings, and with whom it is: ``(mailbox, direction)``."""

    letter: Letter
    people: list[tuple[Mailbox, Direction]]


def file_waiting(*, now: datetime | None = None) -> int:
    """Read and file what waits. Says how many mails it was."""
    at = now or timezone.now()
    ReceivedMail.objects.release_expired(at)
    mails = ReceivedMail.objects.defer("raw").claim(now=at, limit=AT_ONCE, lease=LEASE)
    for mail in mails:
        try:
            file_mail(mail=mail, now=at)
        except Exception:
            logger.exception("Mail %s could not be filed", mail.pk)
            _try_later(mail, at)
    return len(mails)


@transaction.atomic
def file_mail(*, mail: ReceivedMail, now: datetime) -> None:
    """Read one that this worker holds, and file it on whom it is with."""
    colleague = User.objects.get(pk=mail.colleague_id)
    # Whoever gives somebody an address now waits for us, or we for them (``look_again``).
    locked = ReceivedMail.objects.select_for_update().get(pk=mail.pk)
    if locked.raw:
        _write_down(mail, _told(read(bytes(locked.raw)), colleague), colleague)
    place(mail=mail, colleague=colleague)
    mail.finish()
    forget_what_was_said([mail.pk])


def place(*, mail: ReceivedMail, colleague: User) -> None:
    """File it on each who waits in it and is now known: by one person whom the colleague may see,
    who is not put aside, and with whom they may log contact.
    """
    waiting = list(mail.correspondents.waiting().exclude(address=""))
    known = people_by_address(colleague, [one.address for one in waiting])
    found = []
    for one in waiting:
        fit = [person for person in known.get(one.address, []) if person.is_active]
        if len(fit) == 1 and colleague.has_perm(LOG, fit[0]):
            found.append((fit[0], one))
    # In one order, whoever else is at it: two who lock the same people wait, and do not clasp.
    for person, one in sorted(found, key=lambda pair: pair[0].pk):
        file_with(correspondent=one, mail=mail, contact=person, actor=colleague)


@transaction.atomic
def file_with(
    *, correspondent: Correspondent, mail: ReceivedMail, contact: Contact, actor: User
) -> Interaction | None:
    """Put the mail on the contact's timeline, unless the letter stands there already."""
    Contact.objects.select_for_update().get(pk=contact.pk)
    correspondent.state, correspondent.contact = State.FILED, contact
    correspondent.save(update_fields=["state", "contact", "updated_at"])
    if FiledMail.objects.filter(contact=contact, letter_key=mail.letter_key).exists():
        return None
    if correspondent.direction == Direction.OUTBOUND and not mail.is_automated:
        # It was sent: what is left is to tell the colleague who holds them.
        turn_to(contact=contact, actor=actor, act=Act.MAIL, reason=_why(actor))
    moment = Moment(
        contact=contact,
        channel=Channel.EMAIL,
        direction=correspondent.direction,
        initiated_by=_who_began(mail, contact, correspondent.direction),
        happened_at=mail.sent_at,
        summary=mail.subject,
        body=mail.text,
        is_automated=mail.is_automated,
    )
    logged = log_interactions(moments=[moment], actor=actor)[0]
    FiledMail.objects.create(contact=contact, letter_key=mail.letter_key, interaction=logged)
    events.publish(MailFiled(contact_id=contact.pk, interaction_id=logged.pk, actor_id=actor.pk))
    return logged


@transaction.atomic
def look_again(*, contact_ids: Collection[int] | None = None, now: datetime | None = None) -> int:
    """Have mail filed that waits with an address of these people, or of anybody; say how much."""
    waiting = Correspondent.objects.waiting()
    if not waiting.exists():
        return 0
    rows = EmailAddress.objects.annotate(lower=Lower("address"))
    theirs = rows if contact_ids is None else rows.filter(contact__in=contact_ids)
    known = waiting.filter(address__in=theirs.values("lower"))
    mails = ReceivedMail.objects.filter(pk__in=known.values("mail")).order_by("pk")
    # One that a worker has in its hands is waited for: what it looked at was before this.
    pks = list(mails.select_for_update().values_list("pk", flat=True))
    return ReceivedMail.objects.filter(pk__in=pks, queue_state=ReceivedMail.QueueState.DONE).update(
        queue_state=ReceivedMail.QueueState.WAITING, due_at=now or timezone.now()
    )


def forget_what_was_said(mail_ids: Collection[int]) -> None:
    """Of mails in which nobody waits any more, and nothing could be taken back."""
    open_ids = Correspondent.objects.filter(
        mail__in=mail_ids, state__in=(State.WAITING, State.SET_ASIDE)
    ).values("mail")
    done = ReceivedMail.objects.filter(
        pk__in=mail_ids, queue_state=ReceivedMail.QueueState.DONE
    ).exclude(pk__in=open_ids)
    done.exclude(outcome=UNREADABLE).update(raw=b"", subject="", text="")


def _told(letter: Letter, colleague: User) -> Told:
    """Who wrote to whom. What a colleague writes goes to all whom they name; where they name
    nobody, they pass on a letter of somebody else.
    """
    inner: Letter | None = letter
    while inner is not None:
        told = _told_as_it_is(inner, colleague)
        if told.people:
            return told
        inner = inner.forwarded
    direction = Direction.OUTBOUND
    if letter.sender is None or not _ours([letter.sender]):
        direction = Direction.INBOUND
    return Told(letter.forwarded or letter, [(Mailbox(address=""), direction)])


def _told_as_it_is(letter: Letter, colleague: User) -> Told:
    if letter.sender is None:
        return Told(letter, [])
    if not _ours([letter.sender]):
        return Told(letter, [(letter.sender, Direction.INBOUND)])
    named = [
        one
        for one in letter.recipients
        if not is_filing_address(one.address) and one.address != colleague.email.lower()
    ]
    own = _ours(named)
    known = people_by_address(colleague, own) if own else {}
    people = [one for one in named if one.address not in own or one.address in known]
    is_passed_on = letter.forwarded is not None and all(one.address in own for one in people)
    return Told(letter, [] if is_passed_on else [(one, Direction.OUTBOUND) for one in people])


def _ours(mailboxes: Sequence[Mailbox]) -> set[str]:
    return colleagues_addresses([one.address for one in mailboxes]) if mailboxes else set()


def _write_down(mail: ReceivedMail, told: Told, colleague: User) -> None:
    """Once: another try finds it done. Whoever asked to be forgotten is not written down."""
    letter = told.letter
    mail.raw = b""
    mail.letter_key = letter.key
    mail.thread = list(letter.thread)
    mail.sent_at = _clamped(letter.sent_at, mail.created_at)
    mail.is_automated = mail.is_automated or letter.is_automated
    mail.subject = without_forward_marks(letter.subject) or letter.subject
    mail.text = _text(letter, colleague.language)
    mail.save(
        update_fields=[
            *("raw", "letter_key", "thread", "sent_at", "is_automated", "subject", "text"),
            "updated_at",
        ]
    )
    addresses = [mailbox.address for mailbox, _direction in told.people if mailbox.address]
    gone = forgotten_addresses(addresses)
    gone -= people_by_address(colleague, gone).keys() if gone else set()
    Correspondent.objects.bulk_create(
        (
            Correspondent(
                mail=mail,
                colleague_id=mail.colleague_id,
                address=mailbox.address,
                name=mailbox.name,
                direction=direction,
            )
            for mailbox, direction in told.people
            if mailbox.address not in gone
        ),
        ignore_conflicts=True,
    )


def _clamped(sent_at: datetime | None, received_at: datetime) -> datetime:
    """When it was sent, by the clock of its sender, where that can be."""
    if sent_at is None or sent_at < EARLIEST:
        return received_at
    return min(sent_at, received_at)


def _text(letter: Letter, language: str) -> str:
    """With what the colleague wrote who passed it on, and the names of what came with it."""
    said = [letter.text]
    with translation.override(language):
        if letter.comment:
            said.append(_("Written when it was passed on: %(text)s") % {"text": letter.comment})
        if letter.attachments:
            names = {"files": ", ".join(letter.attachments)}
            said.append(_("Attached to the mail, and not kept here: %(files)s") % names)
    return "\n\n".join(said).strip()


def _who_began(mail: ReceivedMail, contact: Contact, direction: str) -> str:
    """Whoever began the thread, as far as we know it; an answer of ours is to what they asked."""
    if direction == Direction.INBOUND or not mail.thread:
        return Party.THEM if direction == Direction.INBOUND else Party.US
    earlier = FiledMail.objects.filter(
        contact=contact, letter_key__in=mail.thread, interaction__isnull=False
    ).select_related("interaction")
    first = earlier.order_by("interaction__happened_at", "pk").first()
    if first is None or first.interaction is None:
        return Party.THEM
    return first.interaction.initiated_by


def _why(actor: User) -> str:
    with translation.override(actor.language):
        return _("Mailed them; the mail was filed from their mailbox")


def _try_later(mail: ReceivedMail, now: datetime) -> None:
    if mail.attempts >= MAX_ATTEMPTS:
        mail.finish(outcome=UNREADABLE)
    else:
        mail.put_back(due_at=now + FIRST_PAUSE * 2 ** (mail.attempts - 1))
