"""The board of a pipeline with a hundred thousand relationships, among four hundred thousand."""

import gzip
import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from bench.figures import Figure
from bench.house import House, house

PEOPLE = 400_000
BOARD = "/boards/prospect/"
# Prospects are a quarter of the people: spread over all seven columns, most in the first. Who came to
# a stage that closes did so within four hundred days; a few were put aside.
SPREAD = """
UPDATE relationships_relationship AS row SET
    stage_id = stage.id, stage_since = row.stage_since,
    ended_on = CASE WHEN stage.is_closed THEN current_date - (row.id / 4 %% 400)::int END,
    started_on = current_date - 500,
    next_touch_on = CASE WHEN NOT stage.is_closed THEN row.next_touch_on END
FROM relationships_stage AS stage JOIN relationships_lifecycle AS lifecycle
    ON lifecycle.id = stage.lifecycle_id
WHERE row.kind = 'prospect' AND lifecycle.kind = 'prospect'
    AND stage.position = (ARRAY[1,1,1,2,2,3,4,5,6,7])[1 + (row.id / 4 %% 10)]
"""
HEALTH = """
INSERT INTO relationships_relationshiphealth (relationship_id, value, recency, computed_at)
SELECT id, id %% 101, id %% 101, now() FROM relationships_relationship WHERE kind = 'prospect'
ON CONFLICT DO NOTHING
"""
ASIDE = "UPDATE contacts_contact SET archived_at = now() WHERE id %% 200 = 0"


def run() -> Iterator[Figure]:
    with house(PEOPLE, database=f"trm_{PEOPLE}_board", add=_prepare) as built:
        from bench.floor import against_floor  # noqa: PLC0415 -- Django is set up now

        for name, query in (
            ("board of a hundred thousand", ""),
            ("the same, longest first", "?order=longest"),
            ("the same, next contact first", "?order=touch"),
        ):
            yield against_floor(built, name, BOARD + query, goal=2)
        size = _compressed(built, BOARD)
        yield Figure(
            name="payload of the board, compressed",
            unit="kB",
            ours=[size],
            reference=[150.0],
            reference_name="150 kB",
            goal=1,
        )


def _prepare() -> None:
    from django.db import connection  # noqa: PLC0415

    from relationships.models import Relationship, RelationshipHealth  # noqa: PLC0415

    if RelationshipHealth.objects.exists():
        return
    with connection.cursor() as cursor:
        for statement in (SPREAD, HEALTH, ASIDE):
            cursor.execute(statement, {})
        cursor.execute("VACUUM ANALYZE")
    print(f"    {Relationship.objects.filter(kind='prospect').count():,} prospects")


def _compressed(built: House, path: str) -> float:
    """Kilobytes, as a server in front of ours sends them."""
    connection = http.client.HTTPConnection(urlsplit(built.address).netloc, timeout=60)
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={built.cookie}"}
    connection.request("GET", path, headers=headers)
    body = connection.getresponse().read()
    print(f"    {len(body) / 1000:.0f} kB before compression")
    return len(gzip.compress(body, 6)) / 1000
