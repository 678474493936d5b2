from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from contacts import listing
from contacts.models import Contact
from core.models import User
from insights.funnel_rows import reached_rows, time_rows
from insights.lists import StayValue, read_stay
from insights.selectors.stays import Asked, By, funnel
from relationships.models import Relationship, StageTransition
from tests.factories import (
    ContactFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
    stage,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 31)
ASKED = Asked(kind="prospect", since=date(2026, 1, 1), until=TODAY)


def way(*moves: tuple[str, str], kind: str = "prospect", **fields: object) -> Relationship:
    """Somebody who came to these stages on these days; ``"back"`` takes the last move back."""
    where = [key for key, _day in moves if key != "back"]
    row = RelationshipFactory(kind=kind, at=where[-1], **fields)
    held: list[str] = []
    for key, day in moves:
        before, words = (held[-1] if held else None), ""
        if key == "back":
            held.pop()
            key, words = held[-1], "Taken back"
        else:
            held.append(key)
        at = datetime.fromisoformat(day).replace(tzinfo=UTC)
        StageTransition.objects.create(
            relationship=row,
            from_stage=stage(kind, before) if before else None,
            to_stage=stage(kind, key),
            moved_at=at if "T" in day else at + timedelta(hours=12),
            reason=words,
        )
    return row


@pytest.fixture
def reader() -> User:
    return UserFactory(role="reader")


def several() -> list[Relationship]:
    """At "identified": gone after 2, 4, 4 and 10 days; there still for 3 and 6. As the days of
    ``test_survival``, where median and nine in ten are 4 and 10.
    """
    return [
        way(("identified", "2026-01-01"), ("in-contact", "2026-01-03")),
        way(
            ("identified", "2026-02-01"), ("in-contact", "2026-02-05"), ("interested", "2026-02-20")
        ),
        way(("identified", "2026-02-01"), ("not-now", "2026-02-05")),
        way(("identified", "2026-03-01"), ("in-contact", "2026-03-11")),
        way(("identified", "2026-03-28")),
        way(("identified", "2026-03-25")),
        # Out of the days, before and after; the second began before and moved within them.
        way(("identified", "2025-12-31"), ("in-contact", "2026-04-01")),
        way(("identified", "2025-12-01"), ("interested", "2026-03-01")),
        way(("just-left", "2026-02-01"), kind="alumnus"),
    ]


def shown(user: User, by: By = By.NOTHING) -> list[tuple[object, ...]]:
    found = funnel(user, ASKED, by=by, today=TODAY)
    return [
        (one.stage.key, one.group_label, one.left, one.here, one.median, one.p90)
        for one in found.times
    ]


def test_time_at_each_stage_as_worked_out_by_hand(reader: User) -> None:
    several()

    assert shown(reader) == [
        ("identified", "", 4, 2, 4, 10),
        # Gone after 15; there still for 87 and 20.
        ("in-contact", "", 1, 2, None, None),
        # There still, for 39 and 30.
        ("interested", "", 0, 2, None, None),
    ]
    times = {one.stage.key: one for one in funnel(reader, ASKED, by=By.NOTHING, today=TODAY).times}
    told = [(key, one.is_small, one.longest) for key, one in times.items()]
    assert told == [("identified", False, 10), ("in-contact", True, 0), ("interested", True, 0)]


def test_where_too_many_are_still_there_it_is_more_than_the_longest(reader: User) -> None:
    way(("identified", "2026-01-01"), ("in-contact", "2026-01-02"))
    for day in ("01", "02", "03", "04"):
        way(("in-contact", f"2026-01-{day}"))

    times = {one.stage.key: one for one in funnel(reader, ASKED, by=By.NOTHING, today=TODAY).times}

    held = times["in-contact"]
    assert (held.people, held.median, held.p90, held.longest) == (5, None, None, 89)


def test_of_fewer_than_five_no_days_are_told(reader: User) -> None:
    """Anna's five: gone after 2, 4, 6, 8 and 10. Bram's four, and one who came five times: days
    are known of them, and not told.
    """
    anna, bram, carla = (UserFactory(name=name) for name in ("Anna", "Bram", "Carla"))
    for owner, number in ((anna, 5), (bram, 4)):
        for days in range(1, number + 1):
            moves = ("identified", "2026-01-01"), ("in-contact", f"2026-01-{1 + 2 * days:02}")
            way(*moves, owner=owner)
    often = [
        (key, f"2026-0{month}-{day}")
        for month in (1, 2, 3)
        for key, day in (
            ("identified", "01"),
            ("in-contact", "05"),
            ("identified", "11"),
            ("in-contact", "15"),
        )
    ]
    way(*often, owner=carla)

    found = funnel(reader, ASKED, by=By.OWNER, today=TODAY).times

    told = [
        (one.group_label, one.people, one.median, one.p90, one.is_small)
        for one in found
        if one.stage.key == "identified"
    ]
    assert told == [
        ("Anna", 5, 6, 10, False),
        ("Bram", 4, None, None, True),
        ("Carla", 6, None, None, True),
    ]


def test_five_are_five_whatever_their_numbers(reader: User) -> None:
    """Numbers that are alike in the quick count: then people are counted one by one."""
    for place in range(5):
        contact = ContactFactory(pk=610_000_000 + 61 * place)
        way(("identified", "2026-01-01"), ("in-contact", "2026-01-03"), contact=contact)

    times = {one.stage.key: one for one in funnel(reader, ASKED, by=By.NOTHING, today=TODAY).times}

    assert (times["identified"].median, times["identified"].is_small) == (2, False)


def test_the_page_says_why_days_are_left_out(client: Client, reader: User) -> None:
    way(("identified", "2026-01-01"), ("in-contact", "2026-01-03"))
    client.force_login(reader)

    page = client.get("/insights/funnel/?since=2026-01-01&until=2026-03-31&by=owner")

    assert "fewer than five" in page.content.decode()
    assert "they would tell of one person" in page.content.decode()


def test_the_funnel_counts_those_who_began_in_these_days(reader: User) -> None:
    several()

    found = funnel(reader, ASKED, by=By.NOTHING, today=TODAY)

    assert found.begun == 6
    assert [(one.stage.key, one.people, one.share) for one in found.reached] == [
        ("identified", 6, 100),
        ("in-contact", 3, 50),
        ("interested", 1, 17),
        ("in-conversation", 0, 0),
        ("offer", 0, 0),
        ("joined", 0, 0),
        ("not-now", 1, 17),
    ]


def test_a_move_that_was_taken_back_never_was(reader: User) -> None:
    for _ in range(5):
        way(
            ("identified", "2026-01-01"),
            ("offer", "2026-01-05T10:00"),
            ("back", "2026-01-05T10:01"),
            ("in-contact", "2026-01-11"),
        )

    assert shown(reader) == [
        ("identified", "", 5, 0, 10, 10),
        ("in-contact", "", 0, 5, None, None),
    ]
    reached = funnel(reader, ASKED, by=By.NOTHING, today=TODAY).reached
    assert [one.stage.key for one in reached if one.people] == ["identified", "in-contact"]


def test_split_by_source_and_by_owner(reader: User) -> None:
    anna, bram = UserFactory(name="Anna"), UserFactory(name="Bram")
    way(
        ("identified", "2026-01-01"),
        ("in-contact", "2026-01-03"),
        owner=bram,
        contact=ContactFactory(source="import"),
    )
    way(("identified", "2026-03-01"), owner=anna, contact=ContactFactory(source="self"))
    way(("identified", "2026-03-01"), owner=None, contact=ContactFactory(source="import"))

    assert shown(reader, By.SOURCE) == [
        ("identified", "Import", 1, 1, None, None),
        ("identified", "The person", 0, 1, None, None),
        ("in-contact", "Import", 0, 1, None, None),
    ]
    assert shown(reader, By.OWNER) == [
        ("identified", "Anna", 0, 1, None, None),
        ("identified", "Bram", 1, 0, None, None),
        ("identified", "", 0, 1, None, None),
        ("in-contact", "Bram", 0, 1, None, None),
    ]


def people_of(user: User, value: str) -> set[Contact]:
    selection = listing.clean({"stay": [value]}, user)
    assert selection
    return set(listing.apply(Contact.objects.visible_to(user).active(), selection, user))


@pytest.mark.parametrize("by", list(By))
def test_each_number_leads_to_its_people(
    reader: User, by: By, monkeypatch: pytest.MonkeyPatch
) -> None:
    several()
    monkeypatch.setattr("insights.lists.timezone.localdate", lambda: TODAY)
    found = funnel(reader, ASKED, by=by, today=TODAY)

    for reached in reached_rows(found):
        value = StayValue(what="reached", asked=ASKED, stage=reached.of.stage.key)
        assert len(people_of(reader, str(value))) == reached.of.people
    for row in time_rows(found, by):
        for what, count in (("left", row.of.left), ("here", row.of.here)):
            value = StayValue(
                what=what,  # type: ignore[arg-type]
                asked=ASKED,
                stage=row.of.stage.key,
                by=by,
                group=row.of.group,
            )
            assert read_stay(str(value)) == value
            assert len(people_of(reader, str(value))) == count


def test_whom_one_may_not_see_is_in_no_figure() -> None:
    unit = OrgUnitFactory()
    way(("identified", "2026-02-01"), contact=ContactFactory(unit=OrgUnitFactory()))
    mine = way(("identified", "2026-02-01"), contact=ContactFactory(unit=unit))
    user = UserFactory(role="reader", unit=unit)

    assert shown(user) == [("identified", "", 0, 1, None, None)]
    value = StayValue(what="reached", asked=ASKED, stage="identified")
    assert people_of(user, str(value)) == {mine.contact}
    assert funnel(UserFactory(), ASKED, by=By.NOTHING, today=TODAY).begun == 0


@pytest.mark.parametrize(
    "value",
    [
        "x",
        "reached.prospect.identified.2026-01-01.2026-02-01",
        "gone.prospect.identified.2026-01-01.2026-02-01..",
        "left.nobody.identified.2026-01-01.2026-02-01..",
        "left.prospect.identified.2026-02-01.2026-01-01..",
        "left.prospect.identified.0001-01-01.9999-12-31..",
        "left.prospect.identified.2026-01-01.2026-02-01.size.",
    ],
)
def test_what_no_page_wrote_is_nobody(reader: User, value: str) -> None:
    several()
    assert people_of(reader, value) == set()


@pytest.mark.parametrize(
    "query", ["", "?by=source&kind=alumnus", "?by=x&kind=y&since=z", "?by=owner"]
)
def test_the_page(client: Client, reader: User, query: str) -> None:
    several()
    client.force_login(reader)
    assert client.get(f"/insights/funnel/{query}").status_code == 200


def test_the_page_leads_to_the_list(client: Client, reader: User) -> None:
    several()
    client.force_login(reader)
    page = client.get("/insights/funnel/?since=2026-01-01&until=2026-03-31").content.decode()

    link = "/people/?stay=left.prospect.identified.2026-01-01.2026-03-31.."
    assert f'href="{link}"' in page
    listed = client.get(link).content.decode()
    assert "came to “Identified”" in listed
    assert "and moved on" in listed


def test_the_funnel_is_for_who_sees_figures(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get("/insights/funnel/").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_funnel_is_a_fixed_number_of_queries(
    reader: User, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for _ in range(count):
        way(("identified", "2026-01-01"), ("in-contact", "2026-01-03"))
    User.has_perm(reader, "relationships.view_relationship")

    # The stages, the funnel, the stays, the owners.
    with django_assert_num_queries(4):
        funnel(reader, ASKED, by=By.OWNER, today=TODAY)
