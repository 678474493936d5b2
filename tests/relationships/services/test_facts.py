from datetime import date

import pytest
import time_machine

from core.models import AuditEntry, User
from relationships.models import FollowUp, PersonalFact
from relationships.selectors.desk import todays
from relationships.selectors.facts import facts_of
from relationships.services.facts import (
    FactRefused,
    add_fact,
    remove_fact,
)
from relationships.services.occasions import bring_up_facts
from tests.factories import (
    ContactFactory,
    OrgUnitFactory,
    PersonalFactFactory,
    RelationshipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel("2026-03-10T12:00:00+01:00", tick=False) as clock:
        yield clock


@pytest.fixture
def actor() -> User:
    return UserFactory(role="recruiter")


def test_a_fact_is_kept_a_year_unless_said_otherwise(actor: User) -> None:
    contact = ContactFactory()
    fact = add_fact(
        contact=contact,
        actor=actor,
        text=" Shares  vest in March ",
        purpose="To ask after their plans",
        shows_on=date(2026, 3, 17),
        is_month=True,
    )
    assert (fact.text, fact.kept_until) == ("Shares vest in March", date(2027, 3, 10))
    assert (fact.shows_on, fact.shows_until) == (date(2026, 3, 1), date(2026, 3, 31))
    assert list(facts_of(contact, today=TODAY)) == [fact]
    entry = AuditEntry.objects.get(action="relationships.fact_added")
    assert "Shares" not in str(entry.details)


@pytest.mark.parametrize(
    "given",
    [
        {"kept_until": date(2026, 3, 9)},
        {"shows_on": date(2026, 5, 1), "kept_until": date(2026, 4, 1)},
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, date], actor: User) -> None:
    with pytest.raises(FactRefused):
        add_fact(contact=ContactFactory(), actor=actor, text="x", purpose="y", **given)
    assert not PersonalFact.objects.exists()


@pytest.mark.parametrize(
    ("moment", "is_shown"),
    [
        ({"shows_on": date(2026, 3, 10)}, True),
        # A week before its day, no sooner.
        ({"shows_on": date(2026, 3, 17)}, True),
        ({"shows_on": date(2026, 3, 18)}, False),
        ({"shows_on": date(2026, 3, 9)}, False),
        # All of its month, and no other.
        ({"shows_on": date(2026, 3, 1), "is_month": True}, True),
        ({"shows_on": date(2026, 4, 1), "is_month": True}, False),
        ({"shows_on": date(2025, 3, 1), "is_month": True}, False),
        ({}, False),
    ],
)
def test_it_comes_to_the_owners_desk_at_its_moment(
    moment: dict[str, object], is_shown: bool, actor: User
) -> None:
    row = RelationshipFactory(owner=actor)
    RelationshipFactory(contact=row.contact, owner=actor, kind="alumnus")
    fact = PersonalFactFactory(contact=row.contact, kept_until=date(2027, 1, 1), **moment)

    bring_up_facts(today=TODAY)
    bring_up_facts(today=TODAY)

    found = [item.follow_up.fact for item in todays(actor, today=TODAY).items if item.follow_up]
    assert found == ([fact] if is_shown else [])
    assert FollowUp.objects.count() == len(found)


def test_one_whose_moment_is_now_comes_at_once_and_goes_with_its_words(actor: User) -> None:
    row = RelationshipFactory(owner=actor)

    fact = add_fact(
        contact=row.contact, actor=actor, text="Marries", purpose="To wish well", shows_on=TODAY
    )

    task = FollowUp.objects.get()
    assert (task.fact, task.assignee, task.kind) == (fact, actor, "fact")
    assert "Marries" not in task.title + task.body
    remove_fact(fact=fact, actor=actor)
    assert not FollowUp.objects.exists()


def test_of_people_one_may_no_longer_see_nothing_is_told() -> None:
    north = OrgUnitFactory()
    owner = UserFactory(role="recruiter", unit=north)
    row = RelationshipFactory(owner=owner, contact=ContactFactory(unit=north))
    PersonalFactFactory(contact=row.contact, shows_on=TODAY)
    bring_up_facts(today=TODAY)
    assert len(todays(owner, today=TODAY).items) == 1

    row.contact.unit = None
    row.contact.save()

    assert todays(owner, today=TODAY).items == []


def test_who_cannot_see_the_person_is_not_asked() -> None:
    owner = UserFactory(role="recruiter", unit=OrgUnitFactory())
    row = RelationshipFactory(owner=owner, contact=ContactFactory(unit=None))
    PersonalFactFactory(contact=row.contact, shows_on=TODAY)

    bring_up_facts(today=TODAY)

    assert FollowUp.objects.get().assignee is None
