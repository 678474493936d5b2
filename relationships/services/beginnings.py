"""Beginning relationships: of people who are new to us, and of those whose past we write down."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact
from core import audit, events
from core.bulk import MANY, copy_rows, insert, like
from core.errors import DomainError
from core.models import User
from relationships import entry_rules
from relationships.choices import Cause
from relationships.entry_rules import Asked
from relationships.events import RelationshipBegan
from relationships.models import Relationship, Stage, StageTransition
from relationships.services.cadence import next_touch
from relationships.services.move_rules import EntryRefused, put_aside


class BeginningRefused(DomainError):
    code = "relationship_refused"


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """A relationship to begin. Without ``stage``: where its kind begins; with ``ended_on``: it is
    over already, and stands at ``stage`` or else at the first stage that closes its lifecycle.
    """

    contact_id: int
    kind: str
    owner: User | None = None
    stage: Stage | None = None
    started_on: date | None = None
    ended_on: date | None = None


def begin_relationship(
    *,
    contact: Contact,
    kind: str,
    actor: User | None,
    owner: User | None = None,
    stage: Stage | None = None,
    started_on: date | None = None,
    now: datetime | None = None,
    cause: Cause = Cause.MOVED,
) -> Relationship:
    """Begin one relationship, and refuse if the person already has one of this kind, or lacks what
    its first stage asks for. The plural, which is for machines, asks for nothing of the kind.
    """
    beginning = Beginning(
        contact_id=contact.pk, kind=kind, owner=owner, stage=stage, started_on=started_on
    )
    _refuse_unless_met(beginning)
    begun = begin_relationships(beginnings=[beginning], actor=actor, now=now, cause=cause)
    if not begun:
        raise BeginningRefused(_("There already is an open relationship of this kind."))
    return begun[0]


def _refuse_unless_met(beginning: Beginning) -> None:
    stage = beginning.stage
    # As it is now: whoever asks may hold it as it was.
    stage = Stage.objects.get(pk=stage.pk) if stage else _Stages().entry(beginning.kind)
    asked = Asked(beginning.contact_id, beginning.owner.pk if beginning.owner else None, None)
    lacking = entry_rules.unmet(stage.entry_rules, [asked])
    if lacking:
        raise EntryRefused(stage, lacking[asked])


@transaction.atomic
def begin_relationships(
    *,
    beginnings: Sequence[Beginning],
    actor: User | None,
    now: datetime | None = None,
    cause: Cause = Cause.MOVED,
) -> list[Relationship]:
    """Begin many, in a few statements, and leave out those whose person already has an open
    relationship of that kind (so the same file twice begins each once). Returns what was begun.

    The people are locked first: two imports at once cannot both find that there is none.
    """
    moment = now or timezone.now()
    contact_ids = sorted({beginning.contact_id for beginning in beginnings})
    list(
        Contact.objects.select_for_update(no_key=True)
        .filter(pk__any=contact_ids)
        .order_by("pk")
        .values_list("pk")
    )
    fresh = _not_yet_begun(beginnings, contact_ids)
    stages, clock = _Stages(), _Clock(moment)
    stages.keep(fresh)
    rows = insert(_new_row(beginning, stages, clock) for beginning in fresh)
    _write_transitions(
        [
            transition
            for row, beginning in zip(rows, fresh, strict=True)
            for transition in _first_transitions(row, beginning, stages, actor, clock, cause)
        ]
    )
    audit.record_many(
        actor=actor,
        action="relationships.begun",
        entries=((row, {"kind": row.kind, "stage": row.stage_id}) for row in rows),
    )
    events.publish(
        *(
            RelationshipBegan(
                relationship_id=row.pk,
                contact_id=row.contact_id,
                kind=row.kind,
                stage_id=row.stage_id,
                began_at=clock.moment_on(row.started_on).isoformat(),
                actor_id=actor.pk if actor else None,
            )
            for row in rows
        )
    )
    return rows


class _Stages:
    """All stages of the house, read once: where each kind begins, and where it first may end."""

    def __init__(self) -> None:
        self.blank = Relationship()
        self._of_kind: defaultdict[str, list[Stage]] = defaultdict(list)
        for stage in Stage.objects.select_related("lifecycle").order_by("position"):
            self._of_kind[stage.lifecycle.kind].append(stage)

    def entry(self, kind: str) -> Stage:
        return next(stage for stage in self._of_kind[kind] if stage.is_entry)

    def for_beginning(self, beginning: Beginning) -> Stage:
        stages = self._of_kind[beginning.kind]
        if beginning.stage is not None:
            if beginning.stage not in stages:
                raise BeginningRefused(_("The stage belongs to another lifecycle."))
            return beginning.stage
        if beginning.ended_on is None:
            return self.entry(beginning.kind)
        live = [stage for stage in stages if stage.archived_at is None]
        return next((stage for stage in live if stage.is_closed), stages[-1])

    def keep(self, beginnings: Sequence[Beginning]) -> None:
        """Let nobody put aside where they begin before they stand there."""
        ids = {self.for_beginning(one).pk for one in beginnings if one.ended_on is None}
        for stage in Stage.objects.shared(ids).values() if ids else ():
            if stage.archived_at is not None:
                raise BeginningRefused(str(put_aside(stage)))


def _not_yet_begun(beginnings: Sequence[Beginning], contact_ids: Sequence[int]) -> list[Beginning]:
    """Those whose person has none open of that kind; of two for one person and kind, the first.

    One that is over already is left out when that same one was written before.
    """
    known = Relationship.objects.filter(contact_id__any=contact_ids)
    taken: set[tuple[int, str, date | None]] = {
        (pk, kind, None) for pk, kind in known.open().values_list("contact_id", "kind")
    }
    taken |= set(known.exclude(ended_on=None).values_list("contact_id", "kind", "ended_on"))
    fresh = []
    for beginning in beginnings:
        key = (beginning.contact_id, beginning.kind, _ended_on(beginning))
        if key not in taken:
            taken.add(key)
            fresh.append(beginning)
    return fresh


def _ended_on(beginning: Beginning) -> date | None:
    if beginning.ended_on is None and beginning.stage is not None and beginning.stage.is_closed:
        return timezone.localdate()
    return beginning.ended_on


def _new_row(beginning: Beginning, stages: _Stages, clock: "_Clock") -> Relationship:
    stage = stages.for_beginning(beginning)
    started_on = beginning.started_on or clock.today
    ended_on = _ended_on(beginning)
    if ended_on is not None and ended_on < started_on:
        raise BeginningRefused(_("A relationship cannot end before it starts."))
    row = like(
        stages.blank,
        contact_id=beginning.contact_id,
        kind=beginning.kind,
        stage_id=stage.pk,
        stage_since=clock.moment_on(ended_on or started_on),
        owner_id=beginning.owner.pk if beginning.owner else None,
        started_on=started_on,
        ended_on=ended_on,
    )
    row.next_touch_on = None if ended_on else next_touch(row, stage, today=clock.today)
    return row


class _Transition(NamedTuple):
    relationship_id: int
    from_stage_id: int | None
    to_stage_id: int
    moved_by_id: int | None
    moved_at: datetime
    cause: str


def _first_transitions(
    row: Relationship,
    beginning: Beginning,
    stages: _Stages,
    actor: User | None,
    clock: "_Clock",
    cause: Cause,
) -> list[_Transition]:
    """How it came to stand where it stands: begun, and, when it is over already, ended."""
    begun_at = clock.moment_on(row.started_on)
    actor_id = actor.pk if actor else None
    if row.ended_on is None:
        return [_Transition(row.pk, None, row.stage_id, actor_id, begun_at, cause)]
    entry = stages.entry(row.kind)
    return [
        _Transition(row.pk, None, entry.pk, actor_id, begun_at, cause),
        _Transition(row.pk, entry.pk, row.stage_id, actor_id, row.stage_since, cause),
    ]


def _write_transitions(transitions: Sequence[_Transition]) -> None:
    if len(transitions) >= MANY:
        copy_rows(StageTransition, _Transition._fields, transitions)
    else:
        StageTransition.objects.bulk_create(
            StageTransition(**transition._asdict()) for transition in transitions
        )


class _Clock:
    """The present moment, asked once for all that begin together."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.today = timezone.localdate(now)
        self._zone = timezone.get_current_timezone()

    def moment_on(self, day: date) -> datetime:
        """The beginning of a past day; now, for today and for what lies ahead."""
        if day >= self.today:
            return self._now
        return datetime.combine(day, time.min, tzinfo=self._zone)
