"""Talent pools: making, changing and reviewing them, and their steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.conditions import shape
from contacts.events import (
    PoolReviewed,
    PoolWentStale,
)
from contacts.models import (
    OrgUnit,
    PoolMember,
    PoolStep,
    Segment,
    TalentPool,
)
from contacts.models.access import covers
from core import audit, events
from core.errors import DomainError
from core.models import User

PLAIN = ("name", "purpose", "is_private", "filled_from")
MOST_STEPS = 20


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
    current = locked(pool)
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
    current = locked(pool)
    current.reviewed_on = today or timezone.localdate()
    current.reminded_on = None
    current.save(update_fields=["reviewed_on", "reminded_on", "updated_at"])
    audit.record(actor=actor, action="contacts.pool_reviewed", target=current)
    events.publish(PoolReviewed(pool_id=current.pk, actor_id=actor.pk))
    return current


@transaction.atomic
def archive_pool(*, pool: TalentPool, actor: User, is_archived: bool = True) -> TalentPool:
    current = locked(pool)
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


def remind_of_stale_pools(*, today: date) -> int:
    """Tell, once, that nobody looked at a pool for half a year: its owner is to."""
    told = 0
    for pool in TalentPool.objects.stale(today).filter(reminded_on=None).order_by("pk"):
        with transaction.atomic():
            current = locked(pool)
            if current.reminded_on is not None or not current.is_stale(today):
                continue
            current.reminded_on = today
            current.save(update_fields=["reminded_on", "updated_at"])
            events.publish(PoolWentStale(pool_id=current.pk, owner_id=current.owner_id))
            told += 1
    return told


def locked(pool: TalentPool) -> TalentPool:
    """The pool as it is now, held until the transaction ends."""
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


def _named(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise PoolRefused(_("Give it a name."), field="name")
    return name[:120]
