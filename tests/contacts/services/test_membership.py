import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from contacts.conditions.shape import stored
from contacts.models import Contact, Segment, SegmentDay, SegmentMember, SegmentProposal
from contacts.services import membership
from contacts.services.consent import record_consent
from contacts.services.contacts import (
    archive_contact,
    create_contact,
    restore_contact,
    update_contact,
)
from contacts.services.custom_fields import create_field, retire_field
from contacts.services.merging import merge_contacts
from contacts.services.pools import archive_pool
from contacts.services.privacy import erase_person
from contacts.services.segments import change_segment
from contacts.services.units import move_unit
from contacts.tasks import keep_segments
from core.models import Change, ChangeReader
from core.models.change import ChangeQuerySet
from relationships.services.interactions import log_interaction
from tests.factories import ContactFactory, OrgUnitFactory, RelationshipFactory, UserFactory
from tests.factories.groups import (
    PoolMemberFactory,
    SegmentFactory,
    SegmentMemberFactory,
    SegmentProposalFactory,
    TalentPoolFactory,
    asks,
    rule_of,
)

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 5, 20, 11, 0))  # noqa: DTZ001


def at(days: float = 0) -> Callable[[], datetime]:
    return lambda: NOW + timedelta(days=days)


def inside(segment: Segment) -> set[Contact]:
    held = SegmentMember.objects.present().filter(segment=segment)
    return {row.contact for row in held.select_related("contact")}


def worked_out(**fields: Any) -> Segment:
    segment = SegmentFactory(due_at=NOW, **fields)
    membership.keep_up(clock=at())
    segment.refresh_from_db()
    return segment


def test_a_segment_that_is_due_is_worked_out_for_everybody() -> None:
    here, _there = ContactFactory(city="Utrecht"), ContactFactory(city="Gouda")
    ContactFactory(city="Utrecht", archived_at=NOW)

    segment = worked_out()

    assert inside(segment) == {here}
    assert (segment.size, segment.due_at, segment.worked_out_at) == (1, None, NOW)
    member = SegmentMember.objects.get()
    assert (member.since, member.joined_because, member.until) == (NOW, "rule", None)
    day = SegmentDay.objects.get()
    assert (day.day, day.size, day.joined, day.departed) == (NOW.date(), 1, 1, 0)


def test_a_change_moves_people_in_and_out_and_only_they_are_looked_at(
    django_assert_max_num_queries: Any,
) -> None:
    """The whole way of a change: written by a service, found by the worker's task."""
    actor = UserFactory(role="recruiter")
    comes, goes = ContactFactory(city="Gouda"), ContactFactory(city="Utrecht")
    unseen = ContactFactory(city="Gouda")
    segment = worked_out()
    Contact.objects.filter(pk=unseen.pk).update(city="Utrecht")  # behind everybody's back

    update_contact(contact=comes, actor=actor, city="Utrecht")
    update_contact(contact=goes, actor=actor, city="Gouda")
    keep_segments()

    assert inside(segment) == {comes}
    left = SegmentMember.objects.get(contact=goes)
    assert (left.left_because, left.until is not None) == ("rule", True)
    segment.refresh_from_db()
    assert segment.size == 1


@pytest.mark.parametrize("act", ["create", "archive", "restore", "erase", "merge", "consent"])
def test_whatever_happens_to_somebody_the_segment_follows(act: str) -> None:
    actor = UserFactory(role="administrator")
    person = ContactFactory(city="Utrecht")
    other = ContactFactory(city="Utrecht")
    rule = rule_of(asks("consent", "none_of", "network"), asks("city", "is", "Utrecht"))
    if act == "restore":
        archive_contact(contact=person, actor=actor)
    segment = worked_out(rule=rule)

    expected = {person, other}
    if act == "create":
        expected.add(create_contact(actor=actor, given_name="New", city="Utrecht"))
    elif act == "archive":
        archive_contact(contact=person, actor=actor)
        expected = {other}
    elif act == "restore":
        restore_contact(contact=person, actor=actor)
    elif act == "erase":
        erase_person(contact=person, actor=actor)
        expected = {other}
    elif act == "merge":
        merge_contacts(survivor=other, duplicate=person, actor=actor)
        expected = {other}
    else:
        record_consent(
            contact=person, actor=actor, purpose="network", decision="given", source="manual"
        )
        expected = {other}
    membership.follow_changes(clock=at(1))

    assert inside(segment) == expected


def test_what_happens_in_a_higher_app_is_followed_too() -> None:
    actor = UserFactory(role="recruiter")
    person = ContactFactory()
    RelationshipFactory(contact=person)
    rule = rule_of(asks("interactions", "at_least", "1", channel=["phone"], days=["30"]))
    segment = worked_out(rule=rule)

    log_interaction(
        contact=person, actor=actor, channel="phone", direction="two_way", happened_at=NOW
    )
    membership.follow_changes(clock=at(0.1))

    assert inside(segment) == {person}


def test_nothing_is_written_when_nothing_changed() -> None:
    ContactFactory(city="Utrecht")
    segment = worked_out()

    Segment.objects.update(due_at=NOW)
    membership.keep_up(clock=at(1))

    assert SegmentMember.objects.count() == SegmentDay.objects.count() == 1
    segment.refresh_from_db()
    assert segment.changed_at == NOW


def test_days_that_pass_move_people_on_schedule() -> None:
    """Nothing happens to them: on the ninety-first day without contact they are in."""
    silent, heard = ContactFactory(), ContactFactory()
    RelationshipFactory(contact=silent, last_two_way_at=NOW - timedelta(days=90))
    RelationshipFactory(contact=heard, last_two_way_at=NOW - timedelta(days=3))
    segment = worked_out(rule=rule_of(asks("last_contact", "older", "90")))

    assert inside(segment) == set()
    assert segment.due_at == timezone.make_aware(datetime(2026, 5, 21))  # noqa: DTZ001
    membership.keep_up(clock=at(0.5))
    assert inside(segment) == set()
    membership.keep_up(clock=at(1))
    assert inside(segment) == {silent}


def test_a_rule_of_consents_is_asked_every_hour() -> None:
    segment = worked_out(rule=rule_of(asks("consent", "one_of", "network")))

    assert segment.due_at == NOW + timedelta(hours=1)


def test_another_rule_says_so_where_people_left() -> None:
    stays = ContactFactory(city="Utrecht", country="NL")
    leaves = ContactFactory(city="Utrecht", country="BE")
    segment = worked_out()

    rule = stored(rule_of(asks("country", "one_of", "NL")))
    change_segment(segment=segment, actor=segment.owner, rule=rule)
    segment.refresh_from_db()
    assert segment.is_being_worked_out
    membership.keep_up()

    assert inside(segment) == {stays}
    assert SegmentMember.objects.get(contact=leaves).left_because == "changed"
    assert SegmentMember.objects.get(contact=stays).since == NOW


def test_a_segment_is_about_the_people_of_its_unit() -> None:
    north = OrgUnitFactory()
    below, south = OrgUnitFactory(parent=north), OrgUnitFactory()
    ours = ContactFactory(city="Utrecht", unit=below)
    ContactFactory(city="Utrecht", unit=south)
    ContactFactory(city="Utrecht")

    assert inside(worked_out(unit=north)) == {ours}


def test_who_was_in_it_on_a_day() -> None:
    segment = SegmentFactory()
    march = datetime(2026, 3, 1, 12)  # noqa: DTZ001
    for name, since, until in (
        ("before", -10, -1),
        ("through", -10, 10),
        ("came that day", 0.2, None),
        ("left that day", -10, 0),
        ("after", 1, None),
    ):
        moment = timezone.make_aware(march)
        SegmentMemberFactory(
            segment=segment,
            contact=ContactFactory(given_name=name),
            since=moment + timedelta(days=since),
            until=(until is not None and moment + timedelta(days=until)) or None,
        )

    there = SegmentMember.objects.present_on(march.date())

    assert {row.contact.given_name for row in there} == {
        "through",
        "came that day",
        "left that day",
    }


def test_who_comes_back_is_in_it_twice_with_the_time_between_left_out() -> None:
    actor = UserFactory(role="recruiter")
    person = ContactFactory(city="Utrecht")
    segment = worked_out()

    for day, city in ((1, "Gouda"), (2, "Utrecht")):
        update_contact(contact=person, actor=actor, city=city)
        membership.follow_changes(clock=at(day))

    rows = SegmentMember.objects.filter(segment=segment).order_by("since")
    assert [(row.since, row.until) for row in rows] == [
        (NOW, NOW + timedelta(days=1)),
        (NOW + timedelta(days=2), None),
    ]


def test_review_first_lets_nobody_in_by_itself() -> None:
    actor = UserFactory(role="recruiter")
    person = ContactFactory(city="Utrecht")
    segment = worked_out(is_reviewed=True)

    assert inside(segment) == set()
    assert segment.waiting == 1
    update_contact(contact=person, actor=actor, city="Gouda")
    membership.follow_changes(clock=at(1))
    assert not SegmentProposal.objects.exists()
    segment.refresh_from_db()
    assert segment.waiting == 0


def test_who_was_declined_does_not_return_before_the_day() -> None:
    until = SegmentProposalFactory(
        contact=ContactFactory(city="Utrecht"), state="declined", not_before=NOW + timedelta(days=3)
    )
    for_good = SegmentProposalFactory(
        contact=ContactFactory(city="Utrecht"), state="declined", segment=until.segment
    )
    Segment.objects.update(due_at=NOW)

    membership.keep_up(clock=at(0))
    assert set(SegmentProposal.objects.values_list("state", flat=True)) == {"declined"}
    Segment.objects.update(due_at=NOW)
    membership.keep_up(clock=at(3))

    until.refresh_from_db()
    for_good.refresh_from_db()
    assert (until.state, for_good.state) == ("waiting", "declined")


def test_a_segment_that_is_no_longer_reviewed_takes_in_who_waited() -> None:
    person = ContactFactory(city="Utrecht")
    segment = worked_out(is_reviewed=True)

    change_segment(segment=segment, actor=segment.owner, is_reviewed=False)
    membership.keep_up()

    assert inside(segment) == {person}
    segment.refresh_from_db()
    assert (segment.waiting, SegmentProposal.objects.count()) == (0, 0)


def test_a_rule_that_lost_its_meaning_lets_everybody_go() -> None:
    ContactFactory(city="Utrecht")
    segment = worked_out()
    gone = rule_of(rule_of(asks("shirt", "is", "L")), match="none")
    Segment.objects.update(rule=gone, due_at=NOW)

    membership.keep_up(clock=at(1))

    assert inside(segment) == set()


def test_one_question_however_many_people(django_assert_num_queries: Any) -> None:
    def cost() -> int:
        segment = SegmentFactory()
        with connection.execute_wrapper(_count := _Counter()):
            membership.work_out(segment=segment, now=NOW)
        return _count.number

    ContactFactory(city="Utrecht")
    first = cost()
    for _number in range(3):
        ContactFactory(city="Utrecht")

    assert cost() == first


class _Counter:
    number = 0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        self.number += 1
        return execute(*arguments)


@pytest.fixture
def settled_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no transaction ran but this one, whose changes count as settled."""
    monkeypatch.setattr(ChangeQuerySet, "settled", lambda changes: changes.all())
    monkeypatch.setattr(membership, "OldestRunningTransactionId", lambda: 2**62)


def test_the_reader_moves_on_and_sees_each_change_once(settled_log: None) -> None:
    actor = UserFactory(role="recruiter")
    person = ContactFactory(city="Gouda")
    segment = SegmentFactory()
    membership.keep_up()

    update_contact(contact=person, actor=actor, city="Utrecht")

    assert membership.follow_changes() == 1
    assert inside(segment) == {person}
    assert membership.follow_changes() == 0
    assert ChangeReader.objects.get().change_id == Change.objects.latest("pk").pk


def test_many_changes_are_read_in_portions(
    settled_log: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership, "CHANGES", 2)
    monkeypatch.setattr(membership, "PEOPLE", 1)
    segment = SegmentFactory()
    membership.keep_up()

    people = {create_contact(actor=None, given_name="Ada", city="Utrecht") for _one in range(5)}

    assert membership.follow_changes() == 5
    assert inside(segment) == people


def test_what_is_not_settled_yet_is_looked_at_at_once_and_once_more() -> None:
    """This test's own transaction still runs."""
    segment = SegmentFactory()
    membership.keep_up()
    person = create_contact(actor=None, given_name="Ada", city="Utrecht")

    assert membership.follow_changes() == membership.follow_changes() == 1
    assert inside(segment) == {person}
    assert ChangeReader.objects.get().change_id < Change.objects.latest("pk").pk


def test_without_segments_the_reader_goes_to_the_end(settled_log: None) -> None:
    create_contact(actor=None, given_name="Ada")

    assert membership.follow_changes() == 0
    assert ChangeReader.objects.get().change_id == Change.objects.get().pk


def test_two_workers_do_not_write_over_each_other(transactional_db: None) -> None:
    """Who finds the reader held leaves the work to whoever holds it."""
    ContactFactory(city="Utrecht")
    segment = SegmentFactory()
    ChangeReader.objects.create(name=membership.READER)
    found: list[bool] = []

    def beside() -> None:
        found.append(membership.work_out_next(now=timezone.now()))
        connection.close()

    with transaction.atomic():
        ChangeReader.objects.select_for_update().get()
        worker = threading.Thread(target=beside)
        worker.start()
        worker.join()

    assert found == [False]
    assert inside(segment) == set()
    assert membership.work_out_next(now=timezone.now())
    assert len(inside(segment)) == 1


@pytest.mark.parametrize("what", ["branch", "field", "pool"])
def test_what_changes_for_many_at_once_asks_the_rules_anew(what: str) -> None:
    actor = UserFactory(role="administrator")
    north, south = OrgUnitFactory(), OrgUnitFactory()
    branch = OrgUnitFactory(parent=south)
    field = create_field(actor=None, type="text", label_en="Shoe")
    pool = TalentPoolFactory(owner=actor)
    person = ContactFactory(unit=branch, custom_values={field.key: "x"})
    PoolMemberFactory(pool=pool, contact=person)
    asked, act, expected = {
        "branch": (
            asks("unit", "one_of", str(north.uid)),
            lambda: move_unit(unit=branch, parent=north, actor=actor),
            {person},
        ),
        "field": (
            asks(f"custom_{field.key}", "filled"),
            lambda: retire_field(field=field, actor=None),
            set(),
        ),
        "pool": (
            asks("pool", "one_of", str(pool.uid)),
            lambda: archive_pool(pool=pool, actor=actor),
            set(),
        ),
    }[what]
    segment = worked_out(rule=rule_of(asked), owner=actor)
    assert inside(segment) == {person} - expected

    act()
    membership.keep_up()

    assert inside(segment) == expected
