"""The two sides of relationships: of one person with all parts, in sum for a group, as a filter.

What is checked is said once, in SQL (``_CHECKS``), for one person as for a million. No figure of
it is an input of matching, selection or staffing (docs/measures.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from relationships.groups import SMALLEST_GROUP
from relationships.two_sides import (
    QUADRANT_LABELS,
    Quadrant,
    felt,
    is_fine,
    quadrant,
    shown_counts,
)

# A contract for a time is ended in writing a month before its last day, or gone on with.
NOTICE_DAYS = 31

CHECK_LABELS: dict[str, str | Promise] = {
    "contract": _("Contract is there and in date"),
    "documents": _("Document is valid"),
    "reviews": _("Dossier is reviewed in time"),
    "consents": _("Consent is in force"),
    "notice": _("End of a contract for a time is said in time"),
}


@dataclass(frozen=True)
class Check:
    """One thing on the formal side. ``day``: the day that it is about, if there is one."""

    key: str
    is_met: bool
    day: date | None

    @property
    def label(self) -> str:
        return str(CHECK_LABELS[self.key])


@dataclass(frozen=True, kw_only=True)
class Sides:
    """Of one person. ``kept`` of ``due`` promises of ours; ``reciprocity`` 0 to 100 or unknown."""

    checks: Sequence[Check]
    kept: int
    due: int
    reciprocity: int | None

    @property
    def promises(self) -> int | None:
        return round(100 * self.kept / self.due) if self.due else None

    @property
    def is_fine(self) -> bool | None:
        return is_fine([check.is_met for check in self.checks])

    @property
    def met(self) -> int:
        return sum(check.is_met for check in self.checks)

    @property
    def felt(self) -> float | None:
        return felt([self.promises, self.reciprocity])

    @property
    def quadrant(self) -> Quadrant | None:
        return quadrant(self.is_fine, self.felt)

    @property
    def label(self) -> str:
        found = self.quadrant
        return str(QUADRANT_LABELS[found]) if found else ""


@dataclass(frozen=True)
class Square:
    """One quadrant of a group: ``people`` is None where it must not be shown."""

    key: str
    people: int | None
    n: int

    @property
    def label(self) -> str:
        return str(QUADRANT_LABELS[self.key])

    @property
    def percentage(self) -> int | None:
        return None if self.people is None else round(100 * self.people / self.n)


@dataclass(frozen=True)
class Squares:
    """``n``: people of whom both sides are known; None where they are fewer than five."""

    n: int | None
    squares: Sequence[Square]


def sides_of(contact: Contact, *, today: date) -> Sides:
    people = ("SELECT %s::bigint AS id", [contact.pk])
    formal = f"SELECT code, met, day FROM ({_CHECKS}) checks ORDER BY code, day"  # noqa: S608
    experienced = f"SELECT kept, due, reciprocity FROM ({_FELT}) felt"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(*_with(people, today, formal))
        checks = [Check(*row) for row in cursor.fetchall()]
        cursor.execute(*_with(people, today, experienced))
        kept, due, reciprocity = cursor.fetchone() or (0, 0, None)
    return Sides(checks=checks, kept=kept or 0, due=due or 0, reciprocity=reciprocity)


def squares_of(people: ContactQuerySet, *, today: date) -> Squares:
    """How many people of a group stand where, in one statement."""
    statement = f"SELECT code, count(*) FROM ({_PLACES}) places GROUP BY code"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(*_with(_ids_of(people), today, statement))
        counted = dict(cursor.fetchall())
    counts = {key.value: counted.get(key.value, 0) for key in Quadrant}
    n = sum(counts.values())
    if n < SMALLEST_GROUP:
        return Squares(None, [])
    shown = shown_counts(counts)
    return Squares(n, [Square(key, shown[key], n) for key in counts])


def in_quadrants(people: ContactQuerySet, keys: Sequence[str], *, today: date) -> ContactQuerySet:
    """Those of ``people`` who stand in one of these quadrants."""
    known = _ids_of(Contact.objects.filter(erased_at=None, merged_into=None))
    statement = f"SELECT contact_id FROM ({_PLACES}) places WHERE code = ANY(%s)"  # noqa: S608
    sql, values = _with(known, today, statement)
    return people.filter(pk__in=RawSQL(sql, (*values, list(keys))))  # noqa: S611 -- built here


def _ids_of(people: ContactQuerySet) -> tuple[str, list[Any]]:
    sql, values = people.order_by().values("pk").query.sql_with_params()
    return f"SELECT id FROM ({sql}) AS chosen (id)", list(values)  # noqa: S608


def _with(people: tuple[str, Sequence[Any]], today: date, statement: str) -> tuple[str, list[Any]]:
    """``statement`` with what it is about in front. Names are ours, values are parameters."""
    sql, values = people
    window = timedelta(days=settings.HEALTH_WINDOW_DAYS)
    asked = f"""
WITH people AS MATERIALIZED ({sql}),
asked AS (SELECT %s::date AS today, %s::date AS since, %s::date AS soon,
    %s::timestamptz AS moment, %s::float8 AS well)
{statement}"""
    soon = today + timedelta(days=NOTICE_DAYS)
    moment = timezone.now()
    well = settings.TWO_SIDES_FELT_FROM
    return asked, [*values, today, today - window, soon, moment, well]


_CURRENT = """
    SELECT e.* FROM relationships_engagement e JOIN people ON people.id = e.contact_id, asked
    WHERE e.phase NOT IN ('brief', 'proposal', 'off') AND e.starts_on <= asked.today
        AND (e.ends_on IS NULL OR e.ends_on >= asked.today)"""
# One row for each thing that applies: whose, what, whether it is in order, the day it is about.
_CHECKS = f"""
    SELECT e.contact_id, 'contract' AS code,
        coalesce(bool_or(k.until IS NULL OR k.until >= asked.today)
            FILTER (WHERE k.engagement_id IS NOT NULL), false) AS met,
        max(k.until) AS day
    FROM ({_CURRENT}) e CROSS JOIN asked
    LEFT JOIN (SELECT p.engagement_id, coalesce(d.expires_on, p.expires_on) AS until
        FROM relationships_paper p LEFT JOIN contacts_document d ON d.id = p.document_id
        WHERE p.kind IN ('contract', 'model') AND d.deleted_at IS NULL
    ) k ON k.engagement_id = e.id
    GROUP BY e.id, e.contact_id
  UNION ALL
    SELECT d.contact_id, 'documents', d.expires_on >= asked.today, d.expires_on
    FROM contacts_document d JOIN people ON people.id = d.contact_id, asked
    WHERE d.deleted_at IS NULL AND d.expires_on IS NOT NULL
  UNION ALL
    SELECT e.contact_id, 'documents', p.expires_on >= asked.today, p.expires_on
    FROM ({_CURRENT}) e JOIN relationships_paper p ON p.engagement_id = e.id, asked
    WHERE p.document_id IS NULL AND p.expires_on IS NOT NULL
  UNION ALL
    SELECT e.contact_id, 'reviews', s.review_on >= asked.today, s.review_on
    FROM ({_CURRENT}) e
    JOIN relationships_dossier s ON s.engagement_id = e.id AND s.is_latest, asked
  UNION ALL
    SELECT w.contact_id, 'consents', w.expires_at IS NULL OR w.expires_at > asked.moment,
        w.expires_at::date
    FROM (SELECT DISTINCT ON (c.contact_id, c.purpose) c.*
        FROM contacts_consent c JOIN people ON people.id = c.contact_id
        ORDER BY c.contact_id, c.purpose, c.id DESC) w, asked
    WHERE w.decision = 'given'
  UNION ALL
    SELECT e.contact_id, 'notice', l.id IS NOT NULL, coalesce(e.ends_on, e.expected_end_on)
    FROM ({_CURRENT}) e CROSS JOIN asked
    LEFT JOIN relationships_leaving l ON l.engagement_id = e.id AND l.stopped_at IS NULL
    WHERE e.basis = 'fixed_term' AND coalesce(e.ends_on, e.expected_end_on) <= asked.soon
"""  # noqa: S608 -- no value is put in by hand, here and below
_FELT = """
    SELECT contact_id, kept, due, reciprocity
    FROM (SELECT p.contact_id, (count(*) FILTER (WHERE p.state = 'kept'))::int AS kept,
            count(*)::int AS due
        FROM relationships_promise p JOIN people ON people.id = p.contact_id, asked
        WHERE p.side = 'us' AND p.due_on >= asked.since
            AND (p.state IN ('kept', 'broken') OR (p.state = 'open' AND p.due_on < asked.today))
        GROUP BY p.contact_id) words
    FULL JOIN (SELECT r.contact_id, min(h.reciprocity)::int AS reciprocity
        FROM relationships_relationship r JOIN people ON people.id = r.contact_id
        JOIN relationships_relationshiphealth h ON h.relationship_id = r.id
        WHERE r.ended_on IS NULL AND h.reciprocity IS NOT NULL
        GROUP BY r.contact_id) talks USING (contact_id)
"""
# By person the quadrant, of those of whom both sides are known. A part is rounded before the mean.
_PLACES = f"""
    SELECT contact_id, (CASE WHEN fine THEN '' ELSE 'not_' END) || 'fine_'
        || (CASE WHEN value >= asked.well THEN 'well' ELSE 'badly' END) AS code
    FROM (SELECT contact_id, bool_and(met) AS fine FROM ({_CHECKS}) checks
        GROUP BY contact_id) formal
    JOIN (SELECT contact_id, (coalesce(kept_share, 0) + coalesce(reciprocity, 0))::float8
            / ((kept_share IS NOT NULL)::int + (reciprocity IS NOT NULL)::int) AS value
        FROM (SELECT contact_id, reciprocity, round(100.0 * kept / nullif(due, 0)) AS kept_share
            FROM ({_FELT}) felt) parts
        WHERE kept_share IS NOT NULL OR reciprocity IS NOT NULL) experienced USING (contact_id)
    CROSS JOIN asked
"""  # noqa: S608
