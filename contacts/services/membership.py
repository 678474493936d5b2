"""Who is in a segment, kept right: at once looked at again when they change, as a whole when due.

What changed is read from the change log, whoever published it: an event names the contact it is
about. One worker at a time does this, the one that holds the reader's row, so that an older view
of somebody is never written over a newer one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.utils import timezone

from contacts.conditions import rule as rules
from contacts.conditions import shape
from contacts.conditions.registry import begin_of
from contacts.models import Contact, OrgUnit, Segment, SegmentDay, SegmentMember, SegmentProposal
from contacts.models.contact import ContactQuerySet
from core.models import Change, ChangeReader
from core.models.change import OldestRunningTransactionId

READER = "contacts.segments"
CHANGES = 5000
PEOPLE = 2000
SINGLE = ("contact_id", "survivor_id", "duplicate_id")
TAKING_ROWS = (
    "contacts.ContactErased",
    "contacts.ContactsMerged",
    "contacts.ContactsParted",
)
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Outcome:
    joined: int
    left: int


def keep_up(*, clock: Clock = timezone.now) -> None:
    """Everybody who changed, then what is due as a whole, with a look at changes in between."""
    follow_changes(clock=clock)
    while work_out_next(now=clock()):
        follow_changes(clock=clock)


def follow_changes(*, clock: Clock = timezone.now) -> int:
    """Look again, in every segment, at the people whom the change log names; say at how many."""
    seen = 0
    while True:
        with transaction.atomic():
            reader = _held_reader()
            if reader is None:
                return seen
            changed = _changed_people(reader)
            seen += len(changed.ids)
            _look_again(changed, now=clock())
            reader.save(update_fields=["transaction", "change_id"])
        if not changed.is_more:
            return seen


def work_out_next(*, now: datetime) -> bool:
    """Work out the segment that has waited longest; False when none is due."""
    with transaction.atomic():
        if _held_reader() is None:
            return False
        segment = Segment.objects.due(now).first()
        if segment is None:
            return False
        work_out(segment=segment, now=now)
    return True


@transaction.atomic
def work_out(*, segment: Segment, now: datetime) -> Outcome:
    """Ask the rule of everybody: one question, and what differs is written in sets."""
    _gather(people_of(segment, now=now))
    outcome = _write(segment, now)
    segment.worked_out_at = now
    segment.due_at = next_round(segment.pace, now=now)
    segment.save(update_fields=["worked_out_at", "due_at", "updated_at"])
    return outcome


def people_of(segment: Segment, *, now: datetime) -> ContactQuerySet:
    """Those who fit the rule at ``now``, of the part of the organisation that it is about."""
    people = within(Contact.objects.active(), segment.unit)
    condition = rules.condition_of(shape.stored(segment.rule), now=now, owner=segment.owner)
    return people.filter(condition).order_by()


def within(people: ContactQuerySet, unit: OrgUnit | None) -> ContactQuerySet:
    """Those of ``people`` whom that branch keeps."""
    if unit is None:
        return people
    branch = OrgUnit.objects.within([unit.pk]).values_list("pk", flat=True)
    return people.filter(unit__in=list(branch))


def next_round(pace: str, *, now: datetime) -> datetime | None:
    """When time alone may have changed who fits: days turn at midnight here."""
    if pace == Segment.Pace.HOUR:
        return now + timedelta(hours=1)
    if pace == Segment.Pace.DAY:
        return begin_of(timezone.localdate(now) + timedelta(days=1))
    return None


# --- What changed


def _held_reader() -> ChangeReader | None:
    """The reader's row, locked; None while another worker holds it."""
    ChangeReader.objects.get_or_create(name=READER)
    return ChangeReader.objects.select_for_update(skip_locked=True).filter(name=READER).first()


@dataclass
class _Changed:
    """``are_rows_gone``: people were erased or merged, and their places went with them."""

    ids: set[int]
    is_more: bool = False
    are_rows_gone: bool = False

    def add(self, changes: Iterable[Change]) -> None:
        for change in changes:
            self.ids.update(_named(change.payload))
            self.are_rows_gone |= change.event in TAKING_ROWS


def _changed_people(reader: ChangeReader) -> _Changed:
    """Whom the next changes name; ``reader`` moves on with them.

    What has been committed beside a transaction that still runs is looked at as well, and stays
    to be looked at once more: a long import must not keep others waiting.
    """
    found = _Changed(set())
    if not Segment.objects.live().exists():
        last = Change.objects.settled().order_by("-transaction", "-pk").first()
        if last is not None:
            reader.transaction, reader.change_id = last.position
        return found
    changes = list(Change.objects.after((reader.transaction, reader.change_id))[:CHANGES])
    found.add(changes)
    found.is_more = len(changes) == CHANGES
    if changes:
        reader.transaction, reader.change_id = changes[-1].position
    if not found.is_more:
        found.add(Change.objects.filter(transaction__gte=OldestRunningTransactionId()))
    return found


def _named(payload: Mapping[str, Any]) -> Iterator[int]:
    """The contacts of an event: by one of the names for one, or as a list."""
    for key in SINGLE:
        if isinstance(payload.get(key), int):
            yield payload[key]
    yield from payload.get("contact_ids", ())


def _look_again(changed: _Changed, *, now: datetime) -> None:
    if not changed.ids:
        return
    ids = sorted(changed.ids)
    live = Segment.objects.live().filter(worked_out_at__isnull=False)
    for segment in live.select_related("unit", "owner").order_by("pk"):
        people = people_of(segment, now=now)
        for at in range(0, len(ids), PEOPLE):
            some = ids[at : at + PEOPLE]
            _gather(people.filter(pk__in=some))
            _write(segment, now, among=some)
        if changed.are_rows_gone:
            count_anew(segment=segment, joined=0, left=0, now=now)
            count_waiting(segment=segment)


# --- What differs is written


def _gather(people: ContactQuerySet) -> None:
    """Ask once who fits; what follows compares with the answer."""
    try:
        query, parameters = people.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        query, parameters = "SELECT NULL::bigint WHERE false", ()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS fitting_people (id bigint) ON COMMIT DROP"
        )
        cursor.execute("TRUNCATE fitting_people")
        cursor.execute(f"INSERT INTO fitting_people {query}", parameters)
        if cursor.rowcount > PEOPLE:
            cursor.execute("ANALYZE fitting_people")


def _write(segment: Segment, now: datetime, *, among: list[int] | None = None) -> Outcome:
    """Let in who was gathered, and out who was not (``among``: of these only); a segment that is
    reviewed first asks before.
    """
    values: dict[str, Any] = {
        "segment": segment.pk,
        "now": now,
        "today": timezone.localdate(now),
        "among": among,
        "because": _reason_to_leave(segment),
    }
    joined = 0
    if segment.is_reviewed:
        for statement in PROPOSE:
            _execute(statement, values)
    else:
        joined = _execute(LET_IN, values)
    if segment.is_reviewed or segment.waiting:
        _execute(FORGET_ACCEPTED if segment.is_reviewed else FORGET_WAITING, values)
        count_waiting(segment=segment)
    left = _execute(LET_OUT, values)
    if joined or left:
        count_anew(segment=segment, joined=joined, left=left, now=now)
    return Outcome(joined, left)


def _reason_to_leave(segment: Segment) -> str:
    is_new_rule = segment.worked_out_at is None
    return SegmentMember.Left.CHANGED if is_new_rule else SegmentMember.Left.RULE


_IS_NO_MEMBER = """NOT EXISTS (
    SELECT FROM contacts_segmentmember AS held
    WHERE held.segment_id = %(segment)s AND held.contact_id = fitting.id AND held.until IS NULL
)"""
_WAS_ASKED_AND_FITS_NOT = """(%(among)s::bigint[] IS NULL OR held.contact_id = ANY(%(among)s))
    AND NOT EXISTS (SELECT FROM fitting_people AS fitting WHERE fitting.id = held.contact_id)"""
LET_IN = (
    """
INSERT INTO contacts_segmentmember
    (segment_id, contact_id, since, joined_because, left_because)
SELECT %(segment)s, fitting.id, %(now)s, 'rule', '' FROM fitting_people AS fitting
WHERE """
    + _IS_NO_MEMBER
    + " ON CONFLICT DO NOTHING"
)
LET_OUT = (
    """
UPDATE contacts_segmentmember AS held SET until = %(now)s, left_because = %(because)s
WHERE held.segment_id = %(segment)s AND held.until IS NULL AND """
    + _WAS_ASKED_AND_FITS_NOT
)
# Who waits or was accepted and fits no more is forgotten: should they fit again, they are asked
# about again. Who was declined stays so, until the day from which one wanted to be asked.
FORGET_ACCEPTED = (
    """
DELETE FROM contacts_segmentproposal AS held
WHERE held.segment_id = %(segment)s AND held.state <> 'declined' AND """
    + _WAS_ASKED_AND_FITS_NOT
)
FORGET_WAITING = """
DELETE FROM contacts_segmentproposal WHERE segment_id = %(segment)s AND state = 'waiting'
"""
PROPOSE = (
    """
UPDATE contacts_segmentproposal AS held
SET state = 'waiting', proposed_at = %(now)s, not_before = NULL, updated_at = %(now)s
WHERE held.segment_id = %(segment)s AND held.state = 'declined' AND held.not_before <= %(today)s
    AND held.contact_id IN (SELECT id FROM fitting_people)
""",
    """
INSERT INTO contacts_segmentproposal
    (uid, created_at, updated_at, segment_id, contact_id, state, proposed_at, reason)
SELECT gen_random_uuid(), %(now)s, %(now)s, %(segment)s, fitting.id, 'waiting', %(now)s, ''
FROM fitting_people AS fitting
WHERE """
    + _IS_NO_MEMBER
    + " ON CONFLICT DO NOTHING",
)


def _execute(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def count_waiting(*, segment: Segment) -> None:
    waiting = segment.proposals.filter(state=SegmentProposal.State.WAITING).count()
    if waiting != segment.waiting:
        segment.waiting = waiting
        segment.save(update_fields=["waiting", "updated_at"])


def count_anew(*, segment: Segment, joined: int, left: int, now: datetime) -> None:
    """The size as it is, and how the day stands: one row a day, whatever happens on it."""
    size = SegmentMember.objects.present().filter(segment=segment).count()
    if not (joined or left) and size == segment.size:
        return
    segment.size = size
    segment.changed_at = now
    segment.save(update_fields=["size", "changed_at", "updated_at"])
    day: date = timezone.localdate(now)
    row, _is_new = SegmentDay.objects.get_or_create(
        segment=segment, day=day, defaults={"size": segment.size}
    )
    row.size, row.joined, row.departed = segment.size, row.joined + joined, row.departed + left
    row.save(update_fields=["size", "joined", "departed"])
