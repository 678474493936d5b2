from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.conditions import rule as rules
from contacts.conditions import shape
from contacts.models import Contact, PoolMember, PoolMove, TalentPool
from contacts.selectors.pools import stale_among
from contacts.services import pool_filling
from contacts.services import pool_members as members
from contacts.services import pools as services
from contacts.services.pools import PoolRefused, StepEntry
from core.models import AuditEntry, Change
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory
from tests.factories.groups import (
    PoolMemberFactory,
    SegmentFactory,
    SegmentMemberFactory,
    TalentPoolFactory,
    asks,
    rule_of,
)

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 5, 20, 11, 0))  # noqa: DTZ001
TODAY = NOW.date()


def step_names(pool: TalentPool) -> list[str]:
    return list(pool.steps.order_by("position").values_list("name", flat=True))


def inside(pool: TalentPool) -> set[int]:
    rows = PoolMember.objects.present().filter(pool=pool)
    return set(rows.values_list("contact_id", flat=True))


def test_a_pool_is_made_with_its_steps() -> None:
    actor = UserFactory(role="recruiter")

    pool = services.create_pool(
        actor=actor,
        name="  Way  back ",
        steps=[StepEntry("Asked"), StepEntry(" "), StepEntry("Met")],
    )

    assert (pool.name, pool.owner, step_names(pool)) == ("Way back", actor, ["Asked", "Met"])
    assert AuditEntry.objects.get().action == "contacts.pool_created"


def test_a_person_in_three_pools_has_three_steps_of_their_own() -> None:
    person, actor = ContactFactory(), UserFactory(role="recruiter")
    pools = [TalentPoolFactory(steps=["Asked", "Met", "Back"], owner=actor) for _pool in range(3)]
    for pool in pools:
        members.add_to_pool(pool=pool, actor=actor, contact_ids=[person.pk])

    for number, pool in enumerate(pools[1:], start=1):
        member = PoolMember.objects.get(pool=pool)
        to = pool.steps.get(position=number + 1)
        members.move_in_pool(member=member, to_step=to, actor=actor)

    assert [PoolMember.objects.get(pool=pool).step.name for pool in pools] == [
        "Asked",
        "Met",
        "Back",
    ]


def test_whoever_is_in_it_already_stays_where_they_are() -> None:
    pool = TalentPoolFactory(steps=["Asked", "Met"])
    member = PoolMemberFactory(pool=pool, step=pool.steps.get(position=2), why="First")
    other = ContactFactory()

    new = members.add_to_pool(
        pool=pool, actor=pool.owner, contact_ids=[member.contact_id, other.pk], why="Second"
    )

    assert new == [other.pk]
    member.refresh_from_db()
    assert (member.why, member.step.name) == ("First", "Met")
    event = Change.objects.get(event="contacts.PoolJoined")
    assert event.payload == {"pool_id": pool.pk, "contact_ids": new, "actor_id": pool.owner_id}


def test_who_was_taken_out_is_remembered_and_can_be_put_back() -> None:
    pool = TalentPoolFactory(steps=["Asked", "Met"])
    member = PoolMemberFactory(pool=pool, step=pool.steps.get(position=2))

    gone = members.remove_from_pool(
        pool=pool, actor=pool.owner, contact_ids=[member.contact_id], why="Moved away"
    )

    member.refresh_from_db()
    assert gone == [member.contact_id]
    assert (member.removed_why, member.removed_by, member.until is None) == (
        "Moved away",
        pool.owner,
        False,
    )
    members.put_back(pool=pool, actor=pool.owner, contact_ids=gone)
    member.refresh_from_db()
    assert (member.until, member.removed_why, member.step.name) == (None, "", "Met")


def test_an_addition_is_undone_unless_somebody_was_moved_on() -> None:
    pool = TalentPoolFactory(steps=["Asked", "Met"])
    people = [ContactFactory().pk, ContactFactory().pk]
    members.add_to_pool(pool=pool, actor=pool.owner, contact_ids=people)
    moved = PoolMember.objects.get(contact=people[0])
    members.move_in_pool(member=moved, to_step=pool.steps.get(position=2), actor=pool.owner)

    gone = members.withdraw_additions(pool=pool, actor=pool.owner, contact_ids=people)

    assert gone == [people[1]]
    assert set(PoolMember.objects.values_list("contact_id", flat=True)) == {people[0]}


def test_a_move_is_remembered_and_the_last_can_be_taken_back() -> None:
    pool = TalentPoolFactory(steps=["Asked", "Met", "Back"])
    first, second, third = pool.steps.order_by("position")
    member = PoolMemberFactory(pool=pool, step=first, since=NOW)

    one = members.move_in_pool(
        member=member, to_step=second, actor=pool.owner, reason="Coffee", now=NOW
    )
    two = members.move_in_pool(
        member=member, to_step=third, actor=pool.owner, now=NOW + timedelta(days=1)
    )
    with pytest.raises(PoolRefused, match="moved on"):
        members.take_move_back(move=one, actor=pool.owner)
    members.take_move_back(move=two, actor=pool.owner)

    member.refresh_from_db()
    assert (member.step, member.step_since) == (second, NOW)
    assert [(move.from_name, move.to_name, move.reason) for move in PoolMove.objects.all()] == [
        ("Asked", "Met", "Coffee")
    ]


@pytest.mark.parametrize("case", ["same step", "another pool", "no longer in it"])
def test_moves_that_make_no_sense_are_refused(case: str) -> None:
    pool = TalentPoolFactory(steps=["Asked", "Met"])
    step = pool.steps.get(position=1)
    member = PoolMemberFactory(
        pool=pool, step=step, until=NOW if case == "no longer in it" else None
    )
    to = {
        "same step": step,
        "another pool": TalentPoolFactory(steps=["Else"]).steps.get(),
        "no longer in it": pool.steps.get(position=2),
    }[case]

    with pytest.raises(PoolRefused):
        members.move_in_pool(member=member, to_step=to, actor=pool.owner)

    assert not PoolMove.objects.exists()


def test_steps_are_renamed_reordered_added_and_taken_away() -> None:
    pool = TalentPoolFactory(steps=["Asked", "Met", "Gone"])
    asked, met, _gone = pool.steps.order_by("position")
    member = PoolMemberFactory(pool=pool, step=met)

    services.change_pool(
        pool=pool,
        actor=pool.owner,
        steps=[StepEntry("Had coffee", met.uid), StepEntry("Asked", asked.uid), StepEntry("Back")],
    )

    assert step_names(pool) == ["Had coffee", "Asked", "Back"]
    member.refresh_from_db()
    assert member.step.name == "Had coffee"


def test_a_step_that_people_are_at_cannot_go() -> None:
    pool = TalentPoolFactory(steps=["Asked", "Met"])
    PoolMemberFactory(pool=pool, step=pool.steps.get(position=2))

    with pytest.raises(PoolRefused, match="There are people at “Met”"):
        services.change_pool(pool=pool, actor=pool.owner, steps=[StepEntry("Asked")])


def test_first_steps_of_a_pool_put_everybody_at_the_first() -> None:
    pool = TalentPoolFactory()
    member = PoolMemberFactory(pool=pool)

    services.change_pool(pool=pool, actor=pool.owner, steps=[StepEntry("Asked")])

    member.refresh_from_db()
    assert member.step.name == "Asked"


def test_a_pool_is_filled_at_night_with_why_and_once() -> None:
    segment = SegmentFactory(name="Near", rule=rule_of(asks("city", "is", "Utrecht")))
    pool = TalentPoolFactory(filled_from=segment)
    new = SegmentMemberFactory(segment=segment).contact
    refused = SegmentMemberFactory(segment=segment).contact
    PoolMemberFactory(pool=pool, contact=refused, until=NOW)
    SegmentMemberFactory(segment=segment, until=NOW)

    assert pool_filling.fill_pools(now=NOW) == 1
    assert inside(pool) == {new.pk}
    member = PoolMember.objects.present().get()
    assert (member.why, member.filled_from, member.added_by) == (
        "Near: City is “Utrecht”",
        segment,
        None,
    )
    SegmentMemberFactory(segment=segment)
    assert pool_filling.fill_pools(now=NOW + timedelta(hours=1)) == 0
    assert pool_filling.fill_pools(now=NOW + timedelta(days=1)) == 1


def test_filling_brings_in_nobody_whom_the_owner_may_not_see() -> None:
    north, south = OrgUnitFactory(), OrgUnitFactory()
    owner = UserFactory(role="recruiter", unit=north)
    segment = SegmentFactory(owner=owner, unit=north)
    hidden = SegmentFactory()
    pool = TalentPoolFactory(owner=owner, unit=north, filled_from=segment)
    closed = TalentPoolFactory(owner=owner, unit=north, filled_from=hidden)
    seen = SegmentMemberFactory(segment=segment, contact=ContactFactory(unit=north)).contact
    SegmentMemberFactory(segment=segment, contact=ContactFactory(unit=south))
    SegmentMemberFactory(segment=hidden, contact=ContactFactory(unit=north))

    pool_filling.fill_pools(now=NOW)

    assert (inside(pool), inside(closed)) == ({seen.pk}, set())


def test_a_stale_pool_is_told_of_once_until_somebody_reviews_it() -> None:
    stale = TalentPoolFactory(reviewed_on=TODAY - timedelta(days=184))
    TalentPoolFactory(reviewed_on=TODAY - timedelta(days=183))
    TalentPoolFactory(reviewed_on=date(2020, 1, 1), archived_at=NOW)

    assert services.remind_of_stale_pools(today=TODAY) == 1
    assert services.remind_of_stale_pools(today=TODAY) == 0
    told = Change.objects.get(event="contacts.PoolWentStale")
    assert told.payload == {"pool_id": stale.pk, "owner_id": stale.owner_id}

    services.review_pool(pool=stale, actor=stale.owner, today=TODAY)
    stale.refresh_from_db()
    assert not stale.is_stale(TODAY)
    assert services.remind_of_stale_pools(today=TODAY + timedelta(days=184)) == 2


@pytest.mark.parametrize(
    ("rule", "is_taken_from"),
    [
        (lambda asked, turned: rule_of(asked), True),
        (lambda asked, turned: rule_of(rule_of(asked, match="any")), True),
        (lambda asked, turned: rule_of(asked, match="none"), False),
        (lambda asked, turned: rule_of(rule_of(rule_of(asked), match="none")), False),
        (lambda asked, turned: rule_of(rule_of(asked, match="none"), match="none"), True),
        (lambda asked, turned: rule_of(turned), False),
        (lambda asked, turned: rule_of(turned, match="none"), True),
    ],
)
def test_a_rule_that_leaves_a_stale_pool_out_does_not_take_from_it(
    rule: Callable[..., dict[str, Any]], is_taken_from: bool
) -> None:
    pool = TalentPoolFactory(reviewed_on=TODAY - timedelta(days=184))
    asked, turned = (asks("pool", op, str(pool.uid)) for op in ("one_of", "none_of"))
    segment = SegmentFactory(rule=rule(asked, turned))

    stale = stale_among({"segment": [str(segment.uid)]}, today=TODAY)

    assert stale == ([pool] if is_taken_from else [])


@pytest.mark.parametrize("who", ["colleague", "owner"])
def test_who_may_make_a_pool_private(who: str) -> None:
    pool = TalentPoolFactory()
    actor = pool.owner if who == "owner" else UserFactory(role="recruiter")

    if who == "owner":
        services.change_pool(pool=pool, actor=actor, is_private=True)
    else:
        with pytest.raises(PoolRefused, match="Only its owner"):
            services.change_pool(pool=pool, actor=actor, is_private=True)

    pool.refresh_from_db()
    assert pool.is_private is (who == "owner")


def test_a_pool_that_a_shared_segment_asks_about_cannot_be_private() -> None:
    pool = TalentPoolFactory()
    SegmentFactory(rule=rule_of(asks("pool", "one_of", str(pool.uid))))

    with pytest.raises(PoolRefused, match="cannot be private"):
        services.change_pool(pool=pool, actor=pool.owner, is_private=True)


def test_nobody_is_added_to_a_pool_that_was_put_aside() -> None:
    pool = TalentPoolFactory(archived_at=NOW)

    with pytest.raises(PoolRefused):
        members.add_to_pool(pool=pool, actor=pool.owner, contact_ids=[ContactFactory().pk])


def test_a_thousand_are_added_in_a_few_statements(django_assert_max_num_queries: Any) -> None:
    pool = TalentPoolFactory(steps=["Asked"])
    people = [ContactFactory().pk for _person in range(120)]

    with django_assert_max_num_queries(16):
        members.add_to_pool(pool=pool, actor=pool.owner, contact_ids=people)

    assert inside(pool) == set(people)


def test_rules_ask_who_is_in_a_pool() -> None:
    pool = TalentPoolFactory()
    member = PoolMemberFactory(pool=pool)
    PoolMemberFactory(pool=pool, until=NOW)
    hidden = PoolMemberFactory(pool=TalentPoolFactory(is_private=True))

    def found(op: str, *values: str) -> set[int]:
        rule = shape.stored(rule_of(asks("pool", op, *values)))
        people = Contact.objects.filter(rules.condition_of(rule, now=NOW))
        return set(people.values_list("pk", flat=True))

    assert found("one_of", str(pool.uid)) == found("filled") == {member.contact_id}
    assert hidden.contact_id in found("empty")
