"""How far relationships come, and how long they stay at each stage. Source: features, H3.

A stay begins with the move to a stage, and ends with the next move; a move that was taken back
never was. Days are counted as the reader's calendar has them. How long it took of fewer than five
people is not told, whether they are a stage's, a source's or an owner's.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils import timezone

from contacts.choices import Source
from contacts.models.contact import ContactQuerySet
from core.models import User
from insights.lives import stays_now
from insights.selectors.scope import contact_in_sight, in_sight, raw
from insights.survival import MEDIAN, NINE_IN_TEN, Stays, quantile
from relationships.groups import SMALLEST_GROUP
from relationships.models import Stage
from relationships.selectors.lifecycle import stages_of

_BEGUN = "kind = %(kind)s AND began_at >= %(since)s AND began_at < %(until)s"
_JOINED = "kind = %(kind)s AND joined_at >= %(since)s AND joined_at < %(until)s"
# Every stay that began within the days.
_STAYS = f"""
SELECT contact_id, stage_id, owner_id, source,
    coalesce((left_at AT TIME ZONE %(zone)s)::date, ended_on, %(today)s)
        - (began_at AT TIME ZONE %(zone)s)::date AS days,
    left_at IS NOT NULL AS is_left
FROM ({stays_now(_BEGUN)}) AS kept
"""  # noqa: S608 -- words of ours


# Each person takes one of 61 seats. Five seats taken are five people and more, which costs next to
# nothing to know of a million stays; where fewer are, people are counted (``_of_five``).
_SEATS = "bit_or(1::bigint << (stay.contact_id %% 61)::int)"
# A stage's id and what its stays are counted under.
_Group = tuple[int, str]


class By(StrEnum):
    """What the figures are split by."""

    NOTHING = ""
    SOURCE = "source"
    OWNER = "owner"


# What a stay is counted under.
_GROUPS = {
    By.NOTHING: "NULL::text",
    By.SOURCE: "stay.source",
    By.OWNER: "coalesce(owner.uid::text, '')",
}
_JOINS = {
    By.NOTHING: "",
    By.SOURCE: "",
    By.OWNER: "LEFT JOIN core_user AS owner ON owner.id = stay.owner_id",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Stays of one kind that began from ``since`` to and with ``until``."""

    kind: str
    since: date
    until: date


@dataclass(frozen=True, kw_only=True)
class TimeAtStage:
    """Stays: whoever came twice counts twice. ``left`` moved on, ``here`` are there still;
    ``median`` and ``p90`` in days, None where too many are still there to know: then it is more
    than ``longest``. Of a group that ``is_small`` no days are told.
    """

    stage: Stage
    group: str
    group_label: str
    left: int
    here: int
    median: int | None
    p90: int | None
    longest: int
    is_small: bool = False

    @property
    def people(self) -> int:
        return self.left + self.here


@dataclass(frozen=True, kw_only=True)
class Reached:
    """How many of those who began came to the stage at some time: ``share`` of all, in percent."""

    stage: Stage
    people: int
    share: int | None


@dataclass(frozen=True, kw_only=True)
class Funnel:
    asked: Asked
    begun: int
    reached: Sequence[Reached]
    times: Sequence[TimeAtStage]


def funnel(user: User, asked: Asked, *, by: By, today: date) -> Funnel:
    """In two statements over the moves, and the names of the stages and owners."""
    stages = stages_of(asked.kind)
    began, came = _reached(user, asked, today)
    return Funnel(
        asked=asked,
        begun=began,
        reached=[
            Reached(
                stage=stage,
                people=came.get(stage.pk, 0),
                share=round(100 * came.get(stage.pk, 0) / began) if began else None,
            )
            for stage in stages
        ],
        times=_times(user, asked, by, today, [one for one in stages if not one.is_closed]),
    )


def _times(
    user: User, asked: Asked, by: By, today: date, stages: Sequence[Stage]
) -> list[TimeAtStage]:
    sight, values = contact_in_sight(user, "stay.contact_id")
    sql = f"""
        SELECT stay.stage_id, {_GROUPS[by]}, stay.days, count(*) FILTER (WHERE stay.is_left),
            count(*) FILTER (WHERE NOT stay.is_left), {_SEATS}
        FROM ({_STAYS}) AS stay {_JOINS[by]} WHERE {sight} GROUP BY 1, 2, 3
    """  # noqa: S608 -- words of ours
    by_group: defaultdict[_Group, dict[int, Stays]] = defaultdict(dict)
    seats: defaultdict[_Group, int] = defaultdict(int)
    for stage_id, group, days, left, here, taken in _rows(sql, {**values, **_values(asked, today)}):
        by_group[stage_id, group or ""][days] = Stays(left, here)
        seats[stage_id, group or ""] |= taken
    unsure = {
        group
        for group, taken in seats.items()
        if taken.bit_count() < SMALLEST_GROUP <= sum(map(_people, by_group[group].values()))
    }
    few = {group for group, taken in seats.items() if taken.bit_count() < SMALLEST_GROUP}
    few -= _of_five(user, asked, by, today, unsure) if unsure else set()
    labels = _labels(by, {group for _stage, group in by_group})
    return [
        _time(stage, group, label, by_group[stage.pk, group], (stage.pk, group) in few)
        for stage in stages
        for group, label in labels.items()
        if (stage.pk, group) in by_group
    ]


def _of_five(
    user: User, asked: Asked, by: By, today: date, groups: Collection[_Group]
) -> set[_Group]:
    """Those of ``groups`` in which there are five people and more."""
    sight, values = contact_in_sight(user, "stay.contact_id")
    sql = f"""
        SELECT stay.stage_id, {_GROUPS[by]} FROM ({_STAYS}) AS stay {_JOINS[by]}
        WHERE {sight} AND stay.stage_id = ANY(%(stages)s)
        GROUP BY 1, 2 HAVING count(DISTINCT stay.contact_id) >= %(smallest)s
    """  # noqa: S608 -- words of ours
    values |= {"stages": [stage for stage, _group in groups], "smallest": SMALLEST_GROUP}
    found = {(stage, group or "") for stage, group in _rows(sql, values | _values(asked, today))}
    return found.intersection(groups)


def _people(stays: Stays) -> int:
    return stays.left + stays.here


def _time(
    stage: Stage, group: str, label: str, stays: Mapping[int, Stays], is_small: bool
) -> TimeAtStage:
    return TimeAtStage(
        stage=stage,
        group=group,
        group_label=label,
        left=sum(one.left for one in stays.values()),
        here=sum(one.here for one in stays.values()),
        median=None if is_small else quantile(stays, MEDIAN),
        p90=None if is_small else quantile(stays, NINE_IN_TEN),
        longest=0 if is_small else max(stays),
        is_small=is_small,
    )


def _labels(by: By, groups: set[str]) -> dict[str, str]:
    """The groups in the order of what people call them; nobody's comes last, without a name."""
    named = dict.fromkeys(groups, "")
    if by is By.SOURCE:
        named = {group: str(Source(group).label) for group in groups}
    elif by is By.OWNER:
        owners = User.objects.filter(uid__in=groups - {""})
        named |= {str(owner.uid): owner.name for owner in owners}
    return dict(sorted(named.items(), key=lambda one: (not one[1], one[1])))


def _reached(user: User, asked: Asked, today: date) -> tuple[int, dict[int, int]]:
    """How many began within the days, and how many of these came to each stage, ever since."""
    sight, values = contact_in_sight(user, "contact_id")
    sql = f"""
        WITH came AS (
            SELECT DISTINCT stage_id, contact_id FROM ({stays_now(_JOINED)}) AS stay WHERE {sight}
        )
        SELECT stage_id, count(*) FROM came GROUP BY 1
        UNION ALL SELECT NULL, count(DISTINCT contact_id) FROM came
    """  # noqa: S608 -- words of ours
    found = dict(_rows(sql, {**values, **_values(asked, today)}))
    return found.pop(None, 0), found


def staying(
    people: ContactQuerySet,
    asked: Asked,
    user: User,
    *,
    stage: str,
    is_left: bool,
    today: date,
    by: By = By.NOTHING,
    group: str = "",
) -> ContactQuerySet:
    """Those behind one number of ``funnel``: who moved on from the stage, or is there still."""
    sql = f"""
        SELECT stay.contact_id FROM ({_STAYS}) AS stay {_JOINS[by]}
        JOIN relationships_stage AS stage ON stage.id = stay.stage_id
        WHERE stage.key = %(stage)s AND stay.is_left = %(is_left)s
            AND (%(any)s OR {_GROUPS[by]} = %(group)s)
    """  # noqa: S608 -- words of ours
    values = {
        **_values(asked, today),
        "stage": stage,
        "is_left": is_left,
        "any": by is By.NOTHING,
        "group": group,
    }
    return in_sight(people, user).filter(pk__in=raw(sql, values))


def reaching(
    people: ContactQuerySet, asked: Asked, user: User, *, stage: str, today: date
) -> ContactQuerySet:
    """Those who began within the days and came to the stage at some time."""
    sql = f"""
        SELECT stay.contact_id FROM ({stays_now(_JOINED)}) AS stay
        JOIN relationships_stage AS stage ON stage.id = stay.stage_id WHERE stage.key = %(stage)s
    """  # noqa: S608 -- words of ours
    values = {**_values(asked, today), "stage": stage}
    return in_sight(people, user).filter(pk__in=raw(sql, values))


def _values(asked: Asked, today: date) -> dict[str, Any]:
    return {
        "kind": asked.kind,
        "since": _midnight(asked.since),
        "until": _midnight(asked.until + timedelta(days=1)),
        "zone": timezone.get_current_timezone_name(),
        "today": today,
    }


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _rows(sql: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
