"""By channel and depth, against values worked out by hand; each number is as long as its list."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from random import Random
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Touchpoint
from contacts import listing
from contacts.models import Contact
from core.models import User
from insights.channel_rows import channel_rows, total_row
from insights.charts import channels_chart
from insights.selectors.channels import CHANNELS, Sort, channels
from insights.talk_lists import TalkValue, read_talk
from relationships.choices import Channel, Direction
from tests.factories import ContactFactory, InteractionFactory, OrgUnitFactory, UserFactory
from tests.factories.campaigns import EnrolmentFactory, TouchpointFactory

pytestmark = pytest.mark.django_db
SINCE, UNTIL = date(2026, 1, 1), date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel("2026-03-10T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def reader(client: Client) -> User:
    user = UserFactory(role="recruiter", language="en")
    client.force_login(user)
    return user


def talk(contact: Contact, channel: str, **fields: object) -> None:
    fields = {"happened_at": datetime(2026, 2, 1, 9, tzinfo=UTC), **fields}
    InteractionFactory(contact=contact, channel=channel, **fields)


def sent(contact: Contact) -> None:
    TouchpointFactory(
        enrolment=EnrolmentFactory(contact=contact),
        result=Touchpoint.Result.SENT,
        queue_state="done",
        done_at=datetime(2026, 2, 2, 9, tzinfo=UTC),
    )


def some_contact() -> tuple[Contact, Contact, Contact]:
    """Met Ana twice (once begun by her), called Bo, who wrote back; mailed Ana and Cas by machine,
    Cas by hand as well.
    """
    ana, bo, cas = ContactFactory(), ContactFactory(), ContactFactory()
    talk(ana, "meeting", initiated_by="us")
    talk(ana, "event", initiated_by="them")
    talk(bo, "phone")
    talk(bo, "email", direction="inbound", initiated_by="them")
    talk(cas, "email", direction="outbound")
    talk(cas, "email", direction="outbound", is_automated=True)
    sent(ana)
    sent(ana)
    # None of these counts.
    talk(ana, "note", direction="outbound")
    talk(ana, "chat", direction="internal")
    talk(ana, "chat", happened_at=datetime(2025, 12, 31, 22, 59, tzinfo=UTC))
    talk(ana, "chat", happened_at=datetime(2026, 3, 10, 23, 0, tzinfo=UTC))
    talk(ContactFactory(archived_at=datetime(2026, 1, 1, tzinfo=UTC)), "letter")
    return ana, bo, cas


def people_of(user: User, value: str) -> set[Contact]:
    selection = listing.clean({"talked": [value]}, user)
    return set(listing.apply(Contact.objects.visible_to(user).active(), selection, user))


def test_by_hand(reader: User) -> None:
    """Face: 2 moments with one person. Voice: 1 with one. Written: 2 by people, 3 by machines, with
    three people. Of the 5 that people said 2 were face to face: 40 %.
    """
    some_contact()

    found = channels(reader, since=SINCE, until=UNTIL)

    assert [(line.name, line.human, line.moments, line.people) for line in found.depths] == [
        ("face", 2, 2, 1),
        ("voice", 1, 1, 1),
        ("written", 2, 5, 3),
    ]
    assert [found.share_of(line) for line in found.depths] == [40, 20, 40]
    face, _voice, written = found.depths
    assert [line.name for line in face.channels] == ["meeting", "event"]
    both = face.cells[Sort.BOTH_WAYS]
    assert (both.moments, both.people, both.begun_by_us, both.begun_by_them) == (2, 1, 1, 1)
    (mail,) = written.channels
    assert {sort.value: (cell.moments, cell.people) for sort, cell in mail.cells.items()} == {
        "two_way": (0, 0),
        "outbound": (1, 1),
        "inbound": (1, 1),
        "automated": (3, 2),
    }
    assert (found.total.moments, found.total.human, found.total.people) == (8, 5, 3)


def test_each_number_leads_to_exactly_its_people(client: Client, reader: User) -> None:
    ana, bo, cas = some_contact()
    found = channels(reader, since=SINCE, until=UNTIL)
    names = {ana: "ana", bo: "bo", cas: "cas"}

    def people(url: str) -> set[str]:
        (value,) = parse_qs(urlsplit(url).query)["talked"]
        return {names[one] for one in people_of(reader, value)}

    rows = [*channel_rows(found), total_row(found)]
    for row in rows:
        assert len(people(row.url)) == row.of.people
        for cell in row.cells:
            assert len(people(cell.url)) == cell.of.people, cell.url
    written = next(row for row in rows if row.of.name == "written")
    assert [people(cell.url) for cell in written.cells] == [set(), {"cas"}, {"bo"}, {"ana", "cas"}]
    assert people(rows[-1].url) == {"ana", "bo", "cas"}
    page = client.get(written.cells[3].url).content.decode()
    assert "sent by machines: In writing, " in page


@pytest.mark.parametrize("seed", range(5))
def test_lines_add_up_whatever_was_said(seed: int) -> None:
    """Moments of the channels are those of all, nobody counts twice, and each number is as long as
    its list; whoever looks.
    """
    chance = Random(seed)  # noqa: S311 -- for a test
    here, elsewhere = OrgUnitFactory(), OrgUnitFactory()
    everybody = [ContactFactory(unit=unit) for unit in (here, here, elsewhere)]
    said = [
        (
            chance.choice(everybody),
            chance.choice([*CHANNELS, Channel.NOTE]),
            chance.choice(list(Direction)),
            chance.random() < 0.3,
        )
        for _ in range(25)
    ]
    for who, channel, direction, is_automated in said:
        talk(who, channel, direction=direction, is_automated=is_automated)
    counted = [
        (who, channel.value, "automated" if is_automated else direction.value)
        for who, channel, direction, is_automated in said
        if channel != Channel.NOTE and direction != Direction.INTERNAL
    ]

    for unit in (None, here):
        user = UserFactory(role="reader", unit=unit)
        found = channels(user, since=SINCE, until=UNTIL)
        seen = [one for one in counted if unit is None or one[0].unit == unit]
        lines = [line for depth in found.depths for line in depth.channels]
        assert sum(line.moments for line in lines) == found.total.moments == len(seen)
        assert found.total.people == len({who for who, _channel, _sort in seen})
        for line in lines:
            for sort, cell in line.cells.items():
                mine = [who for who, *what in seen if what == [line.name, sort.value]]
                assert (cell.moments, cell.people) == (len(mine), len(set(mine)))
                value = TalkValue(name=line.name, sort=sort, since=SINCE, until=UNTIL)
                assert people_of(user, str(value)) == set(mine)


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_two_queries_however_much_was_said(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        some_contact()
    reader = UserFactory(role="reader")
    reader.has_perm("relationships.view_relationship")

    with django_assert_num_queries(2):
        channels(reader, since=SINCE, until=UNTIL)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "fax.two_way.2026-01-01.2026-03-01",
        "note.two_way.2026-01-01.2026-03-01",
        "none.two_way.2026-01-01.2026-03-01",
        "email.sideways.2026-01-01.2026-03-01",
        "email.two_way.2026-03-01.2026-01-01",
        "email.two_way.2026-13-01.2026-03-01",
        "email.two_way.0001-01-01.9999-12-31",
        "email.two_way.2026-01-01.2026-03-01.x",
    ],
)
def test_what_cannot_be_read_leads_to_nobody(client: Client, reader: User, value: str) -> None:
    some_contact()
    with pytest.raises(ValueError):  # noqa: PT011 -- whatever it is that cannot be read
        read_talk(value)
    answer = client.get(f"/people/?{urlencode({'talked': value})}")
    assert answer.status_code == 200
    if value:
        assert people_of(reader, value) == set()


def test_the_page_shows_picture_and_table(client: Client, reader: User) -> None:
    some_contact()
    cache.clear()
    # In ninety days a chat of December counts as well: three of six.
    page = client.get("/insights/touch/").content.decode()
    assert "50% of what people said was face to face or by voice" in page
    assert "we 1, they 1" in page
    assert 'href="/people/?talked=written.automated.2025-12-11.2026-03-10"' in page
    cache.clear()
    client.cookies["scripted"] = "yes"
    assert "By channel and depth" not in client.get("/insights/touch/").content.decode()
    part = client.get(
        "/insights/touch/?part=figures", headers={"HX-Request": "true"}
    ).content.decode()
    assert "By channel and depth" in part


def test_a_reader_of_nobody_sees_nothing(client: Client) -> None:
    some_contact()
    stranger = UserFactory(role="reader", unit=OrgUnitFactory())
    found = channels(stranger, since=SINCE, until=UNTIL)
    assert (found.total.moments, found.depths) == (0, [])
    assert channels_chart(found).is_empty
