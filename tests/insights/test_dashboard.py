from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Touchpoint
from contacts.models import Contact
from contacts.services.confirming import confirm_fields
from contacts.services.contacts import update_contact
from insights.selectors.dashboard import (
    Flow,
    Week,
    Workload,
    contact_by_week,
    dashboard,
    flow_of_month,
    freshness_of,
    people_by_stage,
    tasks_due,
)
from relationships.choices import Direction, Kind
from relationships.models import StageTransition
from tests.factories import (
    ContactFactory,
    FollowUpFactory,
    GoodwillEntryFactory,
    InteractionFactory,
    OrgUnitFactory,
    PromiseFactory,
    RelationshipFactory,
    UserFactory,
    stage,
)
from tests.factories.campaigns import TouchpointFactory

pytestmark = pytest.mark.django_db

SUNDAY = date(2026, 3, 15)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_people_by_stage_counts_open_relationships_only() -> None:
    reader = UserFactory(role="reader")
    RelationshipFactory.create_batch(2, kind=Kind.ALUMNUS, stage=stage("alumnus", "active"))
    RelationshipFactory(kind=Kind.ALUMNUS, stage=stage("alumnus", "dormant"))
    RelationshipFactory(
        kind=Kind.ALUMNUS, stage=stage("alumnus", "returned"), ended_on=timezone.localdate()
    )

    kinds = {kind.kind: kind for kind in people_by_stage(reader)}

    assert {kind: counted.people for kind, counted in kinds.items()} == {
        "prospect": 0,
        "employee": 0,
        "freelancer": 0,
        "alumnus": 3,
    }
    assert [(s.label, s.people) for s in kinds["alumnus"].stages] == [
        ("Just left", 0),
        ("In touch", 0),
        ("Active", 2),
        ("Dormant", 1),
    ]


def test_flow_of_month_counts_each_arrow_within_the_month() -> None:
    reader = UserFactory(role="reader")
    relationship = RelationshipFactory(kind=Kind.PROSPECT, stage=stage("prospect", "interested"))
    arrows = [
        (None, "identified", datetime(2026, 2, 28, 22, 59, tzinfo=UTC)),
        (None, "identified", datetime(2026, 2, 28, 23, 0, tzinfo=UTC)),  # 1 March in Amsterdam
        ("identified", "in-contact", datetime(2026, 3, 10, tzinfo=UTC)),
        ("identified", "in-contact", datetime(2026, 3, 31, 21, 59, tzinfo=UTC)),
        ("identified", "in-contact", datetime(2026, 3, 31, 22, 0, tzinfo=UTC)),  # 1 April
    ]
    for from_key, to_key, at in arrows:
        StageTransition.objects.create(
            relationship=relationship,
            from_stage=stage("prospect", from_key) if from_key else None,
            to_stage=stage("prospect", to_key),
            moved_at=at,
        )

    assert flow_of_month(reader, date(2026, 3, 15)) == (
        Flow(kind_label="Prospect", from_label="Identified", to_label="In contact", moves=2),
        Flow(kind_label="Prospect", from_label="", to_label="Identified", moves=1),
    )


def test_contact_by_week_parts_humans_from_machines() -> None:
    reader = UserFactory(role="reader")
    contact = ContactFactory()
    for day, direction, is_automated in (
        (SUNDAY, Direction.TWO_WAY, False),
        (SUNDAY - timedelta(days=6), Direction.TWO_WAY, False),
        (SUNDAY - timedelta(days=6), Direction.OUTBOUND, False),
        (SUNDAY, Direction.OUTBOUND, True),
        (SUNDAY - timedelta(weeks=13), Direction.TWO_WAY, False),
        (SUNDAY + timedelta(days=1), Direction.TWO_WAY, False),
        (SUNDAY, Direction.INBOUND, False),
    ):
        InteractionFactory(
            contact=contact, happened_at=noon(day), direction=direction, is_automated=is_automated
        )

    for result, done_at in (
        (Touchpoint.Result.SENT, noon(SUNDAY - timedelta(days=7))),
        (Touchpoint.Result.LEFT_OUT, noon(SUNDAY)),
        (Touchpoint.Result.SENT, noon(SUNDAY + timedelta(days=1))),
    ):
        TouchpointFactory(contact=contact, result=result, done_at=done_at)

    weeks = contact_by_week(reader, SUNDAY)

    assert len(weeks) == 12
    assert weeks[-2:] == (
        Week(monday=date(2026, 3, 2), two_way=0, one_way=0, automated=1),
        Week(monday=date(2026, 3, 9), two_way=2, one_way=1, automated=0),
    )
    figures = dashboard(user=reader, month=SUNDAY, today=SUNDAY)
    assert figures.high_touch_ratio == 2 / 4


def test_tasks_due_by_colleague_who_is_most_behind_first() -> None:
    reader = UserFactory(role="reader")
    ada, bob = UserFactory(name="Ada"), UserFactory(name="Bob")
    for assignee, days in ((ada, 0), (ada, 7), (ada, 8), (bob, -1), (bob, 3)):
        FollowUpFactory(assignee=assignee, due_on=SUNDAY + timedelta(days=days))

    assert tasks_due(reader, SUNDAY) == (
        Workload(name="Bob", overdue=1, today=0, this_week=1),
        Workload(name="Ada", overdue=0, today=1, this_week=1),
    )


def test_dashboard_shows_a_unit_its_own_people_only() -> None:
    here, elsewhere = OrgUnitFactory(), OrgUnitFactory()
    reader = UserFactory(role="reader", unit=here)
    for unit in (here, elsewhere, elsewhere):
        contact = ContactFactory(unit=unit)
        RelationshipFactory(contact=contact)
        FollowUpFactory(contact=contact, assignee=UserFactory(), due_on=SUNDAY)
        InteractionFactory(contact=contact, happened_at=noon(SUNDAY), direction=Direction.TWO_WAY)

    figures = dashboard(user=reader, month=SUNDAY, today=SUNDAY)

    assert figures.open_relationships == 1
    assert figures.two_way == 1
    assert [w.today for w in figures.workloads] == [1]


@pytest.mark.parametrize("count", [1, 3])
def test_dashboard_page_runs_the_same_queries_however_many_people(
    client: Client, count: int, django_assert_num_queries: Callable
) -> None:
    reader = UserFactory(role="reader")
    RelationshipFactory.create_batch(count)
    client.force_login(reader)
    client.get(reverse("insights:dashboard"))

    # Session, user, grants; people and stages (3); flow and stages (3); by week (3); tasks.
    # Who is fresh was kept a moment ago.
    with django_assert_num_queries(16):
        response = client.get(reverse("insights:dashboard"))

    assert response.context["figures"].open_relationships == count


@pytest.mark.parametrize("month", ["2026-13", "x", "9999-12", ""])
def test_dashboard_page_bears_any_month(client: Client, month: str) -> None:
    client.force_login(UserFactory(role="reader"))

    response = client.get(reverse("insights:dashboard"), {"month": month})

    assert response.context["month"] == timezone.localdate().replace(day=1)


def test_dashboard_page_is_for_those_who_may_see_figures(client: Client) -> None:
    client.force_login(UserFactory())

    assert client.get(reverse("insights:dashboard")).status_code == 403


def test_our_word_and_goodwill_are_shown_of_five_people_and_more(client: Client) -> None:
    client.force_login(UserFactory(role="hr-manager", language="en"))
    unit = OrgUnitFactory(name="Hydrology")
    day = timezone.localdate() - timedelta(days=3)
    for number in range(5):
        row = RelationshipFactory(kind="alumnus", contact=ContactFactory(unit=unit))
        shown = client.get(reverse("insights:dashboard")).content.decode()
        assert ("Hydrology" in shown, "faded by half" in shown) == (False, False), number
        state = "broken" if number == 4 else "kept"
        PromiseFactory(contact=row.contact, state=state, due_on=day)
        GoodwillEntryFactory(contact=row.contact)

    shown = client.get(reverse("insights:dashboard")).content.decode()
    assert "Hydrology" in shown
    # Four of five.
    assert '<td class="num">4</td><td class="num">5</td><td class="num">80</td>' in shown
    assert "faded by half" in shown


def test_freshness_counts_people_of_whom_nothing_is_old() -> None:
    today = timezone.localdate()
    long_ago = timezone.now() - timedelta(days=400)
    unit = OrgUnitFactory()
    user = UserFactory(role="recruiter", unit=unit)
    new, confirmed, half, old, elsewhere = (ContactFactory(unit=unit) for _ in range(5))
    Contact.objects.exclude(pk=new.pk).update(created_at=long_ago)
    for one in (confirmed, half):
        confirm_fields(contact=one, actor=None, source="self")
    half.refresh_from_db()
    half.field_sources["language"] = ["self", "2020-01-01", ""]
    half.save(update_fields=["field_sources"])
    Contact.objects.filter(pk=elsewhere.pk).update(unit=OrgUnitFactory())

    found = freshness_of(user, today)

    assert (found.people, found.fresh, found.percent) == (4, 2, 50)
    assert freshness_of(UserFactory(role="recruiter", unit=OrgUnitFactory()), today).percent is None
    assert old.field_sources == {}


def test_a_new_row_with_an_old_word_in_it_is_not_fresh() -> None:
    ContactFactory(city="Delft", field_sources={"city": ["import", "2020-01-01", "x.csv"]})
    found = freshness_of(UserFactory(role="administrator"), timezone.localdate())
    assert (found.people, found.fresh) == (1, 0)


def test_a_new_row_that_was_mended_is_fresh() -> None:
    update_contact(contact=ContactFactory(), actor=None, city="Delft")
    assert freshness_of(UserFactory(role="administrator"), timezone.localdate()).fresh == 1
