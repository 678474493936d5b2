"""Talent pools: making them, and who is in them at which step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from contacts.conditions import sentences, shape
from contacts.events import (
    PoolJoined,
    PoolLeft,
    PoolReviewed,
    PoolWentStale,
)
from contacts.models import (
    Contact,
    OrgUnit,
    PoolMember,
    PoolMove,
    PoolStep,
    Segment,
    SegmentMember,
    TalentPool,
)
from contacts.models.access import covers
from core import audit, events
from core.bulk import insert
from core.errors import DomainError
from core.models import User

PLAIN = ("name", "purpose", "is_private", "filled_from")
MOST_STEPS = 20
AT_ONCE = 1000


class PoolRefused(DomainError):
    """``field`` is the part of the form that the refusal is about."""

    code = "pool_refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class StepEntry:
    """A step as typed: one that is there (by its uid) or a new one."""

    name: str
    uid: UUID | None = None


@transaction.atomic
def create_pool(
    *,
    actor: User,
    name: str,
    purpose: str = "",
    unit: OrgUnit | None = None,
    is_private: bool = False,
    filled_from: Segment | None = None,
    steps: Sequence[StepEntry] = (),
) -> TalentPool:
    pool = TalentPool(
        name=_named(name),
        purpose=purpose.strip(),
        unit=unit,
        owner=actor,
        is_private=is_private,
        filled_from=filled_from,
    )
    _check(pool, actor)
    pool.save()
    _write_steps(pool, steps)
    audit.record(actor=actor, action="contacts.pool_created", target=pool)
    return pool


@transaction.atomic
def change_pool(
    *,
    pool: TalentPool,
    actor: User,
    steps: Sequence[StepEntry] | None = None,
    owner: User | None = None,
    **fields: Any,
) -> TalentPool:
    """Change what is named; steps that are given take the place of all steps."""
    current = _locked(pool)
    if "name" in fields:
        fields["name"] = _named(fields["name"])
    changed = [name for name, value in fields.items() if getattr(current, name) != value]
    for name in changed:
        setattr(current, name, fields[name])
    if owner is not None and owner.pk != current.owner_id:
        current.owner = owner
        changed.append("owner")
    if "filled_from" in changed:
        current.filled_on = None
    _check(current, actor)
    if steps is not None and _write_steps(current, steps):
        changed.append("steps")
    if changed:
        current.save()
        audit.record(actor=actor, action="contacts.pool_changed", target=current, fields=changed)
    return current


@transaction.atomic
def review_pool(*, pool: TalentPool, actor: User, today: date | None = None) -> TalentPool:
    """Say that the pool is still what it should be: it is not stale for another half a year."""
    current = _locked(pool)
    current.reviewed_on = today or timezone.localdate()
    current.reminded_on = None
    current.save(update_fields=["reviewed_on", "reminded_on", "updated_at"])
    audit.record(actor=actor, action="contacts.pool_reviewed", target=current)
    events.publish(PoolReviewed(pool_id=current.pk, actor_id=actor.pk))
    return current


@transaction.atomic
def archive_pool(*, pool: TalentPool, actor: User, is_archived: bool = True) -> TalentPool:
    current = _locked(pool)
    if (current.archived_at is not None) == is_archived:
        return current
    current.archived_at = timezone.now() if is_archived else None
    current.save(update_fields=["archived_at", "updated_at"])
    action = "contacts.pool_archived" if is_archived else "contacts.pool_restored"
    audit.record(actor=actor, action=action, target=current)
    Segment.objects.ask_anew("pool")
    if is_archived:
        events.publish(PoolReviewed(pool_id=current.pk, actor_id=actor.pk))
    return current


@transaction.atomic
def add_to_pool(
    *,
    pool: TalentPool,
    actor: User | None,
    contact_ids: Iterable[int],
    why: str = "",
    step: PoolStep | None = None,
    filled_from: Segment | None = None,
    is_recorded: bool = True,
    now: datetime | None = None,
) -> list[int]:
    """Put people at ``step``, or at the first; whoever is in it already stays where they are.

    Answers whom it added. ``is_recorded``: False where one audit entry tells of the whole act.
    """
    now = now or timezone.now()
    current = _locked(pool)
    if current.archived_at is not None:
        raise PoolRefused(_("This talent pool was put aside."))
    wanted = dict.fromkeys(contact_ids)
    inside = PoolMember.objects.present().filter(pool=current, contact__in=wanted)
    held = set(inside.values_list("contact_id", flat=True))
    new = [pk for pk in wanted if pk not in held]
    place = step or current.steps.order_by("position").first()
    insert(
        PoolMember(
            pool=current,
            contact_id=pk,
            step=place,
            step_since=now,
            since=now,
            added_by=actor,
            why=why.strip()[:500],
            filled_from=filled_from,
        )
        for pk in new
    )
    _tell(current, actor, new, PoolJoined)
    if new and is_recorded:
        action = "contacts.pool_added" if actor else "contacts.pool_filled"
        audit.record(
            actor=actor, action=action, target=current, count=len(new), contacts=new[:AT_ONCE]
        )
    return new


@transaction.atomic
def remove_from_pool(
    *,
    pool: TalentPool,
    actor: User,
    contact_ids: Iterable[int],
    why: str = "",
    is_recorded: bool = True,
) -> list[int]:
    """Take people out: that they were in it, until now, stays known. Answers whom."""
    current = _locked(pool)
    inside = PoolMember.objects.present().filter(pool=current, contact__in=list(contact_ids))
    gone = sorted(inside.values_list("contact_id", flat=True))
    now = timezone.now()
    inside.update(until=now, removed_by=actor, removed_why=why.strip()[:300], updated_at=now)
    _tell(current, actor, gone, PoolLeft)
    if gone and is_recorded:
        audit.record(
            actor=actor,
            action="contacts.pool_removed",
            target=current,
            count=len(gone),
            contacts=gone[:AT_ONCE],
        )
    return gone


@transaction.atomic
def put_back(*, pool: TalentPool, actor: User, contact_ids: Iterable[int]) -> list[int]:
    """Undo a removal: the place that ended last goes on as if it had not, step and all."""
    current = _locked(pool)
    back: list[int] = []
    for pk in contact_ids:
        rows = PoolMember.objects.filter(pool=current, contact=pk)
        if rows.filter(until=None).exists():
            continue
        last = rows.order_by("-until", "-pk").first()
        if last is not None:
            last.until, last.removed_by, last.removed_why = None, None, ""
            last.save(update_fields=["until", "removed_by", "removed_why", "updated_at"])
            back.append(pk)
    _tell(current, actor, back, PoolJoined)
    return back


@transaction.atomic
def withdraw_additions(*, pool: TalentPool, actor: User, contact_ids: Iterable[int]) -> list[int]:
    """Undo an addition: the place was never held. Whoever was moved on since stays."""
    current = _locked(pool)
    rows = PoolMember.objects.present().filter(
        pool=current, contact__in=list(contact_ids), moves__isnull=True
    )
    gone = sorted(rows.values_list("contact_id", flat=True))
    PoolMember.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
    _tell(current, actor, gone, PoolLeft)
    return gone


@transaction.atomic
def move_in_pool(
    *,
    member: PoolMember,
    to_step: PoolStep,
    actor: User,
    reason: str = "",
    now: datetime | None = None,
) -> PoolMove:
    """To another step of the same pool. The move stays known."""
    now = now or timezone.now()
    current = PoolMember.objects.select_for_update().get(pk=member.pk)
    if current.until is not None:
        raise PoolRefused(_("This person is no longer in the pool."))
    if to_step.pool_id != current.pool_id:
        raise PoolRefused(_("This is not a step of this pool."))
    if to_step.pk == current.step_id:
        raise PoolRefused(_("They are at this step already."))
    move = PoolMove.objects.create(
        member=current,
        from_step=current.step,
        to_step=to_step,
        from_name=current.step.name if current.step else "",
        to_name=to_step.name,
        moved_by=actor,
        moved_at=now,
        reason=reason.strip()[:300],
    )
    current.step, current.step_since = to_step, now
    current.save(update_fields=["step", "step_since", "updated_at"])
    audit.record(
        actor=actor,
        action="contacts.pool_moved",
        target=current.pool,
        count=1,
        contacts=[current.contact_id],
    )
    return move


@transaction.atomic
def take_move_back(*, move: PoolMove, actor: User) -> PoolMember:
    """Undo a move that nothing followed: the row goes, as a slip of the hand."""
    member: PoolMember = PoolMember.objects.select_for_update().get(pk=move.member_id)
    last = member.moves.order_by("-moved_at", "-pk").first()
    if last is None or last.pk != move.pk:
        raise PoolRefused(_("They were moved on since."))
    before = member.moves.exclude(pk=move.pk).order_by("-moved_at", "-pk").first()
    member.step = move.from_step
    member.step_since = before.moved_at if before else member.since
    member.save(update_fields=["step", "step_since", "updated_at"])
    move.delete()
    audit.record(
        actor=actor,
        action="contacts.pool_moved",
        target=member.pool,
        count=1,
        contacts=[member.contact_id],
    )
    return member


def fill_pools(*, now: datetime) -> int:
    """Every night: who is in the segment that a pool is filled from, and never was in the pool."""
    today = timezone.localdate(now)
    due = TalentPool.objects.live().filter(filled_from__archived_at=None).exclude(filled_on=today)
    added = 0
    for pool in due.exclude(filled_from=None).order_by("pk"):
        added += fill_pool(pool=pool, now=now)
    return added


@transaction.atomic
def fill_pool(*, pool: TalentPool, now: datetime) -> int:
    """As the pool's owner sees people: what they may not know of does not come in by itself.

    Whoever was taken out stays out: a machine does not overrule what a colleague decided.
    """
    segment = pool.filled_from
    current = _locked(pool)
    current.filled_on = timezone.localdate(now)
    current.save(update_fields=["filled_on", "updated_at"])
    if segment is None or not _may_fill(current, segment):
        return 0
    inside = SegmentMember.objects.present().filter(segment=segment)
    ever = PoolMember.objects.filter(pool=current)
    people = (
        Contact.objects.visible_to(current.owner)
        .filter(pk__in=inside.values("contact"))
        .exclude(pk__in=ever.values("contact"))
    )
    with translation.override(current.owner.language):
        words = {
            "segment": segment.name,
            "rule": sentences.sentence_of(shape.stored(segment.rule), current.owner),
        }
        why = _("%(segment)s: %(rule)s") % words
    ids = list(people.order_by("pk").values_list("pk", flat=True))
    add_to_pool(pool=current, actor=None, contact_ids=ids, why=why, filled_from=segment, now=now)
    return len(ids)


def remind_of_stale_pools(*, today: date) -> int:
    """Tell, once, that nobody looked at a pool for half a year: its owner is to."""
    told = 0
    for pool in TalentPool.objects.stale(today).filter(reminded_on=None).order_by("pk"):
        with transaction.atomic():
            current = _locked(pool)
            if current.reminded_on is not None or not current.is_stale(today):
                continue
            current.reminded_on = today
            current.save(update_fields=["reminded_on", "updated_at"])
            events.publish(PoolWentStale(pool_id=current.pk, owner_id=current.owner_id))
            told += 1
    return told


def _may_fill(pool: TalentPool, segment: Segment) -> bool:
    return Segment.objects.visible_to(pool.owner).live().filter(pk=segment.pk).exists()


def _locked(pool: TalentPool) -> TalentPool:
    return TalentPool.objects.select_for_update().get(pk=pool.pk)


def _check(pool: TalentPool, actor: User) -> None:
    if not covers(actor, "contacts.manage_segments", pool.unit_id) and pool.owner_id != actor.pk:
        raise PoolRefused(_("You may not keep pools for this unit."), field="unit")
    if pool.is_private and pool.pk and pool.owner_id != actor.pk:
        raise PoolRefused(_("Only its owner can keep a pool to themself."), field="is_private")
    if pool.is_private and pool.pk and _is_named_by_others(pool):
        raise PoolRefused(
            _("A segment that others see asks about this pool: it cannot be private."),
            field="is_private",
        )


def _is_named_by_others(pool: TalentPool) -> bool:
    shared = Segment.objects.live().filter(is_private=False, fields__contains=["pool"])
    return any(
        str(pool.uid) in clause.values
        for segment in shared
        for clause in shape.stored(segment.rule).clauses
        if clause.field == "pool"
    )


def _write_steps(pool: TalentPool, steps: Sequence[StepEntry]) -> bool:
    """Make the pool's steps these, in this order. One that people are at cannot go."""
    entries = [
        StepEntry(" ".join(one.name.replace("\x00", "").split())[:60], one.uid) for one in steps
    ]
    entries = [one for one in entries if one.name]
    if len(entries) > MOST_STEPS:
        raise PoolRefused(
            _("A pool has at most %(count)s steps.") % {"count": MOST_STEPS}, field="steps"
        )
    held = {step.uid: step for step in pool.steps.all()}
    before = [(step.uid, step.name) for step in sorted(held.values(), key=lambda one: one.position)]
    if before == [(one.uid, one.name) for one in entries]:
        return False
    kept = {one.uid for one in entries if one.uid in held}
    _remove_steps([step for uid, step in held.items() if uid not in kept])
    for position, one in enumerate(entries, start=1):
        step = held.get(one.uid) if one.uid else None
        if step is None:
            PoolStep.objects.create(pool=pool, name=one.name, position=position)
        else:
            step.name, step.position = one.name, position
            step.save(update_fields=["name", "position", "updated_at"])
    _place_the_unplaced(pool)
    return True


def _remove_steps(steps: Sequence[PoolStep]) -> None:
    for step in steps:
        if step.members.filter(until=None).exists():
            raise PoolRefused(
                _("There are people at “%(step)s”: move them first.") % {"step": step.name},
                field="steps",
            )
        step.members.update(step=None)
        step.delete()


def _place_the_unplaced(pool: TalentPool) -> None:
    """A pool that gets its first steps has everybody at the first of them."""
    first = pool.steps.order_by("position").first()
    if first is not None:
        PoolMember.objects.present().filter(pool=pool, step=None).update(step=first)


def _tell(
    pool: TalentPool,
    actor: User | None,
    contact_ids: Sequence[int],
    event: type[PoolJoined] | type[PoolLeft],
) -> None:
    actor_id = actor.pk if actor else None
    events.publish(
        *(
            event(
                pool_id=pool.pk,
                contact_ids=list(contact_ids[at : at + AT_ONCE]),
                actor_id=actor_id,
            )
            for at in range(0, len(contact_ids), AT_ONCE)
        )
    )


def _named(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise PoolRefused(_("Give it a name."), field="name")
    return name[:120]
