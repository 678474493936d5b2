import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core import events
from core.models import Change, HandlerFailure, Heartbeat

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class Happened(events.Event):
    name_of_part: str


@dataclass(frozen=True, kw_only=True)
class Ended(events.Event):
    name_of_part: str


@pytest.fixture(autouse=True)
def own_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_handlers", events.defaultdict(list))


def beat(name: str) -> None:
    Heartbeat.objects.create(name=name, at=timezone.now())


class Failing:
    """A handler that writes and then fails until it is mended."""

    def __init__(self) -> None:
        self.is_mended = False

    def handle(self, happened: Sequence[Happened]) -> None:
        for event in happened:
            beat(event.name_of_part)
        if not self.is_mended:
            raise RuntimeError("not today")


def test_publish_gives_a_handler_all_events_of_its_type_at_once() -> None:
    seen: list[list[str]] = []
    events.subscribe(Happened)(lambda batch: seen.append([e.name_of_part for e in batch]))

    events.publish(Happened(name_of_part="a"), Ended(name_of_part="b"), Happened(name_of_part="c"))

    assert seen == [["a", "c"]]


def test_publish_writes_each_event_to_the_change_log_in_order() -> None:
    events.publish(Happened(name_of_part="a"), Ended(name_of_part="b"))

    assert list(Change.objects.order_by("pk").values_list("event", "payload")) == [
        ("tests.Happened", {"name_of_part": "a"}),
        ("tests.Ended", {"name_of_part": "b"}),
    ]


def test_publish_undoes_a_failing_handler_alone_and_runs_the_next() -> None:
    events.subscribe(Happened)(Failing().handle)

    @events.subscribe(Happened)
    def writes(happened: Sequence[Happened]) -> None:
        beat("second")

    events.publish(Happened(name_of_part="first"))

    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["second"]
    failure = HandlerFailure.objects.get()
    assert (failure.handler, failure.attempts) == ("tests.core.test_events.Failing.handle", 1)
    assert failure.change == Change.objects.get()


def test_retry_failed_calls_the_handler_again_and_forgets_the_failure() -> None:
    handler = Failing()
    events.subscribe(Happened)(handler.handle)
    events.publish(Happened(name_of_part="first"))
    handler.is_mended = True

    assert events.retry_failed(now=timezone.now()) == 0, "not before its time"
    assert events.retry_failed(now=timezone.now() + timedelta(minutes=1)) == 1

    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["first"]
    assert not HandlerFailure.objects.exists()


def test_retry_failed_waits_longer_each_time_and_gives_up_in_the_end() -> None:
    events.subscribe(Happened)(Failing().handle)
    events.publish(Happened(name_of_part="first"))
    now = timezone.now()
    pauses = []

    while (failure := HandlerFailure.objects.get()).next_try_at is not None:
        pauses.append(failure.next_try_at - now)
        now = failure.next_try_at
        events.retry_failed(now=now, limit=1)

    assert failure.attempts == events.MAX_ATTEMPTS
    assert pauses[1:] == [timedelta(seconds=30 * 2**n) for n in range(1, 9)]
    assert not Heartbeat.objects.exists()


def test_retry_failed_keeps_what_names_a_handler_that_is_gone() -> None:
    handler = Failing()
    events.subscribe(Happened)(handler.handle)
    events.publish(Happened(name_of_part="first"))
    events._handlers.clear()

    assert events.retry_failed(now=timezone.now() + timedelta(minutes=1), limit=1) == 0

    assert "no longer takes tests.Happened" in HandlerFailure.objects.get().error


@pytest.mark.django_db(transaction=True)
def test_a_change_that_commits_late_is_never_skipped_by_a_reader() -> None:
    """The classic fault: row 1 is drawn first and commits last, a reader sees 2 and goes on."""
    late = connection.copy()
    try:
        late.set_autocommit(False)
        with late.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_change (at, event, payload) VALUES (now(), 'late', '{}')"
            )
        Change.objects.create(event="early", payload={})

        seen_before = list(Change.objects.after((0, 0)))
        late.commit()
        seen_after = _read_until_settled(count=2)
    finally:
        late.close()

    assert seen_before == [], "the early row must wait for the older transaction"
    assert [change.event for change in seen_after] == ["late", "early"]


def _read_until_settled(*, count: int) -> list[Change]:
    """What a reader gets. Transactions of other databases of the cluster hold it up a moment."""
    deadline = time.monotonic() + 120
    seen: list[Change] = []
    while len(seen) < count and time.monotonic() < deadline:
        position = seen[-1].position if seen else (0, 0)
        seen += Change.objects.after(position)
    return seen
