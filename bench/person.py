"""The page of a person, with one million people and ten million lines of timeline.

Measured over many people in turn, so that no page is the one that was just read; and on its own
over the one person with whom ten thousand things happened.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import F

from bench.figures import Figure
from bench.house import house

if TYPE_CHECKING:
    from contacts.models import Contact

PEOPLE = 1_000_000
BUSY = 10_000
DATABASE = "trm_person"
# One in so many has everything the page can show: tasks, promises, goodwill, facts, engagements.
FULL = 20
SAMPLE = 40

TALKS = """
INSERT INTO relationships_interaction (
    uid, created_at, updated_at, contact_id, happened_at, channel, direction, initiated_by,
    is_automated, summary, body, author_id
)
SELECT gen_random_uuid(), now(), now(), person.id,
    now() - (person.id %% 300 + n * 97) * interval '1 day' - person.id %% 86400 * interval '1 second',
    (ARRAY['email','phone','meeting','chat'])[1 + (person.id + n) %% 4],
    (ARRAY['outbound','inbound','two_way'])[1 + (person.id / 3 + n) %% 3],
    (ARRAY['us','them'])[1 + (person.id + n) %% 2], false, 'Spoke of the work ahead',
    'About the project, the planning and who does what until spring.', %(owner)s
FROM (SELECT id FROM contacts_contact) AS person, generate_series(1, 2) AS n
"""
BUSY_TALKS = """
INSERT INTO relationships_interaction (
    uid, created_at, updated_at, contact_id, happened_at, channel, direction, initiated_by,
    is_automated, summary, body, author_id
)
SELECT gen_random_uuid(), now(), now(), %(busy)s, now() - n * interval '27 hours',
    (ARRAY['email','phone','meeting','chat'])[1 + n %% 4],
    (ARRAY['outbound','inbound','two_way'])[1 + n / 4 %% 3], (ARRAY['us','them'])[1 + n %% 2],
    false, 'Spoke of the work ahead', 'About the project and the planning.', %(owner)s
FROM generate_series(1, %(count)s) AS n
"""
# Of a talk, the line that tells of it.
TOLD = """
INSERT INTO relationships_timelineentry (
    contact_id, at, verb, key, direction, channel, is_automated, actor_id, data
)
SELECT contact_id, happened_at, 'interaction.logged', 'interaction.logged:' || id, direction,
    channel, false, author_id,
    jsonb_build_object('interaction', id, 'initiated_by', initiated_by, 'summary', summary)
FROM relationships_interaction ORDER BY contact_id, happened_at
"""
# What else happened, one line of each for everybody.
LINES = """
INSERT INTO relationships_timelineentry (
    contact_id, at, verb, key, direction, channel, is_automated, actor_id, data
)
SELECT person.id, now() - (n * 41 + person.id %% 40) * interval '1 day', verb,
    verb || ':' || person.id || ':' || n || ':' || %(count)s,
    CASE verb WHEN 'touchpoint.sent' THEN 'outbound' ELSE '' END,
    CASE verb WHEN 'touchpoint.sent' THEN 'email' ELSE '' END,
    verb = 'touchpoint.sent', CASE verb WHEN 'touchpoint.sent' THEN NULL ELSE %(owner)s END, data
FROM (
    SELECT id FROM contacts_contact WHERE %(busy)s IS NULL OR id = %(busy)s
) AS person, generate_series(1, %(count)s) AS n, LATERAL (
    SELECT (ARRAY['touchpoint.sent','contact.updated','follow_up.closed','stage.changed',
        'consent.changed','touchpoint.sent','contact.created'])[1 + n %% 7] AS verb,
    (ARRAY[
        '{"titles": {"en": "How are you", "nl": "Hoe gaat het"}, "campaign": "Staying in touch"}',
        '{"fields": ["headline", "city"]}',
        '{"title": "Ask how the move went", "state": "done", "outcome": ""}',
        '{"kind": "prospect", "from": {"key": "new", "name": "New"},
          "to": {"key": "talking", "name": "In conversation"}, "reason": ""}',
        '{"purpose": "careers", "decision": "given"}',
        '{"titles": {"en": "News of us", "nl": "Nieuws van ons"}, "campaign": "Newsletter"}',
        '{"source": "import"}'
    ])[1 + n %% 7]::jsonb AS data
) AS line
"""
BEGINNINGS = """
INSERT INTO relationships_stagetransition (
    uid, created_at, updated_at, moved_at, reason, from_stage_id, moved_by_id, relationship_id,
    to_stage_id
)
SELECT gen_random_uuid(), now(), now(), started_on, '', NULL, %(owner)s, id, stage_id
FROM relationships_relationship
"""
# What only some have; the busy one among them.
FULL_PAGES = (
    """
    INSERT INTO relationships_engagement (
        uid, created_at, updated_at, form, basis, phase, role, starts_on, ends_on, contact_id,
        currency, rate_per
    )
    SELECT gen_random_uuid(), now(), now(), (ARRAY['internship','employment'])[n],
        (ARRAY['placement','permanent'])[n], '', 'Engineer',
        current_date - 2000 + n * 700, CASE n WHEN 1 THEN current_date - 1300 END, id, 'EUR', ''
    FROM contacts_contact, generate_series(1, 2) AS n WHERE id %% %(full)s = 0
    """,
    """
    INSERT INTO relationships_followup (
        uid, created_at, updated_at, kind, title, body, due_on, state, outcome, handed_over_note,
        assignee_id, contact_id, created_by_id
    )
    SELECT gen_random_uuid(), now(), now(), 'task', 'Ask how the move went', '', current_date + n,
        'open', '', '', %(owner)s, id, %(owner)s
    FROM contacts_contact, generate_series(1, 2) AS n WHERE id %% %(full)s = 0
    """,
    """
    INSERT INTO relationships_promise (
        uid, created_at, updated_at, side, text, due_on, note_key, handed_over_note, state, reason,
        closed_at, contact_id, promiser_id, created_by_id
    )
    SELECT gen_random_uuid(), now(), now(), (ARRAY['us','them','us'])[n], 'Send the programme',
        current_date + n * 5, '', '', (ARRAY['open','open','kept'])[n], '', CASE n WHEN 3 THEN now() END,
        id, %(owner)s, %(owner)s
    FROM contacts_contact, generate_series(1, 3) AS n WHERE id %% %(full)s = 0
    """,
    """
    INSERT INTO relationships_goodwillentry (
        uid, created_at, updated_at, direction, kind, value, happened_on, note, author_id,
        contact_id
    )
    SELECT gen_random_uuid(), now(), now(), (ARRAY['we_gave','they_gave'])[1 + n %% 2], 'advice',
        1 + n %% 3, current_date - n * 30, '', %(owner)s, id
    FROM contacts_contact, generate_series(1, 4) AS n WHERE id %% %(full)s = 0
    """,
    """
    INSERT INTO relationships_personalfact (
        uid, created_at, updated_at, text, purpose, is_month, kept_until, source, author_id,
        contact_id
    )
    SELECT gen_random_uuid(), now(), now(), 'Plays the cello', 'talk', false,
        current_date + 300, 'they_told', %(owner)s, id
    FROM contacts_contact WHERE id %% %(full)s = 0
    """,
)


def run() -> Iterator[Figure]:
    """The page of many people in turn, then of the busiest; each against its floor."""
    with house(PEOPLE, database=DATABASE, add=add) as built:
        from bench.floor import against_floor  # noqa: PLC0415 -- Django is set up now
        from contacts.models import Contact  # noqa: PLC0415

        busy = _busy()
        others = Contact.objects.annotate(turn=F("pk") % FULL).filter(turn=0, pk__gt=busy.pk)
        pages = [f"/people/{one.uid}/" for one in others.order_by("pk")[: SAMPLE * 400 : 400]]
        timeline = f"/people/{busy.uid}/timeline/"
        narrow = f"{timeline}?group=contact&by=human&began=them&q=planning"
        for name, paths in (
            ("page of a person, one of a million", pages),
            (f"page of a person with {BUSY:,} lines", [f"/people/{busy.uid}/"]),
            ("their timeline, years back", [f"{timeline}?at=2020-03"]),
            ("their timeline, narrowed four ways", [narrow]),
        ):
            yield against_floor(built, name, *paths, goal=2)
        rest = [f"{path}?part=aside" for path in pages]
        name = "what comes right after the page of a person"
        yield against_floor(built, name, *rest, goal=2, **{"HX-Request": "true"})


def _busy() -> "Contact":
    """The one with whom most happened; they have everything that a page can show."""
    from contacts.models import Contact  # noqa: PLC0415 -- needs Django to be set up

    return Contact.objects.get(pk=FULL * 50)


def add() -> None:
    """Ten lines for everybody, and some thousand for one."""
    from django.db import connection  # noqa: PLC0415 -- needs Django to be set up

    from bench.people import indexed_afterwards  # noqa: PLC0415
    from core.models import User  # noqa: PLC0415
    from relationships.models import TimelineEntry  # noqa: PLC0415

    if TimelineEntry.objects.exists():
        return
    owner = User.objects.get(email="recruiter@bench.example").pk
    busy = _busy().pk
    ours = {"owner": owner, "full": FULL}
    half = BUSY // 2
    with connection.cursor() as cursor:
        with indexed_afterwards(cursor, "relationships_interaction"):
            cursor.execute(TALKS, ours)
            cursor.execute(BUSY_TALKS, {**ours, "busy": busy, "count": half})
        with indexed_afterwards(cursor, "relationships_timelineentry", kind="btree"):
            cursor.execute(TOLD)
            cursor.execute(LINES, {**ours, "busy": None, "count": 7})
            cursor.execute(LINES, {**ours, "busy": busy, "count": half})
        cursor.execute(BEGINNINGS, ours)
        for statement in FULL_PAGES:
            cursor.execute(statement, ours)
        cursor.execute("VACUUM ANALYZE")
