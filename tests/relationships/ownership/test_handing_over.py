"""To give somebody to a colleague, to become the owner, and the undo of it."""

from datetime import date

import pytest
from django.test import Client

from core.models import User
from relationships.models import (
    OwnershipOverride,
    Relationship,
    Stage,
)
from relationships.services.cadence import hand_over_relationship
from relationships.services.many import hand_over_all, undo_handing_over
from relationships.services.ownership import (
    HeldByColleague,
    take_over_or_give,
)
from tests.factories import (
    UserFactory,
)
from tests.relationships.ownership.held import TODAY, hold, owned
from tests.support.api import assert_problem, client_for
from tests.support.toasts import undo_of

pytestmark = pytest.mark.django_db


def test_taking_over_needs_a_reason_and_giving_does_not(owner: User, second: User) -> None:
    row = owned(owner)
    third = UserFactory(role="recruiter")
    with pytest.raises(HeldByColleague):
        take_over_or_give(relationship=row, actor=second, owner=second)
    take_over_or_give(relationship=row, actor=owner, owner=third)
    take_over_or_give(relationship=row, actor=second, owner=second, override_reason="On leave")
    row.refresh_from_db()
    assert (row.owner, row.owner_since) == (second, TODAY)
    assert OwnershipOverride.objects.get().owner == third
    # The days begin anew with a new owner.
    assert hold(owner, row.contact) == ("Fatma Kaya", date(2026, 6, 7), 90)


def test_giving_to_many_and_its_undo_keep_since_when(owner: User, second: User) -> None:
    row = owned(owner)
    hand_over_relationship(relationship=row, actor=owner, owner=owner, since=date(2026, 2, 1))
    options = {"owner": str(second.uid), "kind": ""}
    results = hand_over_all([row.contact_id], options, owner)
    row.refresh_from_db()
    assert row.owner_since == TODAY
    before = results[row.contact_id].before
    assert undo_handing_over({row.contact_id: before}, options, owner) == {}
    row.refresh_from_db()
    assert (row.owner, row.owner_since) == (owner, date(2026, 2, 1))


def test_giving_held_people_to_somebody_else_needs_no_reason(owner: User, second: User) -> None:
    row = owned(owner)
    options = {"owner": str(second.uid), "kind": ""}

    hand_over_all([row.contact_id], options, owner)

    row.refresh_from_db()
    assert row.owner == second
    assert not OwnershipOverride.objects.exists()


def test_taking_over_on_the_page_and_its_undo(client: Client, owner: User, second: User) -> None:
    row = owned(owner)
    client.force_login(second)
    url = f"/relationships/{row.uid}/hand-over/"
    assert "Needed if you choose yourself." in client.get(url).content.decode()
    assert client.post(url, {"colleague": str(second.uid)}).status_code == 422
    taken = client.post(url, {"colleague": str(second.uid), "override_reason": "On leave"})
    row.refresh_from_db()
    assert row.owner == second
    client.post(undo_of(taken))
    row.refresh_from_db()
    assert (row.owner, row.owner_since) == (owner, date(2026, 1, 1))


def test_the_undo_of_a_handing_over_makes_nobody_else_the_owner(
    client: Client, owner: User, second: User
) -> None:
    row, other = owned(second), owned(owner)
    client.force_login(second)
    undo = undo_of(
        client.post(f"/relationships/{row.uid}/hand-over/", {"colleague": str(owner.uid)})
    )
    made_up = f"/relationships/{other.uid}/owner/?user={second.uid}&since=2026-01-01"
    for address in (made_up, undo.replace(str(row.uid), str(other.uid)), f"{undo}x"):
        said = client.post(address, headers={"HX-Request": "true"})
        assert "This can no longer be undone." in said["HX-Trigger"]
    client.force_login(UserFactory(role="recruiter"))
    client.post(undo)
    row.refresh_from_db()
    assert row.owner == owner
    third = UserFactory(role="recruiter")
    hand_over_relationship(relationship=row, actor=owner, owner=third)
    client.force_login(second)
    client.post(undo)
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.owner, other.owner) == (third, owner)


def test_who_begins_one_of_their_own_beside_a_colleague_says_why(
    client: Client, owner: User, second: User
) -> None:
    row = owned(owner)
    client.force_login(second)
    url = f"/people/{row.contact.uid}/relationships/new/"
    first = Stage.objects.get(lifecycle__kind="alumnus", is_entry=True)
    body = {"stage": str(first.uid), "owner": str(second.uid), "started_on": "2026-03-10"}
    refused = client.post(url, body)
    assert refused.status_code == 422
    assert "22 days left" in refused.content.decode()
    assert Relationship.objects.get() == row

    client.post(url, {**body, "override_reason": "He asked me to"})

    assert Relationship.objects.get(kind="alumnus").owner == second
    made = OwnershipOverride.objects.get()
    assert (made.owner, made.act, made.reason) == (owner, "take_over", "He asked me to")


def test_beginning_one_for_its_owner_needs_no_reason(
    client: Client, owner: User, second: User
) -> None:
    row = owned(owner)
    client.force_login(second)
    first = Stage.objects.get(lifecycle__kind="alumnus", is_entry=True)
    body = {"stage": str(first.uid), "owner": str(owner.uid), "started_on": "2026-03-10"}
    client.post(f"/people/{row.contact.uid}/relationships/new/", body)
    assert Relationship.objects.get(kind="alumnus").owner == owner
    assert not OwnershipOverride.objects.exists()


def test_who_becomes_the_owner_as_they_become_something_else_says_why(
    client: Client, owner: User, second: User
) -> None:
    row = owned(owner)
    client.force_login(second)
    url = f"/relationships/{row.uid}/becomes/employee/"
    first = Stage.objects.get(lifecycle__kind="employee", is_entry=True)
    body = {"on": "2026-03-10", "stage": str(first.uid), "owner": str(second.uid)}
    shown = client.get(url).content.decode()
    refused = client.post(url, body)
    assert "Needed if you choose yourself." in shown
    assert refused.status_code == 422
    assert "22 days left" in refused.content.decode()
    assert Relationship.objects.get().ended_on is None
    sent = {"relationship": str(row.uid), "to_kind": "employee", "on": "2026-03-10"}
    address = "/api/v1/kind-changes"
    api = client_for(second)
    mine = {**sent, "owner": str(second.uid)}
    assert_problem(api.post(address, mine, format="json"), 409, "held_by_colleague")

    client.post(url, {**body, "override_reason": "He will work for me"})

    assert Relationship.objects.open().get().owner == second
    made = OwnershipOverride.objects.get()
    assert (made.owner, made.act, made.reason) == (owner, "take_over", "He will work for me")


def test_by_the_api_one_becomes_the_owner_with_a_reason(owner: User, second: User) -> None:
    kept, taken = owned(owner), owned(owner)
    api = client_for(second)
    sent = {"to_kind": "employee", "on": "2026-03-10"}
    own = {"owner": str(second.uid), "override_reason": "He will work for me"}
    for row, more in ((kept, {}), (taken, own)):
        body = {**sent, "relationship": str(row.uid), **more}
        answer = api.post("/api/v1/kind-changes", body, format="json")
        assert answer.status_code == 201
    assert Relationship.objects.open().get(contact=kept.contact).owner == owner
    assert Relationship.objects.open().get(contact=taken.contact).owner == second
    assert OwnershipOverride.objects.get().contact == taken.contact
