from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from contacts.models import Contact
from relationships.models import Interaction
from relationships.selectors.life_parts import LineOfLife
from relationships.selectors.line_of_life import STRETCHES, line_of_life
from relationships.services.lifecycle import Beginning, begin_relationships, move_to_stage
from tests.factories import (
    ContactFactory,
    EngagementFactory,
    InteractionFactory,
    PromiseFactory,
    RelationshipFactory,
    UserFactory,
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
    assert [[(span.label, span.x, span.width) for span in row] for row in life.engagements] == [
        [("Nurse", "10.00%", "80.00%")]
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
        ((span,),) = life_of(contact).engagements

    assert (span.x, "," in span.width) == ("0.00%", False)


def test_another_persons_life_is_not_in_it() -> None:
    contact = ContactFactory()
    RelationshipFactory()
    EngagementFactory()
    InteractionFactory()

    assert life_of(contact).is_empty


@pytest.mark.parametrize("count", [1, 3])
def test_a_life_is_six_queries_however_long(
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

    with django_assert_num_queries(6):
        assert len(line_of_life(contact, now=timezone.now()).lanes) == count


def test_two_at_once_stand_in_rows_of_their_own() -> None:
    contact = ContactFactory()
    for role, begin, end in (
        ("Nurse", date(2020, 1, 1), date(2022, 1, 1)),
        ("Teacher", date(2021, 1, 1), None),
        ("Coach", date(2022, 1, 1), date(2023, 1, 1)),
    ):
        EngagementFactory(contact=contact, role=role, starts_on=begin, ends_on=end)

    rows = life_of(contact).engagements

    assert [[span.label for span in row] for row in rows] == [["Nurse", "Coach"], ["Teacher"]]


def test_promises_stand_on_the_day_they_were_due() -> None:
    contact = ContactFactory()
    EngagementFactory(contact=contact, starts_on=date(2025, 12, 2))
    PromiseFactory(contact=contact, text="Send it", due_on=date(2025, 12, 17), side="them")

    (mark,) = life_of(contact).promises

    assert (mark.label, mark.x, mark.is_ours, mark.state) == ("Send it", "50.00%", False, "open")


@pytest.mark.parametrize("years", [0, 1, 30])
def test_ten_thousand_talks_are_a_hundred_marks_in_six_queries(
    years: int, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    contact = ContactFactory()
    author = UserFactory()
    length = timedelta(days=365 * years or 1)
    Interaction.objects.bulk_create(
        Interaction(
            contact=contact,
            happened_at=NOW - length * n / 10_000,
            channel="phone",
            direction="two_way",
            initiated_by="us",
            author=author,
        )
        for n in range(10_000)
    )

    with django_assert_max_num_queries(6):
        life = line_of_life(contact, now=NOW)

    assert life.touch_count == 10_000
    assert 1 <= len(life.touches) <= STRETCHES + 1
    assert all(0 <= float(dot.x[:-1]) <= 100 for dot in life.touches)
    assert life.touches[-1].on == date(2026, 1, 1)


def test_the_page_draws_a_day_and_thirty_years(client: Client) -> None:
    contact = ContactFactory()
    InteractionFactory(contact=contact, happened_at=timezone.now())
    client.force_login(UserFactory(role="recruiter"))
    page = reverse("contacts:person", args=[contact.uid])
    assert "1 contact moment," in client.get(page).content.decode()

    EngagementFactory(contact=contact, starts_on=date(1996, 1, 1), role="<b>Nurse</b>")
    shown = client.get(page).content.decode()
    assert "&lt;b&gt;Nurse&lt;/b&gt;" in shown
    assert "<b>Nurse" not in shown
