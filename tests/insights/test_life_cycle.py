from collections.abc import Callable
from datetime import date
from random import Random
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from contacts import listing
from contacts.models import Contact
from core.models import User
from insights.choices import State
from insights.lists import flow_value, read_flow
from insights.selectors.life_cycle import Arrow, LifeCycle, life_cycle
from tests.factories import ContactFactory, OrgUnitFactory, RelationshipFactory, UserFactory

pytestmark = pytest.mark.django_db

SINCE, UNTIL = date(2026, 1, 1), date(2026, 3, 31)
CLOSES = {"prospect": "joined", "employee": "left", "freelancer": "ended", "alumnus": "returned"}


def life(*parts: tuple[str, str, str], **person: object) -> Contact:
    """Somebody with these relationships: kind, first day, last day or nothing."""
    contact = ContactFactory(**person)
    for kind, begun, ended in parts:
        RelationshipFactory(
            contact=contact,
            kind=kind,
            at=CLOSES[kind] if ended else "",
            started_on=date.fromisoformat(begun),
            ended_on=date.fromisoformat(ended) if ended else None,
        )
    return contact


@pytest.fixture
def reader() -> User:
    return UserFactory(role="reader")


def people_of(user: User, **asked: str) -> set[Contact]:
    """Whom the list of people shows behind a number."""
    selection = listing.clean({key: [value] for key, value in asked.items()}, user)
    assert selection
    return set(listing.apply(Contact.objects.visible_to(user).active(), selection, user))


def reckoned(user: User) -> LifeCycle:
    return life_cycle(user, since=SINCE, until=UNTIL)


def several() -> dict[str, Contact]:
    return {
        "known": life(),
        "prospect": life(("prospect", "2026-02-01", "")),
        # Hired: the prospect joined and began a month later.
        "hired": life(("prospect", "2025-06-01", "2026-01-15"), ("employee", "2026-02-15", "")),
        # Left within the quarter, and stayed in touch.
        "left": life(("employee", "2020-01-01", "2026-01-31"), ("alumnus", "2026-01-31", "")),
        # First contact to renewed contact.
        "returner": life(
            ("prospect", "2015-01-01", "2015-03-01"),
            ("employee", "2015-03-01", "2020-05-01"),
            ("alumnus", "2020-05-01", "2026-03-01"),
            ("employee", "2026-03-01", ""),
        ),
        # Two things at once: an alumnus who works for us as a freelancer.
        "both": life(
            ("employee", "2010-01-01", "2024-01-01"),
            ("alumnus", "2024-01-01", ""),
            ("freelancer", "2026-03-31", ""),
        ),
        # Ended within the quarter, and nothing since.
        "gone": life(("freelancer", "2023-01-01", "2026-01-01")),
        # Long out of touch, and a prospect anew: 91 days after the ending.
        "again": life(("freelancer", "2020-01-01", "2025-10-12"), ("prospect", "2026-01-11", "")),
        # Out of the period by a day, on either side.
        "before": life(("prospect", "2025-12-31", "")),
        "after": life(("prospect", "2026-04-01", "")),
        # A returner who left again.
        "left again": life(
            ("employee", "2001-01-01", "2003-01-01"),
            ("employee", "2010-01-01", "2026-02-01"),
            ("alumnus", "2026-02-01", ""),
        ),
    }


def test_people_and_flows_as_worked_out_by_hand(reader: User) -> None:
    several()
    life(("prospect", "2026-02-01", ""), archived_at=timezone.now())
    life(archived_at=timezone.now())

    found = reckoned(reader)

    assert found.people == {
        State.KNOWN: 1,
        State.PROSPECT: 4,
        State.EMPLOYEE: 1,
        State.FREELANCER: 1,
        State.ALUMNUS: 3,
        State.RETURNER: 1,
        State.PAST: 1,
    }
    assert found.flows == {
        Arrow(State.KNOWN, State.PROSPECT): 1,
        Arrow(State.PROSPECT, State.EMPLOYEE): 1,
        Arrow(State.EMPLOYEE, State.ALUMNUS): 1,
        Arrow(State.ALUMNUS, State.RETURNER): 1,
        Arrow(State.ALUMNUS, State.FREELANCER): 1,
        Arrow(State.FREELANCER, State.PAST): 1,
        Arrow(State.PAST, State.PROSPECT): 1,
        Arrow(State.RETURNER, State.ALUMNUS): 1,
    }


def test_each_number_leads_to_exactly_those_people(reader: User) -> None:
    people = several()

    assert people_of(reader, life_state="returner") == {people["returner"]}
    assert people_of(reader, life_state="past") == {people["gone"]}
    assert people_of(reader, life_state="known") == {people["known"]}
    arrow = Arrow(State.ALUMNUS, State.RETURNER)
    assert people_of(reader, life_flow=flow_value(arrow, SINCE, UNTIL)) == {people["returner"]}
    arrow = Arrow(State.FREELANCER, State.PAST)
    assert people_of(reader, life_flow=flow_value(arrow, SINCE, UNTIL)) == {people["gone"]}


@pytest.mark.parametrize("seed", range(6))
def test_numbers_are_as_long_as_their_lists_whoever_looks(seed: int) -> None:
    """Lives at random; who sees all and who sees a part are counted in different ways."""
    chance = Random(seed)  # noqa: S311 -- for a test
    here, elsewhere = OrgUnitFactory(), OrgUnitFactory()
    for _ in range(25):
        parts = []
        for kind in chance.sample(sorted(CLOSES) * 2, chance.randint(0, 4)):
            begun = date.fromordinal(date(2025, 6, 1).toordinal() + chance.randint(0, 300))
            is_open = chance.random() < 0.5 and kind not in {k for k, _b, e in parts if not e}
            ended = (
                "" if is_open else str(date.fromordinal(begun.toordinal() + chance.randint(0, 200)))
            )
            parts.append((kind, str(begun), ended))
        aside = {"archived_at": timezone.now()} if chance.random() < 0.15 else {}
        life(*parts, unit=chance.choice([here, here, elsewhere]), **aside)

    for user in (UserFactory(role="reader"), UserFactory(role="reader", unit=here)):
        found = reckoned(user)
        for state, count in found.people.items():
            assert len(people_of(user, life_state=state.value)) == count, state
        for source in State:
            for target in State:
                arrow = Arrow(source, target)
                shown = people_of(user, life_flow=flow_value(arrow, SINCE, UNTIL))
                assert len(shown) == found.flows.get(arrow, 0), arrow


def test_whom_one_may_not_see_is_in_no_number_and_no_list() -> None:
    unit = OrgUnitFactory()
    life(("prospect", "2026-02-01", ""), unit=OrgUnitFactory())
    life(unit=OrgUnitFactory())
    mine = life(("prospect", "2026-02-01", ""), unit=unit)
    user = UserFactory(role="reader", unit=unit)

    found = reckoned(user)

    assert {state: n for state, n in found.people.items() if n} == {State.PROSPECT: 1}
    assert found.flows == {Arrow(State.KNOWN, State.PROSPECT): 1}
    assert people_of(user, life_state="prospect") == {mine}
    assert reckoned(UserFactory()).is_empty


@pytest.mark.parametrize(
    "value", ["x", "a.b.c.d", "known.prospect.2026-01-01", "known.prospect.2026-13-01.2026-01-01"]
)
def test_an_arrow_that_cannot_be_read_is_nobody(reader: User, value: str) -> None:
    several()
    with pytest.raises(ValueError, match=r"."):
        read_flow(value)
    assert people_of(reader, life_flow=value) == set()


def test_the_page_shows_the_numbers_and_leads_to_the_people(client: Client, reader: User) -> None:
    several()
    client.force_login(reader)

    page = client.get("/insights/life-cycle/?since=2026-01-01&until=2026-03-31").content.decode()

    value = flow_value(Arrow(State.ALUMNUS, State.RETURNER), SINCE, UNTIL)
    link = f"/people/?{urlencode({'life_flow': value})}"
    # On the map, in the table; and on a phone under the state one left and under the one come to.
    assert page.count(f'href="{link}"') == 4
    assert "Alumnus to Returner: 1 person" in page
    assert page.count('href="/people/?life_state=prospect"') == 3
    listed = client.get(link).content.decode()
    assert "from Alumnus to Returner" in listed


@pytest.mark.parametrize(
    "query",
    [
        "since=x&until=y",
        "since=2026-03-01&until=2026-01-01",
        "until=9999-12-31",
        "since=0001-01-01",
    ],
)
def test_days_that_make_no_sense_are_those_of_the_last_quarter(
    client: Client, reader: User, query: str
) -> None:
    client.force_login(reader)
    assert client.get(f"/insights/life-cycle/?{query}").status_code == 200


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_words_beside_the_map_call_a_state_by_its_name(client: Client, language: str) -> None:
    several()
    client.force_login(UserFactory(role="reader", language=language))

    page = client.get("/insights/life-cycle/?since=2026-01-01&until=2026-03-31").content.decode()

    with override(language):
        states, ways = page.split('id="states"')[1].split('id="ways"')
        assert f"{State.PAST.label}: " in states.split("</table>")[1]
        assert f"“{State.PAST.label}”" in ways.split("</table>")[1]


def test_the_map_is_for_who_sees_figures(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get("/insights/life-cycle/").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_map_is_a_fixed_number_of_queries(
    reader: User, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for _ in range(count):
        life(("prospect", "2026-02-01", ""))
    User.has_perm(reader, "relationships.view_relationship")

    with django_assert_num_queries(3):
        reckoned(reader)
