"""How common names and values are among our people: counted by the database, kept in one row."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from contacts.matching.facts import Facts
from contacts.matching.statistics import EXTRA, EXTRAS, Statistics
from contacts.models import MatchStatistics

STALE_AFTER = timedelta(days=1)
GROWTH = 0.2
MOST_VALUES = 2000
FEWEST = 5
# How much a custom field is taken to be like any other, until enough pairs of values were seen.
PRIOR_PAIRS = 50

_PLACE = {name: at for at, name in enumerate(Facts.__slots__)}


def current() -> Statistics:
    """As last counted; where nobody has counted, what is known of the country."""
    row = MatchStatistics.objects.order_by("-pk").first()
    if row is None:
        return Statistics(people=_estimate())
    return Statistics.from_json(row.people, row.counts)


def is_stale() -> bool:
    row = MatchStatistics.objects.order_by("-pk").only("made_at").first()
    return row is None or row.made_at < timezone.now() - STALE_AFTER


def are_outgrown(*, by: int) -> bool:
    """Whether so many more say more than what was counted."""
    row = MatchStatistics.objects.order_by("-pk").only("people").first()
    return by > (row.people if row else 0) * GROWTH


def count() -> Statistics:
    """Count anew, and keep it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM contacts_matchprofile WHERE facts <> '[]'::jsonb")
        people = cursor.fetchone()[0]
    fewest = max(FEWEST, people // 20_000)
    counted = Statistics(
        people=people,
        families=_counts(_each("families"), fewest),
        given=_counts(_each("given"), fewest),
        cities=_counts(_one("city"), fewest),
        organisations=_counts(_one("organisation"), fewest),
        domains=_counts(_DOMAINS, fewest),
        extras=_chances(),
    )
    with transaction.atomic():
        MatchStatistics.objects.all().delete()
        MatchStatistics.objects.create(
            people=people, counts=counted.as_json(), made_at=timezone.now()
        )
    return counted


def _each(name: str) -> str:
    return (
        "SELECT said.value FROM contacts_matchprofile,"  # noqa: S608 -- a number of ours
        f" jsonb_array_elements_text(facts->{_PLACE[name]}) AS said(value)"
    )


def _one(name: str) -> str:
    return f"SELECT facts->>{_PLACE[name]} AS value FROM contacts_matchprofile"  # noqa: S608


_DOMAINS = f"SELECT split_part(value, '@', 2) AS value FROM ({_each('emails')}) AS held"  # noqa: S608


def _counts(values: str, fewest: int) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT value, count(*) AS number FROM ({values}) AS told WHERE value <> ''"  # noqa: S608
            " GROUP BY value HAVING count(*) >= %s ORDER BY number DESC LIMIT %s",
            [fewest, MOST_VALUES],
        )
        return dict(cursor.fetchall())


def _chances() -> dict[str, float]:
    """Per custom field, how likely two people who have a value have the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, sum(number * (number - 1)) / 2.0, sum(number) FROM ("  # noqa: S608
            " SELECT said.value->>0 AS key, said.value->>1 AS told, count(*) AS number"
            " FROM contacts_matchprofile,"
            f" jsonb_array_elements(facts->{_PLACE['extras']}) AS said(value)"
            " GROUP BY 1, 2) AS held GROUP BY key"
        )
        return {key: _chance(key, float(agree), int(held)) for key, agree, held in cursor}


def _chance(key: str, agree: float, held: int) -> float:
    pairs = held * (held - 1) / 2
    prior = EXTRAS.get(key, EXTRA)
    return (agree + PRIOR_PAIRS * prior) / (pairs + PRIOR_PAIRS)


def _estimate() -> int:
    """As the planner has it: never counted by reading a million rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'contacts_contact'::regclass")
        found: Any = cursor.fetchone()
        return max(int(found[0]), 0)
