from typing import Any

import pytest
from rest_framework.test import APIClient

from contacts.models import Organisation
from core.models import User
from relationships.models import Tie
from tests.factories import (
    ContactFactory,
    OrganisationFactory,
    OrgUnitFactory,
    TieFactory,
    UserFactory,
)
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db
URL = "/api/v1/ties"


@pytest.fixture
def user() -> User:
    return UserFactory(role="recruiter", name="Joris Prins")


@pytest.fixture
def api(user: User) -> APIClient:
    return client_for(user)


def test_what_is_sent_is_what_is_read(api: APIClient, user: User) -> None:
    a, b = ContactFactory(), ContactFactory()
    sent = {
        "contact": str(a.uid),
        "kind": "mentor",
        "other": str(b.uid),
        "since": "2019",
        "until": "2020-05-31",
        "detail": "Graduation project",
        "source": "themselves",
    }

    made = api.post(URL, sent)
    read = api.get(made["Location"])

    assert made.status_code == 201
    assert_is("Tie", read.json())
    assert {name: read.json()[name] for name in sent} == sent
    assert read.json()["author"] == {"id": str(user.uid), "name": "Joris Prins"}
    assert read["ETag"] == made["ETag"]
    assert api.patch(made["Location"], read.json()).json() == read.json()


def test_each_of_the_three_ends(api: APIClient, user: User) -> None:
    contact = str(ContactFactory().uid)
    known = OrganisationFactory(name="TU Delft", kind="school")
    made = [
        api.post(
            URL,
            {
                "contact": contact,
                "kind": "studied-at",
                "organisation": {"name": "tu delft", "kind": "school"},
            },
        ),
        api.post(
            URL, {"contact": contact, "kind": "worked-at", "organisation": {"name": "New Ltd"}}
        ),
        api.post(URL, {"contact": contact, "kind": "met-by", "colleague": str(user.uid)}),
    ]
    assert [one.status_code for one in made] == [201, 201, 201]
    assert made[0].json()["organisation"]["id"] == str(known.uid)
    assert Organisation.objects.count() == 2
    listed = api.get(URL, {"organisation": str(known.uid)}).json()["data"]
    assert [row["id"] for row in listed] == [made[0].json()["id"]]


def test_either_end_finds_it_and_only_who_sees_both(api: APIClient) -> None:
    north = OrgUnitFactory()
    seen, hidden = ContactFactory(unit=north), ContactFactory(unit=OrgUnitFactory())
    tie = TieFactory(contact=seen, other=hidden)
    for end in (seen, hidden):
        listed = api.get(URL, {"contact": str(end.uid)}).json()["data"]
        assert [row["id"] for row in listed] == [str(tie.uid)]
    near = client_for(UserFactory(role="recruiter", unit=north))
    assert near.get(URL).json()["data"] == []
    assert_problem(near.get(f"{URL}/{tie.uid}"), 404, "not_found")
    body = {"contact": str(seen.uid), "kind": "knows", "other": str(hidden.uid)}
    problem = assert_problem(near.post(URL, body), 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["/other"]


def test_current_and_over(api: APIClient) -> None:
    now, over = TieFactory(), TieFactory(until="2020-01-01")
    for value, row in (("true", now), ("false", over)):
        listed = api.get(URL, {"is_current": value}).json()["data"]
        assert [one["id"] for one in listed] == [str(row.uid)]


def test_patching_and_deleting(api: APIClient) -> None:
    tie = TieFactory(since="2019-01-01", is_since_year=True)
    address = f"{URL}/{tie.uid}"
    assert_problem(
        api.patch(address, {"detail": "x"}, headers={"If-Match": '"1"'}),
        412,
        "precondition_failed",
    )
    changed = api.patch(address, {"until": "2024", "since": None}).json()
    assert (changed["since"], changed["until"]) == (None, "2024")
    assert api.delete(address).status_code == 204
    assert_problem(api.delete(address), 404, "not_found")
    tie.refresh_from_db()
    assert tie.removed_at is not None


def test_the_same_tie_twice_is_a_conflict(api: APIClient) -> None:
    tie = TieFactory()
    body = {"contact": str(tie.other.uid), "kind": "colleague", "other": str(tie.contact.uid)}
    assert_problem(api.post(URL, body), 409, "tie_refused")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"kind": "enemy"}, "/kind"),
        ({"other": None}, "/other"),
        ({"organisation": {"name": "X"}}, "/other"),
        ({"since": "soon"}, "/since"),
        ({"since": 2019}, "/since"),
        ({"until": ["2019"]}, "/until"),
        ({"source": "gossip"}, "/source"),
        ({"detail": "x" * 201}, "/detail"),
        ({"other": "01930000-0000-7000-8000-000000000000"}, "/other"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_makes_no_sense_is_said_where_it_stands(
    api: APIClient, change: dict[str, Any], pointer: str
) -> None:
    body = {
        "contact": str(ContactFactory().uid),
        "kind": "knows",
        "other": str(ContactFactory().uid),
    }
    problem = assert_problem(api.post(URL, {**body, **change}), 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert not Tie.objects.exists()
    assert not Organisation.objects.exists()


def test_what_was_set_stays(api: APIClient) -> None:
    tie = TieFactory()
    problem = assert_problem(
        api.patch(f"{URL}/{tie.uid}", {"other": str(ContactFactory().uid)}), 422, "invalid"
    )
    assert [error["pointer"] for error in problem["errors"]] == ["/other"]


def test_the_kinds(api: APIClient) -> None:
    kinds = api.get("/api/v1/tie-kinds", headers={"Accept-Language": "nl"}).json()["data"]
    for kind in kinds:
        assert_is("TieKind", kind)
    mentor = next(kind for kind in kinds if kind["key"] == "mentor")
    assert (mentor["name"], mentor["inverse"]) == ("mentor van", "mentee van")
    assert (mentor["among"], mentor["is_symmetric"], mentor["is_retired"]) == (
        "person",
        False,
        False,
    )


def test_a_reader_reads(user: User) -> None:
    tie = TieFactory()
    reader = UserFactory(role="reader")
    role = reader.role_grants.get().role
    role.permissions = [*role.permissions, "core.use_api"]
    role.save()
    api = client_for(User.objects.get(pk=reader.pk))
    assert api.get(f"{URL}/{tie.uid}").status_code == 200
    assert_problem(api.patch(f"{URL}/{tie.uid}", {"detail": "x"}), 403, "permission_denied")
    assert_problem(api.delete(f"{URL}/{tie.uid}"), 403, "permission_denied")
