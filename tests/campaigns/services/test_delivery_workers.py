"""Workers that die, sleep, are slow, or are many at once."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from campaigns.channels import Letter
from campaigns.models import DeliveryEvent, Touchpoint
from campaigns.services import delivery
from campaigns.services.delivery import TOGETHER, deliver_due, recover
from campaigns.services.sequence import stop_enrolments
from tests.campaigns.services.delivering import FakeChannel, due_for, states

pytestmark = pytest.mark.django_db
State = Touchpoint.QueueState
Result = Touchpoint.Result


@pytest.fixture(autouse=True)
def _full_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that tests know what is in one hand; that groups adapt has a test of its own."""
    monkeypatch.setattr(delivery, "FIRST_TOGETHER", TOGETHER)


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


def test_recover_parts_what_did_not_leave_from_what_may_have() -> None:
    claimed, doubtful, known = due_for("a", "b", "c")
    now = timezone.now()
    for row, state, result in (
        (claimed, State.CLAIMED, ""),
        (doubtful, State.HANDING_OVER, ""),
        (known, State.HANDING_OVER, Result.SENT),
    ):
        Touchpoint.objects.filter(pk=row.pk).update(
            queue_state=state, result=result, lease_until=now, done_at=now if result else None
        )

    assert recover(now=now - timedelta(seconds=1)) == {"waiting": 0, "in_doubt": 0, "settled": 0}
    assert recover(now=now) == {"waiting": 1, "in_doubt": 1, "settled": 2}

    assert states([claimed, doubtful, known]) == [
        (State.WAITING, ""),
        (State.DONE, Result.IN_DOUBT),
        (State.DONE, Result.SENT),
    ]
    kinds = {event.touchpoint_id: event.kind for event in DeliveryEvent.objects.all()}
    assert kinds == {doubtful.pk: "in_doubt", known.pk: "sent"}
    known.enrolment.refresh_from_db()
    doubtful.enrolment.refresh_from_db()
    assert (known.enrolment.state, doubtful.enrolment.state) == ("finished", "active")


def test_a_worker_that_slept_past_its_lease_sends_nothing_that_another_took() -> None:
    """It wakes with a full hand of letters; by then all of it has gone out by another."""
    due_for(*(f"n{number:02}" for number in range(TOGETHER * 2)))
    other = FakeChannel()
    sleeper = FakeChannel()
    woken: list[bool] = []

    def sleep(letter: Letter) -> None:
        if not woken:
            woken.append(True)
            later = timezone.now() + delivery.lease() + timedelta(seconds=1)
            recover(now=later)
            deliver_due(channel=other, clock=lambda: later)

    sleeper.before = sleep
    deliver_due(channel=sleeper)

    assert len(sleeper.recipients) == TOGETHER
    assert sorted(set(sleeper.recipients) & set(other.recipients)) == []
    in_doubt = Touchpoint.objects.filter(result=Result.IN_DOUBT).count()
    assert (in_doubt, Touchpoint.objects.filter(result=Result.SENT).count()) == (TOGETHER, TOGETHER)


def test_a_slow_server_ends_the_group_before_the_lease_does(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DELIVERY_LEASE_SECONDS = 60
    ticks = iter(range(0, 10_000, 20))
    monkeypatch.setattr(delivery.time, "monotonic", lambda: float(next(ticks)))
    touchpoints = due_for("a", "b", "c", "d")
    channel = FakeChannel()

    deliver_due(channel=channel)

    assert len(channel.letters) == 1
    assert [state for state, _ in states(touchpoints)] == [State.DONE] + [State.WAITING] * 3


def test_few_are_in_one_hand_where_the_server_is_slow_and_more_where_it_is_quick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delivery, "FIRST_TOGETHER", 1)
    clock = [0.0]
    monkeypatch.setattr(delivery.time, "monotonic", lambda: clock[0])
    due_for(*(f"n{number:02}" for number in range(30)))
    in_hand = []
    channel = FakeChannel()

    def take(letter: Letter) -> None:
        in_hand.append(Touchpoint.objects.filter(queue_state=State.HANDING_OVER, result="").count())
        clock[0] += 0.001 if len(in_hand) <= 11 else 0.5

    channel.before = take
    deliver_due(channel=channel)

    assert in_hand == [1] + [10] * 10 + [10] * 10 + [1] * 9


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_runs_the_same_statements_however_many(
    channel: FakeChannel, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    due_for(*(f"n{number}" for number in range(count)))

    # Claim 4; steps, people, consent and addresses 6; mark 4; note 4; settle, follow on and finish.
    with django_assert_num_queries(41):  # type: ignore[attr-defined]
        deliver_due(channel=channel)


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_send_each_once() -> None:
    due_for(*(f"n{number:03}" for number in range(60)))
    channel = FakeChannel()
    barrier = Barrier(4)

    def work() -> None:
        try:
            barrier.wait()
            while deliver_due(channel=channel, limit=7):
                continue
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(channel.recipients) == [f"n{number:03}@example.org" for number in range(60)]
    assert Touchpoint.objects.filter(result=Result.SENT).count() == 60
    assert DeliveryEvent.objects.count() == 60


@pytest.mark.django_db(transaction=True)
def test_stopping_and_marking_at_the_same_time_never_both_win() -> None:
    """The mark waits for the row that the stop has locked, and then looks at it again."""
    touchpoints = due_for(*(f"n{number:02}" for number in range(40)))
    channel = FakeChannel()
    barrier = Barrier(2)
    now = timezone.now()

    def stop() -> None:
        try:
            barrier.wait()
            for touchpoint in touchpoints:
                stop_enrolments(
                    enrolment_ids=[touchpoint.enrolment_id], reason="stopped", actor=None, now=now
                )
        finally:
            connection.close()

    thread = Thread(target=stop)
    thread.start()
    barrier.wait()
    deliver_due(channel=channel)
    thread.join()

    cancelled = Touchpoint.objects.filter(result=Result.CANCELLED).count()
    sent = Touchpoint.objects.filter(result=Result.SENT).count()
    assert (cancelled + sent, sent) == (40, len(channel.letters))
