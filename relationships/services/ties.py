"""Ties: who knows whom. Written down, put right, ended, taken out; and each of these undone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact, Organisation
from core import audit, events
from core.errors import DomainError
from core.models import User
from relationships.events import TieAdded, TieChanged, TieRemoved
from relationships.models import Tie, TieKind
from relationships.services.cadence import refuse_unless_seen

Among = TieKind.Among
Target = Contact | Organisation | User
CHANGEABLE = ("since", "is_since_year", "until", "is_until_year", "detail", "source")
# So long a tie that was taken out can be put back.
KEPT_FOR = timedelta(days=30)
BATCH = 1000


class TieRefused(DomainError):
    code = "tie_refused"


@transaction.atomic
def add_tie(
    *,
    contact: Contact,
    actor: User | None,
    kind: TieKind,
    target: Target,
    is_inverse: bool = False,
    **details: Any,
) -> Tie:
    """``contact`` is ``kind`` of ``target``; with ``is_inverse`` the target is, of the contact.

    ``details``: of ``CHANGEABLE``. A tie of that kind between the two that still holds is refused.
    """
    tie = Tie(kind=kind, contact=contact, author=actor, **details)
    setattr(tie, _end_of(kind, target), target)
    if isinstance(target, Contact):
        _refuse_unless_known(target, actor)
        if is_inverse:
            tie.contact, tie.other = target, contact
    elif isinstance(target, User):
        refuse_unless_seen(contact.pk, target)
    _lock_ends(tie)
    if kind.retired_at is not None:
        raise TieRefused(_("This kind of tie is no longer in use."))
    _check(tie)
    tie.save()
    audit.record(
        actor=actor, action="relationships.tie_added", target=contact, tie=tie.pk, kind=kind.key
    )
    _tell(TieAdded, tie, actor)
    return tie


@transaction.atomic
def change_tie(*, tie: Tie, actor: User | None, **fields: Any) -> Tie:
    """Change what is named, of ``CHANGEABLE``. Nothing is told when nothing differs."""
    unknown = fields.keys() - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"ties have no field {', '.join(sorted(unknown))} to write")
    current = _lock(tie)
    if "detail" in fields:
        fields["detail"] = _line(fields["detail"])
    changed = sorted(name for name, value in fields.items() if getattr(current, name) != value)
    if not changed:
        return current
    for name in changed:
        setattr(current, name, fields[name])
    _check(current)
    current.save(update_fields=[*changed, "updated_at"])
    audit.record(
        actor=actor,
        action="relationships.tie_changed",
        target=current.contact,
        tie=current.pk,
        fields=changed,
    )
    _tell(TieChanged, current, actor, fields=changed)
    return current


def end_tie(*, tie: Tie, actor: User | None, until: date, is_until_year: bool = False) -> Tie:
    """It held until that day. Undone by ``reopen_tie``."""
    return change_tie(tie=tie, actor=actor, until=until, is_until_year=is_until_year)


def reopen_tie(*, tie: Tie, actor: User | None) -> Tie:
    return change_tie(tie=tie, actor=actor, until=None, is_until_year=False)


@transaction.atomic
def remove_tie(*, tie: Tie, actor: User | None, now: datetime | None = None) -> None:
    """It was written down by mistake. Undone by ``restore_tie``; safe to repeat."""
    current = Tie.objects.select_for_update(of=("self",)).filter(pk=tie.pk, removed_at=None)
    if not current.update(removed_at=now or timezone.now(), updated_at=timezone.now()):
        return
    audit.record(actor=actor, action="relationships.tie_removed", target=tie.contact, tie=tie.pk)
    _tell(TieRemoved, tie, actor)


@transaction.atomic
def restore_tie(*, tie: Tie, actor: User | None) -> Tie:
    """Undo a removal, unless the same tie was written down again since."""
    current = _lock(tie, is_removed=True)
    _lock_ends(current)
    current.removed_at = None
    _check(current)
    current.save(update_fields=["removed_at", "updated_at"])
    audit.record(
        actor=actor, action="relationships.tie_restored", target=current.contact, tie=current.pk
    )
    _tell(TieAdded, current, actor)
    return current


@transaction.atomic
def forget_removed(*, now: datetime, limit: int = BATCH) -> int:
    """Delete what was taken out long enough ago; return how many."""
    rows = Tie.objects.filter(removed_at__lt=now - KEPT_FOR).order_by("removed_at")
    pks = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    Tie.objects.filter(pk__in=pks).delete()
    return len(pks)


def organisation_named(*, name: str, kind: str) -> Organisation:
    """The organisation of that name, whatever its capitals; made where there is none."""
    line = _line(name)
    if not line:
        raise TieRefused(_("Say which organisation."))
    found = Organisation.objects.filter(name__iexact=line, kind=kind).order_by("pk").first()
    return found or Organisation.objects.get_or_create(name=line, kind=kind)[0]


def same_ties(tie: Tie) -> Q:
    """Ties that say the same as ``tie``, whenever they held: also the other way round, where the
    kind reads the same from both sides.
    """
    ends = {name: getattr(tie, name) for name in ("other_id", "organisation_id", "colleague_id")}
    same = Q(contact_id=tie.contact_id, **ends)
    if tie.other_id is not None and tie.kind.is_symmetric:
        same |= Q(contact_id=tie.other_id, other_id=tie.contact_id)
    return Q(same, kind=tie.kind_id, removed_at=None) & ~Q(pk=tie.pk)


def _check(tie: Tie) -> None:
    today = timezone.localdate()
    if tie.other_id is not None and tie.other_id == tie.contact_id:
        raise TieRefused(_("Nobody has a tie with themselves."))
    if tie.since is not None and tie.since > today:
        raise TieRefused(_("It cannot begin in the future."))
    if tie.since is not None and tie.until is not None and tie.until < tie.since:
        raise TieRefused(_("It cannot end before it began."))
    tie.detail = _line(tie.detail)
    if tie.until is None and Tie.objects.filter(same_ties(tie), until=None).exists():
        raise TieRefused(_("This tie is written down already."))


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:200]


def _end_of(kind: TieKind, target: Target) -> str:
    name, among = {
        Contact: ("other", Among.PERSON),
        Organisation: ("organisation", Among.ORGANISATION),
        User: ("colleague", Among.COLLEAGUE),
    }[type(target)]
    if kind.among != among:
        raise TieRefused(_("A tie of this kind leads to something else."))
    return name


def _refuse_unless_known(other: Contact, actor: User | None) -> None:
    """Whom one may not see one cannot name either."""
    people = Contact.objects.all() if actor is None else Contact.objects.visible_to(actor)
    if not people.filter(pk=other.pk, erased_at=None, merged_into=None).exists():
        raise TieRefused(_("There is no such person."))


def _lock_ends(tie: Tie) -> None:
    """Always in the same order. Nobody who was forgotten, or merged, gets a tie meanwhile."""
    ends = {pk for pk in (tie.contact_id, tie.other_id) if pk is not None}
    rows = Contact.objects.select_for_update().filter(pk__in=ends).order_by("pk")
    if any(row.erased_at is not None or row.merged_into_id is not None for row in rows):
        raise TieRefused(_("One of these people is no longer known to us."))


def _lock(tie: Tie, *, is_removed: bool = False) -> Tie:
    rows = Tie.objects.select_for_update(of=("self",)).select_related("kind", "contact")
    current = rows.filter(pk=tie.pk, removed_at__isnull=not is_removed).first()
    if current is None:
        raise TieRefused(_("This tie was taken out."))
    return current


def _tell(
    event: type[TieAdded] | type[TieChanged] | type[TieRemoved],
    tie: Tie,
    actor: User | None,
    **more: Any,
) -> None:
    ends: Sequence[int] = sorted({tie.contact_id, tie.other_id or tie.contact_id})
    events.publish(
        event(
            tie_id=tie.pk,
            contact_ids=list(ends),
            actor_id=actor.pk if actor else None,
            **more,
        )
    )
