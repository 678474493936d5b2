"""The life-cycle map: how many people are in each state, and how many went from one to another.

Source: product measures, 14. What each state and each arrow means is in docs/measures.md.

Numbers and the lists behind them come from the same steps (``insights.lives``), so that a number is
always as long as its list. Who sees the whole organisation is not counted person by person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL

from contacts.models.contact import ContactQuerySet
from core.models import User
from insights.choices import State
from insights.lives import MARKED, NUMBERS, PLACES, places_now, steps_now
from insights.selectors.scope import (
    ASIDE,
    contact_in_sight,
    in_sight,
    people_of,
    raw,
    units_in_sight,
)
from relationships.choices import Kind
from relationships.models import Relationship

_WITHIN = '"on" BETWEEN %(since)s AND %(until)s'
# Who went along an arrow before, within the same days, counts once.
_FLOW_COUNTS = f"""
SELECT source, target, count(*) FROM ({steps_now(_WITHIN)}) AS step
WHERE (earlier_on IS NULL OR earlier_on < %(since)s) AND {{sight}} GROUP BY 1, 2
"""  # noqa: S608 -- words of ours, here and below
# How many people are the same things to us, of whoever was ever anything.
_PLACE_COUNTS = f"""
SELECT states, count(*) FROM ({places_now()}) AS place WHERE {{sight}} GROUP BY 1
"""  # noqa: S608
# The same where everybody is in sight: what is counted already, less those of it who were put aside
# or changed since (looked up one by one: they are few), and with these as they are now.
_PLACE_COUNTS_OF_ALL = f"""
SELECT states, sum(people)::bigint FROM (
    SELECT states, people FROM insights_placecount
    UNION ALL SELECT (SELECT states FROM insights_place WHERE contact_id = left_out.id), -1
    FROM ({MARKED} UNION {ASIDE}) AS left_out (id)
    UNION ALL SELECT states, 1
    FROM ({PLACES.format(people=f"contact_id IN ({MARKED})")}) AS now
    WHERE contact_id NOT IN ({ASIDE})
) AS part WHERE states IS NOT NULL GROUP BY 1
"""  # noqa: S608
_EVERYBODY = f"""
SELECT (SELECT count(*) FROM contacts_contact) - (SELECT count(*) FROM ({ASIDE}) AS aside)
"""  # noqa: S608


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
    sight, values = contact_in_sight(user, "contact_id")
    units = units_in_sight(user)
    if units:
        places = _rows(_PLACE_COUNTS.format(sight=sight), values)
        people, named = people_of(units)
        [(everybody,)] = _rows(f"SELECT count(*) FROM ({people}) AS person", named)  # noqa: S608
    else:
        places = _rows(_PLACE_COUNTS_OF_ALL, {})
        [(everybody,)] = _rows(_EVERYBODY, {})
    flows = _rows(_FLOW_COUNTS.format(sight=sight), {**values, "since": since, "until": until})
    return LifeCycle(
        people={state: _in(state, places, everybody) for state in State},
        flows={Arrow(State(source), State(target)): n for source, target, n in flows},
        since=since,
        until=until,
    )


def _in(state: State, places: Sequence[tuple[int, int]], everybody: int) -> int:
    if state is State.KNOWN:
        return everybody - sum(count for _states, count in places)
    return sum(count for states, count in places if states & NUMBERS[state])


def in_state(people: ContactQuerySet, state: State, user: User) -> ContactQuerySet:
    """Those who are in ``state`` now, as the map counts them."""
    seen = in_sight(people, user)
    if state is State.KNOWN:
        return seen.filter(~Exists(Relationship.objects.filter(contact=OuterRef("pk"))))
    return seen.filter(pk__in=_who_stand(state))


def who_are(kind: Kind) -> RawSQL:
    """The ids of those who have an open relationship of that kind."""
    also = [State.RETURNER] if kind is Kind.EMPLOYEE else []
    return _who_stand(State(kind.value), *also)


def _who_stand(*states: State) -> RawSQL:
    sql = f"SELECT contact_id FROM ({places_now()}) AS place WHERE states & %(asked)s <> 0"  # noqa: S608
    return raw(sql, {"asked": sum(NUMBERS[state] for state in states)})


def along(
    people: ContactQuerySet, arrow: Arrow, user: User, *, since: date, until: date
) -> ContactQuerySet:
    """Those who went along ``arrow`` between the days, as the map counts them."""
    way = f"{_WITHIN} AND source = %(source)s AND target = %(target)s"
    sql = f"SELECT contact_id FROM ({steps_now(way)}) AS step"  # noqa: S608 -- words of ours
    values = {"source": arrow.source.value, "target": arrow.target.value}
    return in_sight(people, user).filter(
        pk__in=raw(sql, {**values, "since": since, "until": until})
    )


def _rows(sql: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
