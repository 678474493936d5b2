from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone, translation

from contacts.models import Contact
from relationships.selectors.line_of_life import LineOfLife, line_of_life
from relationships.services.lifecycle import Beginning, begin_relationships, move_to_stage
from tests.factories import (
    ContactFactory,
    EngagementFactory,
    InteractionFactory,
    RelationshipFactory,
    stage,
)

pytestmark = pytest.mark.django_db

NOW = timezone.make_aware(datetime.combine(date(2026, 1, 1), time(12)))


def life_of(contact: Contact) -> LineOfLife:
    Contact.objects.filter(pk=contact.pk).update(created_at=NOW)
    contact.refresh_from_db()
    return line_of_life(contact, now=NOW)


def test_a_life_by_hand() -> None:
    """A thousand days: prospect for 100, employee for 800, alumnus since."""
    contact = ContactFactory()
    first = date(2026, 1, 1) - timedelta(days=1000)
    hired, left = first + timedelta(days=100), first + timedelta(days=900)
    begin_relationships(
        beginnings=[
            Beginning(contact_id=contact.pk, kind="prospect", started_on=first, ended_on=hired),
            Beginning(contact_id=contact.pk, kind="employee", started_on=hired, ended_on=left),
            Beginning(contact_id=contact.pk, kind="alumnus", started_on=left),
        ],
        actor=None,
        now=NOW,
    )
    EngagementFactory(contact=contact, role="Nurse", starts_on=hired, ends_on=left)
    InteractionFactory.create_batch(
        2, contact=contact, happened_at=NOW - timedelta(days=500), direction="two_way"
    )
    InteractionFactory(contact=contact, happened_at=NOW, is_automated=True)
    InteractionFactory(contact=contact, happened_at=NOW, channel="note")

    life = life_of(contact)

    assert (life.since, life.today) == (first, date(2026, 1, 1))
    assert [lane.kind for lane in life.lanes] == ["prospect", "employee", "alumnus"]
    assert [
        (span.label, span.x, span.width, span.until, span.is_closed)
        for lane in life.lanes
        for span in lane.spans
    ] == [
        ("Identified", "0.00%", "10.00%", hired, True),
        ("Preboarding", "10.00%", "80.00%", left, True),
        ("Just left", "90.00%", "10.00%", None, False),
    ]
    assert [(span.label, span.x, span.width) for span in life.engagements] == [
        ("Nurse", "10.00%", "80.00%")
    ]
    assert [(dot.x, dot.count) for dot in life.touches] == [("50.00%", 2)]
    assert (life.touch_count, life.last_touch) == (2, life.touches[0])
    assert [tick.label for tick in life.ticks] == ["2024", "2025"]


def test_stages_follow_each_other_and_the_last_lasts() -> None:
    contact = ContactFactory()
    begun = NOW - timedelta(days=100)
    (row,) = begin_relationships(
        beginnings=[
            Beginning(contact_id=contact.pk, kind="prospect", started_on=timezone.localdate(begun))
        ],
        actor=None,
        now=NOW,
    )
    move_to_stage(
        relationship=row,
        to_stage=stage("prospect", "interested"),
        actor=None,
        now=NOW - timedelta(days=25),
    )

    (lane,) = life_of(contact).lanes

    assert [(span.label, span.x, span.width) for span in lane.spans] == [
        ("Identified", "0.00%", "75.00%"),
        ("Interested", "75.00%", "25.00%"),
    ]
    assert lane.spans[1].until is None


def test_who_is_new_has_no_line_yet() -> None:
    life = life_of(ContactFactory())

    assert life.is_empty
    assert (life.since, life.last_touch) == (date(2025, 12, 2), None)


def test_places_are_written_with_a_point_in_every_language() -> None:
    contact = ContactFactory()
    EngagementFactory(contact=contact, starts_on=date(2025, 5, 5))

    with translation.override("nl"):
        (span,) = life_of(contact).engagements

    assert (span.x, "," in span.width) == ("0.00%", False)


def test_another_persons_life_is_not_in_it() -> None:
    contact = ContactFactory()
    RelationshipFactory()
    EngagementFactory()
    InteractionFactory()

    assert life_of(contact).is_empty


@pytest.mark.parametrize("count", [1, 3])
def test_a_life_is_four_queries_however_long(
    count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    contact = ContactFactory()
    kinds = ["prospect", "employee", "alumnus"][:count]
    begin_relationships(
        beginnings=[Beginning(contact_id=contact.pk, kind=kind) for kind in kinds], actor=None
    )
    for _ in range(count):
        EngagementFactory(contact=contact)
        InteractionFactory(contact=contact)

    with django_assert_num_queries(4):
        assert len(line_of_life(contact, now=timezone.now()).lanes) == count
