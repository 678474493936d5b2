"""The life-cycle map: how many people are in each state, and how many went from one to another.

Source: product measures, 14. What each state and each arrow means is in docs/measures.md.

Everything comes out of the relationships as they stand, by the same two statements for the numbers
and for the lists behind them, so that a number is always as long as its list. Who sees the whole
organisation is not counted person by person: that would read a million of them for seven numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from contacts.models.contact import ContactQuerySet
from core.models import User
from insights.choices import State
from insights.selectors.scope import ASIDE, in_sight, people_of, raw, units_in_sight
from relationships.choices import Kind
from relationships.models import Relationship

# Who begins anew within so many days of an ending was never out of touch.
GAP_DAYS = 90

# An employee who worked for us before has come back.
_STATE = """
CASE WHEN row.kind = 'employee' AND EXISTS (
    SELECT FROM relationships_relationship AS earlier
    WHERE earlier.contact_id = row.contact_id AND earlier.kind IN ('employee', 'alumnus')
        AND (earlier.started_on, earlier.id) < (row.started_on, row.id)
) THEN 'returner' ELSE row.kind END
"""
# (contact_id, state) of people who are something to us, were, or never were: with {people} of them.
_STATES = f"""
SELECT row.contact_id, {_STATE} AS state FROM relationships_relationship AS row
JOIN ({{people}}) AS person ON person.id = row.contact_id WHERE row.ended_on IS NULL
UNION ALL
SELECT person.id, 'past' FROM ({{people}}) AS person
WHERE EXISTS (SELECT FROM relationships_relationship AS row WHERE row.contact_id = person.id)
    AND NOT EXISTS (
        SELECT FROM relationships_relationship AS row
        WHERE row.contact_id = person.id AND row.ended_on IS NULL
    )
UNION ALL
SELECT person.id, 'known' FROM ({{people}}) AS person
WHERE NOT EXISTS (SELECT FROM relationships_relationship AS row WHERE row.contact_id = person.id)
"""  # noqa: S608 -- words of ours
# The same numbers for everybody there is, people put aside and all, without looking at one.
_OF_ALL = """
WITH open_kinds AS (
    SELECT kind, count(*) AS people FROM relationships_relationship
    WHERE ended_on IS NULL GROUP BY kind
), returned AS (
    SELECT count(*) AS people FROM relationships_relationship AS row
    WHERE row.ended_on IS NULL AND row.kind = 'employee' AND EXISTS (
        SELECT FROM relationships_relationship AS earlier
        WHERE earlier.contact_id = row.contact_id AND earlier.kind IN ('employee', 'alumnus')
            AND (earlier.started_on, earlier.id) < (row.started_on, row.id)
    )
), ever AS (
    SELECT count(*) AS people FROM (SELECT DISTINCT contact_id FROM relationships_relationship) AS t
), now AS (
    SELECT count(*) AS people FROM (
        SELECT DISTINCT contact_id FROM relationships_relationship WHERE ended_on IS NULL
    ) AS t
), everybody AS (SELECT count(*) AS people FROM contacts_contact)
SELECT kind, people - CASE WHEN kind = 'employee' THEN (SELECT people FROM returned) ELSE 0 END
FROM open_kinds
UNION ALL SELECT 'returner', people FROM returned
UNION ALL SELECT 'past', ever.people - now.people FROM ever, now
UNION ALL SELECT 'known', everybody.people - ever.people FROM everybody, ever
"""
# (contact_id, source, target) of every arrow that somebody went along between two days.
_FLOWS = f"""
SELECT row.contact_id,
    CASE WHEN before.times = 0 THEN 'known'
        WHEN before.until < row.started_on - {GAP_DAYS} THEN 'past'
        WHEN before.kind = 'employee' AND before.work > 1 THEN 'returner'
        ELSE before.kind END AS source,
    CASE WHEN row.kind = 'employee' AND before.work > 0 THEN 'returner' ELSE row.kind END AS target
FROM relationships_relationship AS row CROSS JOIN LATERAL (
    SELECT count(*) AS times, max(coalesce(earlier.ended_on, 'infinity')) AS until,
        (array_agg(earlier.kind ORDER BY earlier.started_on DESC, earlier.id DESC))[1] AS kind,
        count(*) FILTER (WHERE earlier.kind IN ('employee', 'alumnus')) AS work
    FROM relationships_relationship AS earlier
    WHERE earlier.contact_id = row.contact_id
        AND (earlier.started_on, earlier.id) < (row.started_on, row.id)
) AS before
WHERE row.started_on BETWEEN %(since)s AND %(until)s
UNION ALL
SELECT row.contact_id, {_STATE}, 'past' FROM relationships_relationship AS row
WHERE row.ended_on BETWEEN %(since)s AND %(until)s AND NOT EXISTS (
    SELECT FROM relationships_relationship AS other
    WHERE other.contact_id = row.contact_id AND other.id <> row.id
        AND other.started_on <= row.ended_on + {GAP_DAYS}
        AND (other.ended_on IS NULL OR other.ended_on > row.ended_on)
)
"""  # noqa: S608 -- words of ours
_STATE_COUNTS = f"SELECT state, count(*) FROM ({_STATES}) AS s GROUP BY 1"  # noqa: S608
_FLOW_COUNTS = f"""
SELECT source, target, count(DISTINCT contact_id) FROM ({_FLOWS}) AS f
WHERE contact_id {{which}} ({{{{people}}}}) GROUP BY 1, 2
"""  # noqa: S608 -- words of ours


@dataclass(frozen=True, order=True)
class Arrow:
    source: State
    target: State


@dataclass(frozen=True, kw_only=True)
class LifeCycle:
    """``people`` by state, now; ``flows``: how many went along each arrow from ``since`` to and
    with ``until``; somebody who went along it twice counts once.
    """

    people: Mapping[State, int]
    flows: Mapping[Arrow, int]
    since: date
    until: date

    @property
    def is_empty(self) -> bool:
        return not any(self.people.values())


def life_cycle(user: User, *, since: date, until: date) -> LifeCycle:
    units = units_in_sight(user)
    if units:
        people, values = people_of(units)
        states = dict(_rows(_STATE_COUNTS, people, values))
        flows = _rows(
            _FLOW_COUNTS.format(which="IN"), people, {**values, "since": since, "until": until}
        )
    else:
        less = dict(_rows(_STATE_COUNTS, ASIDE, {}))
        states = {key: count - less.get(key, 0) for key, count in _rows(_OF_ALL, "", {})}
        flows = _rows(_FLOW_COUNTS.format(which="NOT IN"), ASIDE, {"since": since, "until": until})
    return LifeCycle(
        people={state: states.get(state.value, 0) for state in State},
        flows={Arrow(State(source), State(target)): n for source, target, n in flows},
        since=since,
        until=until,
    )


def in_state(people: ContactQuerySet, state: State, user: User) -> ContactQuerySet:
    """Those who are in ``state`` now, as the map counts them."""
    return in_sight(people, user).filter(_IN_STATE[state])


def along(
    people: ContactQuerySet, arrow: Arrow, user: User, *, since: date, until: date
) -> ContactQuerySet:
    """Those who went along ``arrow`` between the days, as the map counts them."""
    sql = (
        f"SELECT contact_id FROM ({_FLOWS}) AS f WHERE source = %(source)s AND target = %(target)s"  # noqa: S608
    )
    values = {"source": arrow.source.value, "target": arrow.target.value}
    return in_sight(people, user).filter(
        pk__in=raw(sql, {**values, "since": since, "until": until})
    )


def _rows_of(person: str, **conditions: Any) -> QuerySet[Relationship]:
    return Relationship.objects.filter(contact=OuterRef(person), **conditions)


# Somebody worked for us before the relationship that the condition is asked of.
_WORKED_BEFORE = Exists(
    _rows_of("contact", kind__in=[Kind.EMPLOYEE, Kind.ALUMNUS]).filter(
        Q(started_on__lt=OuterRef("started_on"))
        | Q(started_on=OuterRef("started_on"), pk__lt=OuterRef("pk"))
    )
)
_EMPLOYED = _rows_of("pk", kind=Kind.EMPLOYEE, ended_on=None)
_IN_STATE: Mapping[State, Q] = {
    State.KNOWN: Q(~Exists(_rows_of("pk"))),
    State.PROSPECT: Q(Exists(_rows_of("pk", kind=Kind.PROSPECT, ended_on=None))),
    State.EMPLOYEE: Q(Exists(_EMPLOYED.filter(~_WORKED_BEFORE))),
    State.FREELANCER: Q(Exists(_rows_of("pk", kind=Kind.FREELANCER, ended_on=None))),
    State.ALUMNUS: Q(Exists(_rows_of("pk", kind=Kind.ALUMNUS, ended_on=None))),
    State.RETURNER: Q(Exists(_EMPLOYED.filter(_WORKED_BEFORE))),
    State.PAST: Q(Exists(_rows_of("pk"))) & ~Q(Exists(_rows_of("pk", ended_on=None))),
}


def _rows(sql: str, people: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("{people}", people), values)
        return list(cursor.fetchall())
