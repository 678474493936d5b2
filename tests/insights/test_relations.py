"""High-touch ratio against values worked out by hand, and the pages of what is between us."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from campaigns.models import Touchpoint
from contacts.models import OrgUnit
from core.models import User
from insights.selectors.touch import touches
from relationships.models import CoOwner, SidesPlace
from relationships.services.exposure import refresh_exposure
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    InteractionFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
)
from tests.factories.campaigns import EnrolmentFactory, TouchpointFactory
from tests.factories.groups import PoolMemberFactory, SegmentFactory, TalentPoolFactory

pytestmark = pytest.mark.django_db
SINCE, UNTIL = date(2026, 1, 1), date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel("2026-03-10T12:00:00+01:00", tick=False):
        yield


def talk(contact: object, **fields: object) -> None:
    fields = {"happened_at": datetime(2026, 2, 1, 9, tzinfo=UTC), **fields}
    InteractionFactory(contact=contact, **fields)


def sent(contact: object, **enrolment: object) -> None:
    TouchpointFactory(
        enrolment=EnrolmentFactory(contact=contact, **enrolment),
        result=Touchpoint.Result.SENT,
        queue_state="done",
        done_at=datetime(2026, 2, 2, 9, tzinfo=UTC),
    )


def people(unit: OrgUnit, number: int) -> list[object]:
    return [ContactFactory(unit=unit) for _ in range(number)]


def test_by_team_by_hand() -> None:
    """North: five conversations (two begun by them), two from us alone, three by machines.
    5 / (5 + 2 + 3): 50 %.
    """
    north, south = OrgUnitFactory(name="North"), OrgUnitFactory(name="South")
    five = people(north, 5)
    for number, person in enumerate(five):
        talk(person, initiated_by="them" if number < 2 else "us")
    talk(five[0], direction="outbound")
    talk(five[1], direction="outbound", channel="email")
    talk(five[2], direction="outbound", is_automated=True)
    sent(five[3])
    sent(five[3])
    # None of these counts.
    talk(five[0], direction="inbound")
    talk(five[0], channel="note", direction="outbound")
    talk(five[0], direction="internal")
    talk(five[0], happened_at=datetime(2025, 12, 31, 9, tzinfo=UTC))
    for person in people(south, 4):
        talk(person)

    found = touches(UserFactory(role="reader"), since=SINCE, until=UNTIL)

    (team,) = found.teams
    assert (team.label, team.two_way, team.begun_by_us, team.begun_by_them) == ("North", 5, 3, 2)
    assert (team.one_way, team.automated, team.outbound, team.percentage) == (2, 3, 10, 50)
    # Four people of South would follow from a sum.
    assert found.total is None


def test_of_your_people_and_of_what_you_said_by_hand() -> None:
    """Of your people: one conversation of a colleague and one mail, 1 / 2. What you said: one
    conversation with a colleague's person, two messages, one mail in your name, 1 / 4.
    """
    user = UserFactory(role="recruiter")
    mine, other = ContactFactory(), ContactFactory()
    RelationshipFactory(contact=mine, owner=user)
    RelationshipFactory(contact=mine, owner=user, kind="alumnus")
    RelationshipFactory(contact=other)
    talk(mine, author=UserFactory())
    talk(other, author=user, initiated_by="them")
    talk(other, author=user, direction="outbound")
    talk(other, author=user, direction="outbound")
    talk(other, author=user, direction="inbound")
    talk(other, author=user, channel="note", direction="outbound")
    sent(mine)
    sent(other, campaign__owner=user)

    found = touches(user, since=SINCE, until=UNTIL)

    held, own = found.with_mine, found.by_me
    assert (held.two_way, held.one_way, held.automated, held.percentage) == (1, 0, 1, 50)
    assert (own.two_way, own.begun_by_us, own.one_way, own.automated) == (1, 0, 2, 1)
    assert (own.outbound, own.percentage, own.people) == (4, 25, 1)
    stranger = touches(UserFactory(role="reader"), since=SINCE, until=UNTIL)
    assert (stranger.with_mine.ratio, stranger.by_me.ratio) == (None, None)


def test_a_co_owner_keeps_people_too() -> None:
    user = UserFactory(role="recruiter")
    row = RelationshipFactory(owner=UserFactory())
    CoOwner.objects.create(relationship=row, user=user)
    talk(row.contact, author=row.owner)

    found = touches(user, since=SINCE, until=UNTIL)

    assert (found.with_mine.two_way, found.by_me.two_way) == (1, 0)


def test_by_pool_and_never_of_fewer_than_five() -> None:
    user = UserFactory(role="recruiter")
    big, small = TalentPoolFactory(owner=user, name="Big"), TalentPoolFactory(owner=user)
    unit = OrgUnitFactory()
    for number, person in enumerate(people(unit, 5)):
        talk(person)
        PoolMemberFactory(pool=big, contact=person)
        if number < 4:
            PoolMemberFactory(pool=small, contact=person)
    found = touches(user, since=SINCE, until=UNTIL)
    assert [(pool.label, pool.two_way, pool.percentage) for pool in found.pools] == [
        ("Big", 5, 100)
    ]
    assert found.small_pools == 1


def test_every_pool_one_may_see_is_there_the_most_contact_first(client: Client) -> None:
    user = UserFactory(role="recruiter", language="en")
    five = people(OrgUnitFactory(), 5)
    for person in five:
        talk(person)
    crowd = [TalentPoolFactory(owner=user, name=f"Pool {number:02}") for number in range(23)]
    hidden = TalentPoolFactory(name="Of a colleague", is_private=True)
    for pool in (*crowd, hidden):
        for person in five:
            PoolMemberFactory(pool=pool, contact=person)
    most = people(OrgUnitFactory(), 6)
    for person in most:
        talk(person)
        PoolMemberFactory(pool=crowd[-1], contact=person)
    # Who left the pool counts in it no more.
    PoolMemberFactory(pool=crowd[0], contact=most[0], until=timezone.now())

    found = touches(user, since=SINCE, until=UNTIL)

    wanted = [("Pool 22", 11)] + [(f"Pool {number:02}", 5) for number in range(22)]
    assert [(pool.label, pool.two_way) for pool in found.pools] == wanted
    assert (len(found.first_pools), len(found.more_pools), found.small_pools) == (10, 13, 0)
    client.force_login(user)
    page = client.get("/insights/touch/").content.decode()
    assert "13 more pools" in page
    assert all(pool.name in page for pool in crowd)
    assert hidden.name not in page


@pytest.mark.parametrize("count", [1, 3])
def test_pools_cost_no_query_each(
    count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    user = UserFactory(role="recruiter")
    for pool in TalentPoolFactory.create_batch(count, owner=user):
        for person in people(OrgUnitFactory(), 5):
            talk(person)
            PoolMemberFactory(pool=pool, contact=person)
    user = User.objects.get(pk=user.pk)
    user.has_perm("contacts.view_contact")

    with django_assert_num_queries(10):
        found = touches(user, since=SINCE, until=UNTIL)
    assert len(found.pools) == count


@pytest.fixture
def reader(client: Client) -> User:
    user = UserFactory(role="recruiter", language="en")
    client.force_login(user)
    return user


@pytest.mark.parametrize("query", ["", "?days=30", "?days=365", "?days=x", "?days=99999999"])
def test_the_page_of_high_touch(client: Client, reader: User, query: str) -> None:
    for person in people(OrgUnitFactory(name="North"), 5):
        talk(person)
    page = client.get(f"/insights/touch/{query}").content.decode()
    assert "By team" in page
    assert ("North" in page) == (query != "?days=30")


def test_the_page_of_two_sides_leads_to_the_people(client: Client, reader: User) -> None:
    segment = SegmentFactory(owner=reader)
    empty = client.get("/insights/two-sides/").content.decode()
    assert "Nothing is shown" in empty
    for query in (f"?segment={segment.uid}", "?kind=prospect", "?kind=x"):
        assert client.get(f"/insights/two-sides/{query}").status_code == 200
    assert client.get("/insights/two-sides/?segment=nonsense").status_code == 404
    other = SegmentFactory(is_private=True)
    assert client.get(f"/insights/two-sides/?segment={other.uid}").status_code == 404


def test_the_page_of_continuity(client: Client, reader: User) -> None:
    rows = [RelationshipFactory(cadence_days=30) for _ in range(5)]
    ConsentFactory(contact=rows[0].contact)
    refresh_exposure(now=timezone.now())
    page = client.get("/insights/continuity/").content.decode()
    assert rows[0].contact.full_name in page
    listed = client.get("/people/?hangs_on_one=1").content.decode()
    assert rows[0].contact.full_name in listed


def test_two_sides_of_one_kind_count_who_has_it_and_was_not_put_aside(
    client: Client, reader: User
) -> None:
    rows = [RelationshipFactory(kind="freelancer") for _ in range(6)]
    rows.append(RelationshipFactory(kind="prospect"))
    rows.append(RelationshipFactory(kind="freelancer", contact__archived_at=timezone.now()))
    for row in rows:
        SidesPlace.objects.create(contact=row.contact, code="fine_badly")

    assert client.get("/insights/two-sides/?kind=freelancer").context["found"].n == 6
    assert client.get("/insights/two-sides/").context["found"].n == 7
    unit = OrgUnitFactory()
    client.force_login(UserFactory(role="recruiter", unit=unit))
    assert client.get("/insights/two-sides/").context["found"].n is None


@pytest.mark.parametrize(
    ("path", "later", "said"),
    [
        ("/insights/touch/", "By team", "How much of our contact is between people"),
        ("/insights/", "People whose record is fresh", "People by kind and stage"),
    ],
)
def test_what_takes_long_follows_where_there_is_a_script(
    client: Client, reader: User, path: str, later: str, said: str
) -> None:
    assert later in client.get(path).content.decode()
    cache.clear()
    client.cookies["scripted"] = "yes"

    page = client.get(path).content.decode()
    assert said in page
    assert later not in page
    assert "part=figures" in page

    part = client.get(f"{path}?part=figures", headers={"HX-Request": "true"}).content.decode()
    assert later in part
    assert said not in part


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    cache.clear()
