"""How often we speak with the people of a segment, and with those at a stage: followed in sets.

Who is in a segment changes by itself (``contacts.services.membership``), and many may follow from
one change of a cadence; so neither is worked out when a page is shown. A round looks at what
changed since the last one and writes the rows that come out differently. Of several segments the
shortest cadence counts; a person's own stands above them, that of the stage below
(``Relationship.days_between``).
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Segment
from contacts.services.membership import READER
from core import audit
from core.errors import DomainError
from core.models import ChangeReader, User
from relationships.models import SegmentCadence, Stage
from relationships.services.health import mark

AT_ONCE = 5_000
# A colleague's yes lets somebody in outside the reader's turn: what is so young is looked at twice.
OVERLAP = timedelta(minutes=1)


class SegmentCadenceRefused(DomainError):
    code = "segment_cadence_refused"


@transaction.atomic
def set_segment_cadence(*, segment: Segment, actor: User, days: int | None) -> None:
    """Speak with the people of a segment every so many days; None: as often as without it.

    The people follow in the next round.
    """
    Segment.objects.select_for_update().get(pk=segment.pk)
    if segment.is_private and days is not None:
        raise SegmentCadenceRefused(
            _("A private segment cannot say how often colleagues speak with people.")
        )
    held = SegmentCadence.objects.filter(segment=segment).first()
    before = held.days if held else None
    if before == days:
        return
    audit.record(
        actor=actor,
        action="relationships.segment_cadence_set",
        target=segment,
        before=before,
        days=days,
    )
    if days is not None:
        SegmentCadence.objects.update_or_create(
            segment=segment, defaults={"days": days, "set_by": actor, "followed_at": None}
        )
        return
    SegmentCadence.objects.filter(segment=segment).delete()
    apply_all(_members(segment.pk, since=None))


def follow_segments(*, now: datetime) -> int:
    """Bring up to date whom a change in some segment concerns; return how many rows were written.

    In turn with the worker that keeps the segments: what it is writing now is seen in full or, in
    the next round, anew.
    """
    written = 0
    with transaction.atomic():
        if not SegmentCadence.objects.exists():
            return 0
        ChangeReader.objects.get_or_create(name=READER)
        turn = ChangeReader.objects.select_for_update(skip_locked=True).filter(name=READER)
        if turn.first() is None:
            return 0
        for row in _changed().select_related("segment"):
            # Who was let in or out; everybody where the cadence is new or the segment put aside.
            since = row.followed_at - OVERLAP if row.followed_at else None
            if row.segment.archived_at is not None:
                since = None
            written += apply_all(_members(row.segment_id, since=since))
            row.followed_at = now
            row.save(update_fields=["followed_at", "updated_at"])
    return written


def apply_all(contact_ids: Sequence[int]) -> int:
    return sum(
        apply_to(contact_ids[at : at + AT_ONCE]) for at in range(0, len(contact_ids), AT_ONCE)
    )


def apply_to(contact_ids: Collection[int]) -> int:
    """What the segments that these people are in say, written where it is not written yet."""
    if not contact_ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            APPLY,
            {
                "ids": list(contact_ids),
                "zone": settings.TIME_ZONE,
                "today": timezone.localdate(),
            },
        )
        changed = [row[0] for row in cursor.fetchall()]
    if changed:
        mark(changed)
    return len(changed)


def follow_stages(*, limit: int = AT_ONCE) -> int:
    """Count from the cadence that a stage has now; return how many rows were written.

    Only days that follow from the old cadence are moved: what somebody put off stays put off.
    Repeated after it was broken off, it goes on where it stopped.
    """
    changed = Stage.objects.filter(is_closed=False).exclude(
        Q(cadence_days=F("counted_days")) | Q(cadence_days=None, counted_days=None)
    )
    written = 0
    for stage in changed.order_by("pk"):
        while found := _restart(stage, limit):
            written += found
        Stage.objects.filter(pk=stage.pk, cadence_days=stage.cadence_days).update(
            counted_days=stage.cadence_days
        )
    return written


@transaction.atomic
def _restart(stage: Stage, limit: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            RESTART,
            {
                "stage": stage.pk,
                "new": stage.cadence_days,
                "old": stage.counted_days,
                "zone": settings.TIME_ZONE,
                "limit": limit,
            },
        )
        people = [row[0] for row in cursor.fetchall()]
    if people:
        mark(people)
    return len(people)


def _changed() -> QuerySet[SegmentCadence]:
    young = F("followed_at") - OVERLAP
    return SegmentCadence.objects.filter(
        Q(followed_at=None)
        | Q(segment__changed_at__gt=young)
        | Q(segment__archived_at__gt=young)
        | Q(segment__archived_at=None, segment__updated_at__gt=young)
    ).order_by("pk")


def _members(segment_id: int, *, since: datetime | None) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT contact_id FROM contacts_segmentmember WHERE segment_id = %(segment)s "
            "AND CASE WHEN %(since)s::timestamptz IS NULL THEN until IS NULL "
            "ELSE since > %(since)s OR until > %(since)s END ORDER BY contact_id",
            {"segment": segment_id, "since": since},
        )
        return [row[0] for row in cursor.fetchall()]


APPLY = """
WITH wanted AS (
    SELECT one.contact_id, min(cadence.days) AS days
    FROM unnest(%(ids)s::bigint[]) AS one(contact_id)
        LEFT JOIN contacts_segmentmember AS member
            ON member.contact_id = one.contact_id AND member.until IS NULL
        LEFT JOIN contacts_segment AS segment
            ON segment.id = member.segment_id AND segment.archived_at IS NULL
        LEFT JOIN relationships_segmentcadence AS cadence ON cadence.segment_id = segment.id
    GROUP BY one.contact_id
)
UPDATE relationships_relationship AS row SET
    segment_days = wanted.days,
    next_touch_on = CASE WHEN row.cadence_days IS NOT NULL THEN row.next_touch_on
        ELSE coalesce((row.last_two_way_at AT TIME ZONE %(zone)s)::date, %(today)s)
            + coalesce(wanted.days, stage.cadence_days) END,
    updated_at = now()
FROM wanted, relationships_stage AS stage
WHERE row.contact_id = wanted.contact_id AND stage.id = row.stage_id AND row.ended_on IS NULL
    AND row.segment_days IS DISTINCT FROM wanted.days
RETURNING row.contact_id
"""
RESTART = """
WITH counted AS (
    SELECT id,
        (coalesce(last_two_way_at, stage_since) AT TIME ZONE %(zone)s)::date AS since
    FROM relationships_relationship
    WHERE stage_id = %(stage)s AND ended_on IS NULL AND cadence_days IS NULL
        AND segment_days IS NULL
        AND next_touch_on IS NOT DISTINCT FROM
            (coalesce(last_two_way_at, stage_since) AT TIME ZONE %(zone)s)::date + %(old)s::int
    ORDER BY id LIMIT %(limit)s FOR UPDATE
)
UPDATE relationships_relationship AS row
SET next_touch_on = counted.since + %(new)s::int, updated_at = now()
FROM counted WHERE counted.id = row.id
RETURNING row.contact_id
"""
