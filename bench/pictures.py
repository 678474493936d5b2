"""The pictures of insights with one million people, each against its floor.

Besides those of ``bench.people`` there are relationships that began and ended within the last two
years, with the moves between; work; health; and where people stand between the two sides.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from bench.figures import Figure
from bench.house import house

PEOPLE = 1_000_000
DATABASE = "trm_pictures"

# Of every third person something that ended long ago; of every third something beside what they
# are, begun within two years; of every sixth something that began and ended within them.
BESIDE = """
INSERT INTO relationships_relationship (
    uid, created_at, updated_at, contact_id, kind, stage_id, stage_since, owner_id, started_on,
    ended_on, tie_value
)
SELECT gen_random_uuid(), now(), now(), made.contact_id, made.kind, stage.id,
    coalesce(made.ended_on, made.started_on), %(owner)s, made.started_on, made.ended_on, 1
FROM (
    SELECT id AS contact_id, day AS started_on,
        CASE id %% 6 WHEN 1 THEN NULL WHEN 4 THEN NULL ELSE day + (id %% 97)::int END AS ended_on,
        (ARRAY['prospect','employee','freelancer','alumnus'])[1 + (id + 1) %% 4] AS kind
    FROM contacts_contact, LATERAL (SELECT CASE WHEN id %% 3 = 0
        THEN current_date - 700 - (id %% 900)::int ELSE current_date - (id %% 700)::int END AS day
    ) AS days
    WHERE id %% 6 <> 5
) AS made
JOIN relationships_lifecycle AS lifecycle ON lifecycle.kind = made.kind
JOIN LATERAL (
    SELECT id FROM relationships_stage WHERE lifecycle_id = lifecycle.id
        AND is_closed = (made.ended_on IS NOT NULL) ORDER BY position LIMIT 1
) AS stage ON true
WHERE coalesce(made.ended_on, current_date) <= current_date
"""
# With every fifteenth person nothing is open.
ENDED = """
UPDATE relationships_relationship SET ended_on = current_date - (contact_id %% 400)::int
WHERE ended_on IS NULL AND contact_id %% 15 = 0 AND started_on < current_date - 400
"""
MOVES = """
INSERT INTO relationships_stagetransition (
    uid, created_at, updated_at, moved_at, reason, from_stage_id, moved_by_id, relationship_id,
    to_stage_id, cause
)
SELECT gen_random_uuid(), now(), now(), at, CASE WHEN is_back THEN 'Taken back' ELSE '' END,
    CASE WHEN n > 0 THEN stages[n] END, %(owner)s, row.id,
    stages[CASE WHEN is_back THEN n - 1 ELSE n + 1 END], CASE WHEN is_back THEN 'taken_back' ELSE 'moved' END
FROM relationships_relationship AS row
JOIN (
    SELECT kind, array_agg(stage.id ORDER BY position) AS stages
    FROM relationships_lifecycle AS lifecycle
    JOIN relationships_stage AS stage ON stage.lifecycle_id = lifecycle.id GROUP BY kind
) AS way USING (kind)
CROSS JOIN LATERAL generate_series(0, (row.id %% 3)::int) AS n
CROSS JOIN LATERAL (
    SELECT row.started_on + n * (5 + row.id %% 240) * interval '1 day'
        + row.id %% 86400 * interval '1 second' AS at, n = 2 AND row.id %% 50 = 2 AS is_back
) AS moved
WHERE at < now()
"""
HEALTH = """
INSERT INTO relationships_relationshiphealth (
    relationship_id, value, recency, reciprocity, computed_at
)
SELECT id, 50, 50, CASE WHEN id %% 3 < 2 THEN id %% 101 END, now()
FROM relationships_relationship WHERE ended_on IS NULL
"""
WORK = """
INSERT INTO relationships_engagement (
    uid, created_at, updated_at, form, role, starts_on, ends_on, contact_id, currency, rate_per,
    basis, phase
)
SELECT gen_random_uuid(), now(), now(), 'employment',
    (ARRAY['Engineer','Adviser','Buyer','Recruiter'])[1 + id %% 4], day,
    CASE WHEN id %% 10 < 4 THEN greatest(day, current_date - 100 + (id %% 400)::int) END,
    id, 'EUR', '', 'permanent', ''
FROM contacts_contact, LATERAL (SELECT current_date - (id %% 2000)::int AS day) AS days
WHERE id %% 4 < 2
"""
PLACES = """
INSERT INTO relationships_sidesplace (contact_id, code)
SELECT id, (ARRAY['fine_well','fine_badly','not_fine_well','not_fine_badly'])[1 + id %% 4]
FROM contacts_contact WHERE id %% 3 = 0
"""
# Some were put aside: they count nowhere.
ASIDE = "UPDATE contacts_contact SET archived_at = now() WHERE id %% 100 = 7"


def run() -> Iterator[Figure]:
    """Each picture as it opens, and asked for a whole year."""
    with house(PEOPLE, database=DATABASE, add=add) as built:
        from bench.floor import against_floor  # noqa: PLC0415 -- Django is set up now

        today = date.today()  # noqa: DTZ011 -- the days of an address
        year = f"?since={today - timedelta(days=364)}&until={today}"
        for name, path in (
            ("map of the life cycle", "/insights/life-cycle/"),
            ("map of the life cycle, of a year", f"/insights/life-cycle/{year}"),
            ("funnel and time at each stage", "/insights/funnel/"),
            ("funnel, by owner", "/insights/funnel/?by=owner"),
            ("two sides of one kind", "/insights/two-sides/?kind=freelancer"),
            ("high-touch ratio, as it opens", "/insights/touch/"),
            ("dashboard, as it opens", "/insights/"),
            ("work for us, a name that nobody has", "/engagements/?view=all&q=qxzzq"),
        ):
            yield against_floor(built, name, path, goal=2)


def add() -> None:
    from django.db import connection  # noqa: PLC0415 -- needs Django to be set up

    from bench.people import indexed_afterwards  # noqa: PLC0415
    from contacts.models import RoleGrant  # noqa: PLC0415
    from core.models import Role, User  # noqa: PLC0415
    from insights.services.lives import recount  # noqa: PLC0415
    from relationships.models import StageTransition  # noqa: PLC0415

    if StageTransition.objects.exists():
        return
    user = User.objects.get(email="recruiter@bench.example")
    RoleGrant.objects.create(user=user, role=Role.objects.get(key="hr-manager"))
    owner = user.pk
    with connection.cursor() as cursor:
        for table, statements in (
            ("relationships_relationship", [BESIDE, ENDED]),
            ("relationships_stagetransition", [MOVES]),
            ("relationships_relationshiphealth", [HEALTH]),
            ("relationships_engagement", [WORK]),
            ("relationships_sidesplace", [PLACES]),
            ("contacts_contact", [ASIDE]),
        ):
            with indexed_afterwards(cursor, table, kind="btree"):
                for statement in statements:
                    cursor.execute(statement, {"owner": owner})
        # Everybody is marked by now; all at once is quicker than round by round.
        cursor.execute("TRUNCATE insights_lifemark")
        recount(at_once=50_000)
        cursor.execute("VACUUM ANALYZE")
