"""What comes up by itself, and what answers it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from core.models import User
from relationships.models import FollowUp
from relationships.services.engagements import end_engagement
from relationships.services.interactions import Moment, log_interaction, log_interactions
from relationships.services.lifecycle import move_to_stage
from relationships.services.moments import put_back_interaction, take_back_interaction
from relationships.services.occasions import (
    ask_for_replies,
    mark_anniversaries,
    owe_for_engagements,
    owe_for_moves,
)
from tests.factories import (
    ContactFactory,
    EngagementFactory,
    InteractionFactory,
    RelationshipFactory,
    UserFactory,
    stage,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def owner() -> User:
    return UserFactory(role="recruiter", language="en")


def wrote(contact: object, **more: object) -> object:
    given = {"channel": "email", "direction": "inbound", "actor": None} | more
    return log_interaction(contact=contact, **given)


def said(contact: object, **more: object) -> object:
    given = {"channel": "phone", "direction": "two_way", "actor": None} | more
    return log_interaction(contact=contact, **given)


def open_kinds() -> list[str]:
    return list(FollowUp.objects.open().order_by("pk").values_list("kind", flat=True))


def test_a_message_waits_on_the_desk_of_who_keeps_in_touch(owner: User) -> None:
    row = RelationshipFactory(owner=owner)

    message = wrote(row.contact, summary="Is there news?")

    task = FollowUp.objects.get()
    assert (task.kind, task.assignee, task.interaction, task.due_on, task.occurred_on) == (
        "reply",
        owner,
        message,
        TODAY,
        TODAY,
    )
    assert task.title == "Answer their message"


def test_two_messages_in_a_row_wait_as_one_the_first(owner: User) -> None:
    row = RelationshipFactory(owner=owner)

    first = wrote(row.contact, happened_at=NOW - timedelta(hours=3))
    wrote(row.contact)

    assert FollowUp.objects.get().interaction == first


def test_told_twice_it_asks_once(owner: User) -> None:
    message = wrote(RelationshipFactory(owner=owner).contact)
    FollowUp.objects.update(state="done", closed_at=NOW)

    ask_for_replies(interaction_ids=[message.pk], now=NOW)

    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize(
    "message",
    [
        {"is_automated": True},
        {"channel": "note"},
        {"direction": "two_way"},
        {"direction": "internal"},
        {"happened_at": NOW - timedelta(days=30)},
    ],
)
def test_what_waits_for_no_answer(message: dict[str, object], owner: User) -> None:
    wrote(RelationshipFactory(owner=owner).contact, **message)

    assert not FollowUp.objects.exists()


def test_a_message_that_was_answered_before_it_was_logged_waits_for_nothing(owner: User) -> None:
    row = RelationshipFactory(owner=owner)
    said(row.contact, direction="outbound")

    wrote(row.contact, happened_at=NOW - timedelta(hours=1))

    assert not FollowUp.objects.exists()


def test_an_answer_in_the_minute_of_the_message_answers_it(owner: User) -> None:
    """The form of a contact moment knows no seconds."""
    row = RelationshipFactory(owner=owner)
    wrote(row.contact, happened_at=NOW - timedelta(seconds=20))

    said(row.contact, happened_at=NOW - timedelta(minutes=1))

    assert open_kinds() == []


@pytest.mark.parametrize("direction", ["outbound", "two_way"])
def test_a_human_answers_it(direction: str, owner: User) -> None:
    row = RelationshipFactory(owner=owner)
    wrote(row.contact, happened_at=NOW - timedelta(days=2))

    said(row.contact, direction=direction, actor=owner, happened_at=NOW - timedelta(hours=1))

    task = FollowUp.objects.get()
    assert (task.state, task.closed_by, task.closed_at) == (
        "done",
        owner,
        NOW - timedelta(hours=1),
    )


def test_an_answer_that_was_logged_by_mistake_leaves_it_waiting(owner: User) -> None:
    row = RelationshipFactory(owner=owner)
    message = wrote(row.contact, actor=owner, happened_at=NOW - timedelta(days=2))
    answer = said(row.contact, actor=owner)
    version = take_back_interaction(interaction=answer, actor=owner)
    assert open_kinds() == ["reply"]

    put_back_interaction(version=version, actor=owner)
    assert open_kinds() == []

    FollowUp.objects.update(state="open", closed_at=None)
    take_back_interaction(interaction=message, actor=owner)
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(
    "answer",
    [
        {"is_automated": True, "direction": "outbound"},
        {"channel": "note"},
        {"direction": "internal"},
        {"happened_at": NOW - timedelta(days=3)},
    ],
)
def test_what_is_no_answer(answer: dict[str, object], owner: User) -> None:
    row = RelationshipFactory(owner=owner)
    wrote(row.contact, happened_at=NOW - timedelta(days=2))

    said(row.contact, **answer)

    assert open_kinds() == ["reply"]


def test_without_an_owner_it_waits_with_who_logged_it() -> None:
    reader = UserFactory(role="recruiter")

    wrote(ContactFactory(), actor=reader)

    assert FollowUp.objects.get().assignee == reader


@pytest.mark.parametrize("count", [1, 3])
def test_many_at_once_ask_the_same_queries(
    count: int, owner: User, django_assert_num_queries: Callable[[int], object]
) -> None:
    rows = RelationshipFactory.create_batch(count, owner=owner)
    messages = [InteractionFactory(contact=row.contact, direction="inbound") for row in rows]
    ids = [message.pk for message in messages]

    with django_assert_num_queries(12):
        ask_for_replies(interaction_ids=ids, now=NOW + timedelta(minutes=1))

    assert FollowUp.objects.count() == count


@pytest.mark.parametrize(
    ("kind", "key", "owes"),
    [
        ("prospect", "not-now", True),
        ("prospect", "joined", False),
        ("employee", "left", True),
        ("freelancer", "ended", True),
        ("alumnus", "returned", False),
        ("alumnus", "no-contact-wanted", False),
        ("prospect", "in-contact", False),
    ],
)
def test_which_moves_owe_a_closing_act(kind: str, key: str, owes: bool, owner: User) -> None:
    row = RelationshipFactory(kind=kind, owner=owner)

    move_to_stage(relationship=row, to_stage=stage(kind, key), actor=owner, reason="So it is")

    assert open_kinds() == (["closing"] if owes else [])


def test_a_closing_act_is_owed_once_a_person_and_not_who_wants_none(owner: User) -> None:
    row = RelationshipFactory(owner=owner, kind="employee")
    work = EngagementFactory(contact=row.contact, starts_on=date(2020, 1, 1))
    move = move_to_stage(relationship=row, to_stage=stage("employee", "left"), actor=owner)
    end_engagement(engagement=work, actor=owner, ends_on=TODAY)
    owe_for_moves(transition_ids=[move.pk], now=NOW)
    quiet = EngagementFactory(contact=ContactFactory(do_not_contact=True))
    end_engagement(engagement=quiet, actor=owner, ends_on=TODAY)

    task = FollowUp.objects.get(kind="closing")
    assert (task.contact, task.assignee, task.occurred_on) == (row.contact, owner, TODAY)


def test_the_end_of_work_owes_one_unless_other_work_goes_on(owner: User) -> None:
    ended = EngagementFactory(starts_on=date(2025, 1, 1), ends_on=TODAY - timedelta(days=2))
    renewed = EngagementFactory(starts_on=date(2025, 1, 1), ends_on=TODAY)
    EngagementFactory(contact=renewed.contact, starts_on=TODAY, ends_on=None)
    EngagementFactory(starts_on=date(2025, 1, 1), ends_on=TODAY + timedelta(days=1))
    EngagementFactory(starts_on=date(2025, 1, 1), ends_on=TODAY - timedelta(days=14))

    owe_for_engagements(today=TODAY)
    owe_for_engagements(today=TODAY)

    task = FollowUp.objects.get()
    assert (task.contact, task.occurred_on) == (ended.contact, TODAY - timedelta(days=2))


def test_a_word_on_the_very_day_before_the_move_is_the_closing_act(owner: User) -> None:
    row = RelationshipFactory(owner=owner)
    said(row.contact, happened_at=NOW - timedelta(hours=1), actor=owner)

    move_to_stage(relationship=row, to_stage=stage("prospect", "not-now"), actor=owner, reason="No")

    task = FollowUp.objects.get()
    assert (task.kind, task.state, task.closed_at) == (
        "closing",
        "done",
        NOW - timedelta(hours=1),
    )


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 3, 10), {"five"}),
        (date(2026, 2, 28), {"leap", "last of february"}),
        (date(2028, 2, 28), {"last of february"}),
        (date(2028, 2, 29), {"leap"}),
        (date(2026, 3, 11), set()),
    ],
)
def test_anniversaries_by_hand(today: date, expected: set[str]) -> None:
    for name, begun in {
        "five": date(2021, 3, 10),
        "leap": date(2024, 2, 29),
        "last of february": date(2023, 2, 28),
    }.items():
        EngagementFactory(contact__given_name=name, starts_on=begun, ends_on=None)
    EngagementFactory(starts_on=date(2021, 3, 10), ends_on=date(2024, 1, 1))
    EngagementFactory(starts_on=today, ends_on=None)

    mark_anniversaries(today=today)
    mark_anniversaries(today=today)

    assert {task.contact.given_name for task in FollowUp.objects.all()} == expected


def test_an_anniversary_says_how_many_years_and_is_let_go_after_a_week() -> None:
    EngagementFactory(starts_on=date(2021, 3, 10), ends_on=None)
    mark_anniversaries(today=TODAY)
    assert "5" in FollowUp.objects.get().title

    mark_anniversaries(today=TODAY + timedelta(days=7))
    assert FollowUp.objects.count() == 1
    mark_anniversaries(today=TODAY + timedelta(days=8))
    assert not FollowUp.objects.exists()


def test_history_brought_in_asks_nothing_and_answers_what_waits(owner: User) -> None:
    row = RelationshipFactory(owner=owner)
    wrote(row.contact, happened_at=NOW - timedelta(days=5))

    log_interactions(
        moments=[
            Moment(
                contact=row.contact,
                channel="email",
                direction=direction,
                happened_at=NOW - timedelta(days=days),
            )
            for direction, days in (("inbound", 90), ("outbound", 60), ("outbound", 4))
        ],
        actor=owner,
    )

    assert FollowUp.objects.get().closed_at == NOW - timedelta(days=4)
