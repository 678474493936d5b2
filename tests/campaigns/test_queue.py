"""The row queue of ``core.models.queue``, by the table that leans on it most."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.models import Campaign, Enrolment, Touchpoint
from tests.factories.campaigns import StepFactory, TouchpointFactory

State = Touchpoint.QueueState
LEASE = timedelta(minutes=5)


@pytest.mark.django_db
def test_claim_takes_the_longest_waiting_first_and_marks_them() -> None:
    now = timezone.now()
    step = StepFactory()
    late, later, latest = (
        TouchpointFactory(step=step, due_at=now - timedelta(hours=hours)) for hours in (1, 2, 3)
    )

    taken = Touchpoint.objects.claim(now=now, limit=2, lease=LEASE)

    assert [row.pk for row in taken] == [latest.pk, later.pk]
    assert {row.lease_token for row in taken} == {taken[0].lease_token}
    stored = Touchpoint.objects.get(pk=latest.pk)
    assert (stored.queue_state, stored.attempts) == (State.CLAIMED, 1)
    assert (stored.lease_token, stored.lease_until) == (taken[0].lease_token, now + LEASE)
    assert Touchpoint.objects.get(pk=late.pk).queue_state == State.WAITING


@pytest.mark.django_db
def test_claim_leaves_what_is_not_due_paused_or_of_someone_off_the_campaign() -> None:
    now = timezone.now()
    due = TouchpointFactory(due_at=now)
    TouchpointFactory(due_at=now + timedelta(microseconds=1))
    paused = TouchpointFactory()
    Campaign.objects.filter(pk=paused.step.campaign_id).update(state=Campaign.State.PAUSED)
    stopped = TouchpointFactory()
    Enrolment.objects.filter(pk=stopped.enrolment_id).update(state=Enrolment.State.STOPPED)

    assert Touchpoint.objects.claim(now=now, limit=10, lease=LEASE) == [due]
    assert Touchpoint.objects.claim(now=now, limit=10, lease=LEASE) == []


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_claim_runs_two_statements_however_many_rows(
    count: int, django_assert_num_queries: object
) -> None:
    step = StepFactory()
    TouchpointFactory.create_batch(count, step=step)

    with django_assert_num_queries(4):  # type: ignore[operator]  # with the savepoint's two
        taken = Touchpoint.objects.claim(now=timezone.now(), limit=10, lease=LEASE)

    assert len(taken) == count


@pytest.mark.django_db(transaction=True)
def test_claims_at_the_same_time_never_share_a_row_nor_take_more_than_asked() -> None:
    step = StepFactory()
    everything = {row.pk for row in TouchpointFactory.create_batch(60, step=step)}
    now = timezone.now()
    barrier = Barrier(6)
    taken: list[list[int]] = []

    def claim() -> None:
        try:
            barrier.wait()
            while rows := Touchpoint.objects.claim(now=now, limit=7, lease=LEASE):
                taken.append([row.pk for row in rows])
        finally:
            connection.close()

    threads = [Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(pk for pks in taken for pk in pks) == sorted(everything)
    assert max(len(pks) for pks in taken) <= 7


@pytest.mark.django_db
def test_release_expired_frees_only_claims_that_have_run_out() -> None:
    now = timezone.now()
    step = StepFactory()
    TouchpointFactory.create_batch(2, step=step, due_at=now - timedelta(hours=1))
    (old,) = Touchpoint.objects.claim(now=now - LEASE, limit=1, lease=LEASE)
    (fresh,) = Touchpoint.objects.claim(now=now, limit=1, lease=LEASE)

    assert Touchpoint.objects.release_expired(now) == 1

    old.refresh_from_db()
    fresh.refresh_from_db()
    assert (old.queue_state, old.lease_token, old.lease_until) == (State.WAITING, None, None)
    assert fresh.queue_state == State.CLAIMED


@pytest.mark.django_db
def test_a_worker_whose_lease_ran_out_can_neither_finish_nor_put_back() -> None:
    now = timezone.now()
    TouchpointFactory(due_at=now - timedelta(hours=1))
    (first,) = Touchpoint.objects.claim(now=now - LEASE, limit=1, lease=LEASE)
    Touchpoint.objects.release_expired(now)
    (second,) = Touchpoint.objects.claim(now=now, limit=1, lease=LEASE)

    assert first.pk == second.pk
    assert first.finish(outcome="too late") is False
    assert first.put_back(due_at=now) is False
    assert second.finish(outcome="in time") is True
    assert Touchpoint.objects.get(pk=first.pk).outcome == "in time"


@pytest.mark.django_db
def test_a_row_that_nobody_holds_cannot_be_finished() -> None:
    touchpoint = TouchpointFactory()

    assert touchpoint.finish() is False

    touchpoint.refresh_from_db()
    assert touchpoint.queue_state == State.WAITING
