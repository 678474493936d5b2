from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from contacts.models import Contact
from contacts.services.merging import merge_contacts
from core.models import User
from relationships.models import TimelineEntry
from relationships.services.interactions import Moment, log_interaction
from relationships.services.notes import log_with_all
from tests.factories import (
    ContactFactory,
    OrgUnitFactory,
    TimelineEntryFactory,
    UserFactory,
)
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory(role="recruiter", name="Joris Prins")


@pytest.fixture
def api(user: User) -> APIClient:
    return client_for(user)


def _url(contact: Contact) -> str:
    return f"/api/v1/contacts/{contact.uid}/timeline"


def test_a_call_as_its_line_tells_it(api: APIClient, user: User) -> None:
    contact, other = ContactFactory(), ContactFactory()
    hidden = ContactFactory(unit=OrgUnitFactory())
    one = {"channel": "phone", "direction": "two_way", "summary": "Plans", "body": "Wants to move"}
    rows = log_with_all(
        moments=[Moment(contact=who, **one) for who in (contact, other)], actor=user
    )
    log_interaction(contact=hidden, actor=user, channel="phone", direction="two_way")

    (line,) = api.get(_url(contact)).json()["data"]

    assert_is("TimelineLine", line)
    assert line == {
        "id": line["id"],
        "at": line["at"],
        "is_whole_day": False,
        "verb": "interaction.logged",
        "what": "contact",
        "sentence": "Call, both ways; we began",
        "text": "Plans",
        "body": "Wants to move",
        "channel": "phone",
        "direction": "two_way",
        "is_automated": False,
        "colleague": {"id": str(user.uid), "name": "Joris Prins"},
        "interaction": str(rows[0].uid),
        "others": [str(other.uid)],
    }


def test_a_walk_from_the_latest_back_sees_every_line_once(api: APIClient) -> None:
    contact, now = ContactFactory(), timezone.now()
    # Three at the same moment: the second half of the key parts them.
    ages = [1, 2, 2, 2, 3]
    rows = [TimelineEntryFactory(contact=contact, at=now - timedelta(days=age)) for age in ages]
    TimelineEntryFactory(at=now)
    wanted = [str(row.pk) for row in sorted(rows, key=lambda row: (row.at, row.pk), reverse=True)]

    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2, "include_total": "true"}
    while query:
        body = api.get(_url(contact), query).json()
        assert body["total"] == 5
        seen += [line["id"] for line in body["data"]]
        query = {"cursor": body["next_cursor"]} if body["next_cursor"] else {}

    assert seen == wanted


def test_narrowed_as_on_the_page(api: APIClient, user: User) -> None:
    contact = ContactFactory()
    call = log_interaction(
        contact=contact,
        actor=user,
        channel="phone",
        direction="inbound",
        summary="About the flowers",
    )
    stage = TimelineEntryFactory(
        contact=contact,
        verb="stage.changed",
        data={"kind": "prospect", "from": {"name": "A"}, "to": {"name": "B"}},
    )
    made = TimelineEntryFactory(contact=contact, is_automated=True)
    line = TimelineEntry.objects.get(key=f"interaction.logged:{call.pk}")
    for query, rows in (
        ({"what": "contact"}, [line]),
        ({"what": "phone"}, [line]),
        ({"what": "stages"}, [stage]),
        ({"by": "human"}, [line]),
        ({"by": "machine", "what": "record"}, [made]),
        ({"began": "them"}, [line]),
        ({"spoke": "inbound"}, [line]),
        ({"spoke": "outbound"}, []),
        ({"colleague": str(user.uid)}, [line]),
        ({"colleague": str(UserFactory().uid)}, []),
        ({"colleague": "01930000-0000-7000-8000-000000000000"}, []),
        ({"q": "flowers"}, [line]),
    ):
        told = [one["id"] for one in api.get(_url(contact), query).json()["data"]]
        assert told == [str(row.pk) for row in rows], query


@pytest.mark.parametrize(
    "query",
    [
        {"what": "weather"},
        {"by": "me"},
        {"colleague": "1"},
        {"limit": "0"},
        {"updated_after": "2026-01-01T00:00:00Z"},
        {"q": "\x00"},
        {"cursor": "x"},
    ],
)
def test_what_makes_no_sense_is_refused(api: APIClient, query: dict[str, str]) -> None:
    response = api.get(_url(ContactFactory()), query)
    code = "invalid_cursor" if "cursor" in query else "invalid_parameter"
    assert_problem(response, 400, code)


def test_a_cursor_of_another_person_leads_nowhere(api: APIClient) -> None:
    contact = ContactFactory()
    TimelineEntryFactory.create_batch(2, contact=contact)
    cursor = api.get(_url(contact), {"limit": 1}).json()["next_cursor"]
    assert_problem(api.get(_url(ContactFactory()), {"cursor": cursor}), 400, "invalid_cursor")


def test_an_old_id_answers_as_who_they_are_now(api: APIClient, user: User) -> None:
    survivor, duplicate = ContactFactory(), ContactFactory()
    entry = TimelineEntryFactory(contact=duplicate, at=timezone.now() - timedelta(days=9))
    merge_contacts(survivor=survivor, duplicate=duplicate, actor=user)
    told = api.get(_url(duplicate)).json()
    assert told == api.get(_url(survivor)).json()
    assert str(entry.pk) in [line["id"] for line in told["data"]]


def test_who_may_not_see_the_person_sees_no_line() -> None:
    contact = ContactFactory(unit=OrgUnitFactory())
    TimelineEntryFactory(contact=contact)
    far = UserFactory(role="recruiter", unit=OrgUnitFactory())
    assert_problem(client_for(far).get(_url(contact)), 404, "not_found")
    near = client_for(UserFactory(role="recruiter"), "contacts:read")
    assert_problem(near.get(_url(contact)), 403, "insufficient_scope")


def test_it_reads_in_the_language_of_who_asks(api: APIClient) -> None:
    contact = ContactFactory()
    TimelineEntryFactory(contact=contact, verb="contact.created")
    told = [
        api.get(_url(contact), headers={"Accept-Language": language}).json()["data"][0]["sentence"]
        for language in ("en", "nl")
    ]
    assert len(set(told)) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_the_same_queries_however_long(
    api: APIClient, user: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    contact = ContactFactory()
    for _ in range(count):
        log_interaction(contact=contact, actor=user, channel="phone", direction="two_way")
    with django_assert_num_queries(5):
        assert len(api.get(_url(contact)).json()["data"]) == count
