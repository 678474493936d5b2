"""What is checked of the two sides, said once, for one person as for a million."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

# A contract for a time is ended in writing a month before its last day, or gone on with.
NOTICE_DAYS = 31


def about(people: tuple[str, Sequence[Any]], today: date, statement: str) -> tuple[str, list[Any]]:
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
CHECKS = f"""
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
FELT = """
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
PLACES = f"""
    SELECT contact_id, (CASE WHEN fine THEN '' ELSE 'not_' END) || 'fine_'
        || (CASE WHEN value >= asked.well THEN 'well' ELSE 'badly' END) AS code
    FROM (SELECT contact_id, bool_and(met) AS fine FROM ({CHECKS}) checks
        GROUP BY contact_id) formal
    JOIN (SELECT contact_id, (coalesce(kept_share, 0) + coalesce(reciprocity, 0))::float8
            / ((kept_share IS NOT NULL)::int + (reciprocity IS NOT NULL)::int) AS value
        FROM (SELECT contact_id, reciprocity, round(100.0 * kept / nullif(due, 0)) AS kept_share
            FROM ({FELT}) felt) parts
        WHERE kept_share IS NOT NULL OR reciprocity IS NOT NULL) experienced USING (contact_id)
    CROSS JOIN asked
"""  # noqa: S608
