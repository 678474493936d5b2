"""The health of a million relationships: the nightly run, and a round after a thousand talks."""

import time
from collections.abc import Callable, Iterator

from bench.figures import Figure
from bench.house import servers

PEOPLE = 1_000_000
TALKS = 1_000
ROUNDS = 3

# `bench.people` writes interactions by hand: the days on which they last spoke follow from them.
LAST_SPOKEN = """
UPDATE relationships_relationship AS row SET last_two_way_at = spoken.at
FROM (
    SELECT contact_id, max(happened_at) AS at FROM relationships_interaction
    WHERE NOT is_automated AND channel <> 'note' AND direction IN ('inbound', 'two_way')
    GROUP BY contact_id
) AS spoken
WHERE spoken.contact_id = row.contact_id AND row.last_two_way_at IS NULL
"""
# Every row is written, the indexed figure with it, so that the run after it writes every row too.
BARE = "UPDATE relationships_relationshiphealth SET value = (value + 1) %% 101"


def run() -> Iterator[Figure]:
    with servers(f"trm_{PEOPLE}"):
        from bench import people  # noqa: PLC0415 -- needs Django to be set up

        people.fill(PEOPLE)
        yield from measure()


def measure() -> Iterator[Figure]:
    """Against the database that Django is set up for."""
    from django.utils import timezone  # noqa: PLC0415

    from relationships.services.health import refresh_all  # noqa: PLC0415

    _execute(LAST_SPOKEN)
    _execute("VACUUM ANALYZE relationships_relationship, relationships_interaction")
    refresh_all(now=timezone.now())
    ours, bare = [], []
    for _ in range(ROUNDS):
        _execute("VACUUM ANALYZE relationships_relationshiphealth")
        bare.append(_seconds(lambda: _execute(BARE)))
        _execute("VACUUM relationships_relationshiphealth")
        ours.append(_seconds(lambda: refresh_all(now=timezone.now())))
    yield Figure(
        name=f"health, nightly run over {PEOPLE:,} relationships, every row written",
        unit="s",
        ours=ours,
        reference=bare,
        reference_name="one bare UPDATE over the table",
        goal=3,
    )
    yield _after_talks()


def _after_talks() -> Figure:
    """How many rows a round writes when so many talks were logged, over the people they were with."""
    from django.utils import timezone  # noqa: PLC0415

    from contacts.models import Contact  # noqa: PLC0415
    from relationships.choices import Channel, Direction  # noqa: PLC0415
    from relationships.models import Relationship, RelationshipHealth  # noqa: PLC0415
    from relationships.services.health import refresh_marked  # noqa: PLC0415
    from relationships.services.interactions import Moment, log_interactions  # noqa: PLC0415

    contacts = list(Contact.objects.order_by("pk")[:TALKS])
    while refresh_marked(now=timezone.now()):
        continue
    log_interactions(
        moments=[
            Moment(contact=one, channel=Channel.PHONE, direction=Direction.TWO_WAY)
            for one in contacts
        ],
        actor=None,
    )
    now = timezone.now()
    taken = _seconds(lambda: refresh_marked(now=now))
    written = RelationshipHealth.objects.filter(computed_at=now).count()
    theirs = Relationship.objects.open().filter(contact__in=contacts).count()
    return Figure(
        name=f"health after {TALKS:,} talks, worked out in {taken * 1000:.0f} ms",
        unit="rows written",
        ours=[written],
        reference=[theirs],
        reference_name="the relationships touched",
        goal=1,
    )


def _execute(statement: str) -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(statement, [])


def _seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin
