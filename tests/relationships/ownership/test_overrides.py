"""Turning to somebody whom a colleague holds: the reason, and who hears of it."""

from datetime import date

import pytest

from contacts import bulk_acts
from contacts.bulk_acts import skipped
from core.models import AuditEntry, User
from relationships.models import (
    CoOwner,
    FollowUp,
    OwnershipOverride,
    TimelineEntry,
)
from relationships.services.many import hand_over_all
from relationships.services.ownership import (
    HeldByColleague,
    turn_to,
)
from relationships.timeline import find_verb
from tests.factories import (
    UserFactory,
)
from tests.relationships.ownership.held import owned
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db


def test_without_a_reason_it_is_refused_and_nothing_is_written(owner: User, second: User) -> None:
    row = owned(owner)
    with pytest.raises(HeldByColleague) as refusal:
        turn_to(contact=row.contact, actor=second, act="mail", reason="  ")
    assert refusal.value.context == {
        "owner": {"id": str(owner.uid), "name": "Joris Prins"},
        "held_until": "2026-03-31",
        "days_left": 22,
    }
    assert "Joris Prins" in str(refusal.value)
    assert "22 days left" in str(refusal.value)
    assert not OwnershipOverride.objects.exists()
    assert not FollowUp.objects.exists()


def test_an_override_is_logged_and_the_owner_told(owner: User, second: User) -> None:
    """Row C8."""
    row = owned(owner)
    turn_to(contact=row.contact, actor=second, act="mail", reason=" She  asked me ")
    made = OwnershipOverride.objects.get()
    assert (made.owner, made.made_by, made.reason, made.days_left) == (
        owner,
        second,
        "She asked me",
        22,
    )
    entry = AuditEntry.objects.get(action="relationships.ownership_overridden")
    assert entry.details == {"owner": owner.pk, "act": "mail", "reason": "She asked me"}
    line = TimelineEntry.objects.get(verb="ownership.overridden")
    assert find_verb(line.verb).render(line) == (
        "Turned to while Joris Prins keeps in touch: She asked me"
    )
    task = FollowUp.objects.get()
    assert (task.assignee, task.contact, task.body) == (owner, row.contact, "Why: She asked me")
    assert task.title == "Fatma Kaya turned to somebody you keep in touch with"


def test_whom_a_colleague_holds_is_skipped_in_bulk_and_told(owner: User, second: User) -> None:
    held, free = owned(owner), owned(owner, started_on=date(2025, 1, 1))
    options = {"owner": str(second.uid), "kind": "", "override_reason": ""}

    results = hand_over_all([held.contact_id, free.contact_id], options, second)

    assert results[held.contact_id] == skipped("held_by_colleague")
    assert results[free.contact_id].outcome == "done"
    held.refresh_from_db()
    assert held.owner == owner
    assert bulk_acts.reason_words("held_by_colleague").startswith("A colleague keeps in touch")
    assert not OwnershipOverride.objects.exists()


def test_one_reason_overrides_all_holds_and_each_owner_hears_once(
    owner: User, second: User
) -> None:
    rows = [owned(owner), owned(owner), owned(UserFactory())]
    ids = [row.contact_id for row in rows]
    options = {"owner": str(second.uid), "kind": "", "override_reason": "Joris is on leave"}

    results = hand_over_all(ids, options, second)

    assert {one.outcome for one in results.values()} == {"done"}
    made = OwnershipOverride.objects.values_list("made_by", "act", "reason")
    assert list(made) == [(second.pk, "take_over", "Joris is on leave")] * 3
    told = FollowUp.objects.filter(assignee=owner)
    assert [task.title for task in told] == [
        "Fatma Kaya became the owner of 2 people you kept in touch with"
    ]
    assert FollowUp.objects.count() == 2


def test_the_api_says_who_and_how_long_and_takes_a_reason(owner: User, second: User) -> None:
    row = owned(owner)
    CoOwner.objects.create(relationship=row, user=UserFactory(name="Grace Poel"))
    api = client_for(second)
    address = f"/api/v1/relationships/{row.uid}"

    read = api.get(address).json()
    refused = api.post(f"{address}/hand-over", {"owner": str(second.uid)})
    problem = assert_problem(refused, 409, "held_by_colleague")
    made = api.post(
        f"{address}/hand-over", {"owner": str(second.uid), "override_reason": "On leave"}
    )

    assert_is("Relationship", read)
    assert (read["held_until"], read["co_owners"][0]["name"]) == ("2026-03-31", "Grace Poel")
    assert problem["context"] == {
        "owner": {"id": str(owner.uid), "name": "Joris Prins"},
        "held_until": "2026-03-31",
        "days_left": 22,
    }
    assert made.json()["owner"]["name"] == "Fatma Kaya"
    assert OwnershipOverride.objects.get().reason == "On leave"
