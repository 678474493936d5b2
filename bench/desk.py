"""The desk of a recruiter with five thousand relationships, among a million people."""

from collections.abc import Iterator

from bench.figures import Figure
from bench.house import House, house

PEOPLE = 1_000_000
OWN = 5_000

# The recruiter of the house holds every relationship: but for five thousand, spread over all, they
# are given away. A third of theirs is overdue; of two hundred people something else waits.
GIVEN_AWAY = """
UPDATE relationships_relationship SET owner_id = %(other)s
WHERE owner_id = %(mine)s AND id %% (%(people)s / %(own)s) <> 0
"""
OVERDUE = """
UPDATE relationships_relationship
SET next_touch_on = current_date + 40 - (contact_id / 7 %% 120)::int,
    last_two_way_at = now() - (contact_id %% 500) * interval '1 day'
WHERE owner_id = %(mine)s
"""
TASKS = """
INSERT INTO relationships_followup (
    uid, created_at, updated_at, contact_id, assignee_id, kind, title, body, due_on, state,
    outcome, occurred_on, handed_over_note
)
SELECT gen_random_uuid(), now(), now(), contact_id, %(mine)s,
    (ARRAY['task','reply','closing','anniversary'])[1 + n %% 4], 'Call about the work', '',
    current_date - (n %% 9)::int, 'open', '', current_date - (n %% 9)::int, ''
FROM (
    SELECT contact_id, row_number() OVER (ORDER BY id) AS n FROM relationships_relationship
    WHERE owner_id = %(mine)s ORDER BY id LIMIT 150
) AS person
"""
PROMISES = """
INSERT INTO relationships_promise (
    uid, created_at, updated_at, contact_id, side, text, due_on, promiser_id, note_key, state,
    reason, handed_over_note
)
SELECT gen_random_uuid(), now(), now(), contact_id, 'us', 'Send the plan',
    current_date - (n %% 9)::int, %(mine)s, '', 'open', '', ''
FROM (
    SELECT contact_id, row_number() OVER (ORDER BY id DESC) AS n FROM relationships_relationship
    WHERE owner_id = %(mine)s ORDER BY id DESC LIMIT 50
) AS person
"""


def run() -> Iterator[Figure]:
    with house(PEOPLE) as built:
        fill()
        yield from measure(built)


def fill() -> None:
    """A full desk for the recruiter of the house; nothing where it is there."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up now

    from contacts.services.team import make_account  # noqa: PLC0415
    from core.models import Role, User  # noqa: PLC0415

    mine = User.objects.get(email="recruiter@bench.example")
    if mine.follow_ups.exists():
        return
    other = User.objects.filter(email="colleague@bench.example").first() or make_account(
        email="colleague@bench.example",
        name="Colleague",
        password=None,
        role=Role.objects.get(key="recruiter"),
        actor=None,
    )
    values = {"mine": mine.pk, "other": other.pk, "people": PEOPLE, "own": OWN}
    with connection.cursor() as cursor:
        for statement in (GIVEN_AWAY, OVERDUE, TASKS, PROMISES):
            cursor.execute(statement, values)
        cursor.execute("VACUUM ANALYZE relationships_relationship")
        cursor.execute("ANALYZE relationships_followup")
        cursor.execute("ANALYZE relationships_promise")


def measure(built: House) -> Iterator[Figure]:
    from bench.floor import against_floor  # noqa: PLC0415

    yield against_floor(built, f"desk of one with {OWN:,} relationships", "/", goal=2)
    # No goal is set for these two: what they cost at a million is to be known.
    yield against_floor(built, "losing touch, one's own", "/losing-touch/", goal=None)
    yield against_floor(
        built, "losing touch, everybody of a million", "/losing-touch/?whose=all", goal=None
    )
