"""Who is in a talent pool, at which step: put in, taken out, moved; and each of it undone."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.events import PoolJoined, PoolLeft
from contacts.models import PoolMember, PoolMove, PoolStep, Segment, TalentPool
from contacts.services.pools import PoolRefused, locked
from core import audit, events
from core.bulk import insert
from core.models import User

# So many people an event, or a line of the audit, names.
AT_ONCE = 1000


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
    current = locked(pool)
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
    current = locked(pool)
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
    current = locked(pool)
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
    current = locked(pool)
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
