"""A real worker, killed in the middle of an act on many people; and its undo."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from contacts import bulk_acts
from contacts.events import ContactUpdated
from contacts.models import BulkRun, Contact, Tag
from contacts.services import bulk, bulk_work
from contacts.tasks import run_bulk_acts
from core.bulk import copy_in
from core.models import AuditEntry, Change, HandlerFailure
from tests.factories import UserFactory
from tests.support.workers import StartWorker

PEOPLE = 12_000
PATIENCE = 90.0


def wait_for(run: BulkRun, is_there: Callable[[BulkRun], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_there(run):
        assert time.monotonic() < deadline, f"{run.state}: {run.done_count} of {run.total}"
        time.sleep(0.01)
        run.refresh_from_db()


@pytest.mark.process
@pytest.mark.django_db(transaction=True)
def test_twelve_thousand_tagged_by_a_worker_killed_half_way_and_undone(
    worker: StartWorker,
) -> None:
    actor = UserFactory(role="recruiter")
    people = [Contact(given_name="Ada", family_name=f"Number{n:05}") for n in range(PEOPLE)]
    for one in people:
        one.refresh_derived()
    copy_in(people)
    act = bulk_acts.known("tag")
    assert act is not None
    run = bulk.begin(act=act, options={"tags": ["Java"]}, selection={"q": ["ada"]}, actor=actor)
    first = worker()
    run_bulk_acts.delay()

    wait_for(run, lambda run: run.state == "running" and 0 < run.done_count < PEOPLE)
    first.kill()
    run.refresh_from_db()
    done = run.done_count
    tagged = Contact.tags.through.objects
    assert 0 < done < PEOPLE
    assert tagged.count() == run.rows.filter(outcome="done").count() == run.outcomes["done"] == done
    # The lease runs out.
    BulkRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    worker()
    run_bulk_acts.delay()
    wait_for(run, lambda run: not run.is_running)

    assert (run.state, run.total, run.outcomes["done"]) == ("done", PEOPLE, PEOPLE)
    assert tagged.filter(tag=Tag.objects.get()).count() == PEOPLE
    assert Change.objects.filter(event=ContactUpdated.name()).count() == PEOPLE
    bulk.undo(run=run, actor=actor)
    run_bulk_acts.delay()
    wait_for(run, lambda run: run.state == "undone")
    assert (run.outcomes["undone"], tagged.count()) == (PEOPLE, 0)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "contacts.bulk_done",
        "contacts.bulk_undone",
    ]
    assert not HandlerFailure.objects.exists()


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_writes_nothing_more() -> None:
    actor = UserFactory(role="recruiter")
    Contact.objects.create(given_name="Ada")
    act = bulk_acts.known("tag")
    assert act is not None
    bulk.begin(act=act, options={"tags": ["Java"]}, selection={}, actor=actor)
    (late,) = BulkRun.objects.claim(now=timezone.now(), limit=1, lease=timedelta(0))
    assert bulk_work.release_expired() == 1
    (current,) = BulkRun.objects.claim(now=timezone.now(), limit=1, lease=timedelta(minutes=1))

    with pytest.raises(bulk_work.LeaseLost):
        bulk_work._see_through(late)

    assert Contact.tags.through.objects.count() == 0
    bulk_work._see_through(current)
    assert Contact.tags.through.objects.count() == 1
