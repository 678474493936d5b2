from datetime import date

import pytest
import time_machine

from core.models import AuditEntry, User
from relationships.models import PersonalFact
from relationships.selectors.facts import facts_of, timely_facts
from relationships.services.facts import (
    FactRefused,
    add_fact,
    forget_expired,
    put_back_on_desk,
    put_off_desk,
    remove_fact,
)
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
    assert list(timely_facts(actor, today=TODAY)) == ([fact] if is_shown else [])
    assert list(timely_facts(UserFactory(role="recruiter"), today=TODAY)) == []


def test_seen_it_leaves_the_desk_and_can_be_put_back(actor: User) -> None:
    row = RelationshipFactory(owner=actor)
    fact = PersonalFactFactory(contact=row.contact, shows_on=TODAY, kept_until=TODAY)
    put_off_desk(fact=fact)
    assert list(timely_facts(actor, today=TODAY)) == []
    put_back_on_desk(fact=fact)
    assert list(timely_facts(actor, today=TODAY)) == [fact]


def test_of_people_one_may_no_longer_see_nothing_is_told() -> None:
    north = OrgUnitFactory()
    owner = UserFactory(role="recruiter", unit=north)
    row = RelationshipFactory(owner=owner, contact=ContactFactory(unit=None))
    PersonalFactFactory(contact=row.contact, shows_on=TODAY)
    assert list(timely_facts(owner, today=TODAY)) == []


def test_when_its_time_is_over_it_is_gone_without_a_word_left() -> None:
    contact = ContactFactory()
    over = PersonalFactFactory(contact=contact, kept_until=date(2026, 3, 9), text="Secret plan")
    PersonalFactFactory(contact=contact, kept_until=TODAY, text="Still kept")
    assert [one.text for one in facts_of(contact, today=TODAY)] == ["Still kept"]

    assert forget_expired(today=TODAY) == 1

    assert [one.text for one in PersonalFact.objects.all()] == ["Still kept"]
    entry = AuditEntry.objects.get(action="relationships.fact_expired")
    assert (entry.target_id, entry.actor, entry.details) == (contact.pk, None, {"fact": over.pk})
    assert forget_expired(today=TODAY) == 0


def test_removed_by_hand_it_is_gone_at_once(actor: User) -> None:
    fact = PersonalFactFactory()
    remove_fact(fact=fact, actor=actor)
    assert not PersonalFact.objects.exists()
    assert AuditEntry.objects.filter(action="relationships.fact_removed", actor=actor).count() == 1
