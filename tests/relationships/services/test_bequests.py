from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from contacts.services.team import deactivate_account
from core.models import AuditEntry, User
from relationships.models import Bequest, CoOwner, FollowUp, Relationship
from relationships.selectors.leavers import bequest, leavers, owned_by
from relationships.services.bequests import BequestRefused, hand_on, take_back
from tests.factories import (
    ContactFactory,
    EngagementFactory,
    InteractionFactory,
    OrgUnitFactory,
    RelationshipFactory,
    TieFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel("2026-03-10T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def leaver() -> User:
    return UserFactory(role="recruiter", name="Joris Prins", language="en")


@pytest.fixture
def admin() -> User:
    return UserFactory(role="administrator", language="en")


def heir(name: str, **fields: object) -> User:
    return UserFactory(role="recruiter", name=name, language="en", **fields)


def test_suggested_is_who_knows_them_best(leaver: User) -> None:
    """A co-owner before who spoke most in a year, before whom they know."""
    anna, bo, cas = heir("Anna"), heir("Bo"), heir("Cas")
    beside, spoken, known, alone = (RelationshipFactory(owner=leaver) for _ in range(4))
    CoOwner.objects.create(relationship=beside, user=cas)
    InteractionFactory(contact=beside.contact, author=anna)
    for author, times in ((anna, 1), (bo, 2), (leaver, 3)):
        for _ in range(times):
            InteractionFactory(contact=spoken.contact, author=author)
    InteractionFactory(
        contact=alone.contact, author=bo, happened_at=datetime(2024, 1, 1, tzinfo=UTC)
    )
    TieFactory(contact=known.contact, colleague=anna, key="known-to")

    found = bequest([beside, spoken, known, alone], leaver=leaver, today=TODAY)

    assert [(one.heir, one.why, one.talks) for one in found] == [
        (cas, "co_owner", 0),
        (bo, "talks", 2),
        (anna, "tie", 0),
        (None, "", 0),
    ]


def test_nobody_is_suggested_who_cannot_see_the_person(leaver: User) -> None:
    row = RelationshipFactory(owner=leaver, contact__unit=OrgUnitFactory())
    InteractionFactory(contact=row.contact, author=heir("Far", unit=OrgUnitFactory()))
    assert [one.heir for one in bequest([row], leaver=leaver, today=TODAY)] == [None]


def test_each_gets_an_heir_and_a_warm_introduction(leaver: User, admin: User) -> None:
    anna = heir("Anna Kok")
    row = RelationshipFactory(owner=leaver, contact__given_name="Noor", contact__family_name="Vos")
    outcome = hand_on(leaver=leaver, heirs={row: anna}, actor=admin)
    row.refresh_from_db()
    task = FollowUp.objects.get()
    assert (outcome.given, row.owner, row.owner_since) == (1, anna, TODAY)
    assert (task.assignee, task.title, task.due_on) == (
        leaver,
        "Introduce Anna Kok to Noor Vos",
        date(2026, 3, 17),
    )
    entry = AuditEntry.objects.get(action="relationships.handed_on")
    assert entry.details == {"people": 1}


def test_who_has_left_introduces_nobody(leaver: User, admin: User) -> None:
    anna = heir("Anna Kok")
    row = RelationshipFactory(owner=leaver, contact__given_name="Noor", contact__family_name="Vos")
    deactivate_account(user=leaver, actor=admin)
    leaver.refresh_from_db()
    hand_on(leaver=leaver, heirs={row: anna}, actor=admin)
    task = FollowUp.objects.get()
    assert (task.assignee, task.title) == (anna, "Introduce yourself to Noor Vos")
    assert "Joris Prins, who left" in task.body


def test_an_heir_who_cannot_see_the_person_is_refused_alone(leaver: User, admin: User) -> None:
    north = OrgUnitFactory()
    far, near = heir("Far", unit=OrgUnitFactory()), heir("Near", unit=north)
    one = RelationshipFactory(owner=leaver, contact__unit=north)
    other = RelationshipFactory(owner=leaver, contact__unit=north)
    elsewhere = RelationshipFactory(contact__unit=north)
    outcome = hand_on(leaver=leaver, heirs={one: far, other: near, elsewhere: near}, actor=admin)
    assert (outcome.given, sorted(outcome.refused)) == (1, sorted([one.pk, elsewhere.pk]))
    assert set(Relationship.objects.filter(owner=leaver)) == {one}


def test_undone_it_is_as_it_was(leaver: User, admin: User) -> None:
    anna, bo = heir("Anna"), heir("Bo")
    rows = [
        RelationshipFactory(owner=leaver, owner_since=date(2025, 5, day)) for day in range(1, 4)
    ]
    made = hand_on(leaver=leaver, heirs=dict.fromkeys(rows, anna), actor=admin).bequest
    assert made is not None
    # The last went on to somebody else meanwhile: it stays there.
    Relationship.objects.filter(pk=rows[2].pk).update(owner=bo)
    deactivate_account(user=leaver, actor=admin)

    assert take_back(bequest=made, actor=admin) == 2

    owners = Relationship.objects.order_by("pk").values_list("owner", "owner_since")
    assert list(owners) == [
        (leaver.pk, date(2025, 5, 1)),
        (leaver.pk, date(2025, 5, 2)),
        (bo.pk, TODAY),
    ]
    states = FollowUp.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["not_needed", "not_needed", "open"]
    with pytest.raises(BequestRefused):
        take_back(bequest=made, actor=admin)


def test_who_leaves(leaver: User, admin: User) -> None:
    """A closed account, and whose last day of all work comes within sixty days."""
    closed = UserFactory(is_active=False, name="Gone")
    stays, renews = heir("Stays"), heir("Renews")
    for user in (leaver, closed, stays, renews):
        RelationshipFactory(owner=user)
    RelationshipFactory(owner=closed)
    for user, days in (
        (leaver, [date(2026, 5, 9)]),
        (stays, [date(2026, 5, 10)]),
        (renews, [date(2026, 4, 1), None]),
    ):
        person = ContactFactory(email=user.email)
        for day in days:
            EngagementFactory(contact=person, starts_on=date(2025, 1, 1), ends_on=day)
    found = leavers(admin, today=TODAY)
    assert [(one.user, one.relationships, one.last_day) for one in found] == [
        (closed, 2, None),
        (leaver, 1, date(2026, 5, 9)),
    ]


def test_the_page_gives_what_was_chosen_and_undoes_it(
    client: Client, leaver: User, admin: User
) -> None:
    anna, bo = heir("Anna"), heir("Bo")
    chosen, rest, not_mine = (RelationshipFactory(owner=leaver) for _ in range(3))
    other = RelationshipFactory()
    client.force_login(admin)
    url = f"/hand-over/{leaver.uid}/"
    shown = client.get(url).content.decode()
    body = {
        f"heir-{chosen.uid}": str(anna.uid),
        f"heir-{rest.uid}": "",
        f"heir-{other.uid}": str(anna.uid),
        "heir-nonsense": "x",
        "rest": str(bo.uid),
        "introduces": "on",
    }
    assert client.post(url, body).status_code == 302
    assert f"heir-{not_mine.uid}" in shown
    owners = dict(Relationship.objects.values_list("pk", "owner"))
    assert owners == {
        chosen.pk: anna.pk,
        rest.pk: bo.pk,
        not_mine.pk: leaver.pk,
        other.pk: other.owner_id,
    }
    assert FollowUp.objects.count() == 2
    made = Bequest.objects.get()
    client.post(f"/hand-over/undo/{made.uid}/")
    assert set(owned_by(leaver, admin)) == {chosen, rest, not_mine}


def test_nobody_gives_away_the_people_of_a_colleague_who_stays(
    client: Client, leaver: User
) -> None:
    row = RelationshipFactory(owner=leaver)
    client.force_login(heir("Anna"))
    body = {f"heir-{row.uid}": str(heir("Bo").uid)}
    assert client.post(f"/hand-over/{leaver.uid}/", body).status_code == 403
    client.force_login(leaver)
    assert client.get(f"/hand-over/{leaver.uid}/").status_code == 200
    assert Relationship.objects.get().owner == leaver
