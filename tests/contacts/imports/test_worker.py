"""A real worker, killed in the middle of a file."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from contacts.events import ContactCreated
from contacts.models import Contact, ImportRow, ImportRun
from contacts.services import import_work, imports
from contacts.tasks import run_imports
from core.models import AuditEntry, Change, HandlerFailure
from tests.contacts.imports.bringing import check
from tests.factories import UserFactory
from tests.support.workers import StartWorker

ROWS = 3 * import_work.PEOPLE_PER_BATCH
PATIENCE = 90.0


def wait_for(run: ImportRun, is_there: Callable[[ImportRun], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_there(run):
        assert time.monotonic() < deadline, f"{run.state}: {run.done_count} of {run.row_count}"
        time.sleep(0.02)
        run.refresh_from_db()


@pytest.mark.process
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_half_way_is_taken_over_where_it_was(
    worker: StartWorker, media: Path
) -> None:
    actor = UserFactory(role="hr-manager")
    rows = "".join(f"{n};Naam{n};n{n}@example.nl;Kandidaat\n" for n in range(ROWS))
    run = check(f"Persnr;Voornaam;E-mail;Soort relatie\n{rows}", actor)
    imports.start(run=run, actor=actor)
    first = worker(MEDIA_ROOT=str(media))
    run_imports.delay()

    wait_for(run, lambda run: 0 < run.done_count < ROWS)
    first.kill()
    run.refresh_from_db()
    done = run.done_count
    assert 0 < done < ROWS
    assert run.rows.exclude(outcome="").count() == Contact.objects.count() == done
    assert run.queue_state == ImportRun.QueueState.CLAIMED
    # The lease runs out.
    ImportRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    worker(MEDIA_ROOT=str(media))
    run_imports.delay()

    wait_for(run, lambda run: not run.is_running)

    assert (run.state, run.done_count) == (ImportRun.State.IMPORTED, ROWS)
    assert run.outcomes == {"created": ROWS, "updated": 0, "skipped": 0, "refused": 0}
    assert Contact.objects.count() == ROWS
    assert Change.objects.filter(event=ContactCreated.name()).count() == ROWS
    assert ImportRow.objects.filter(outcome="created").count() == ROWS
    assert AuditEntry.objects.filter(action="contacts.imported").count() == 1
    assert not HandlerFailure.objects.exists()


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_writes_nothing_more() -> None:
    actor = UserFactory(role="hr-manager")
    run = check("Voornaam;E-mail\nJan;jan@example.nl\n", actor)
    imports.start(run=run, actor=actor)
    (late,) = ImportRun.objects.claim(now=timezone.now(), limit=1, lease=timedelta(0))
    assert import_work.release_expired() == 1
    (current,) = ImportRun.objects.claim(now=timezone.now(), limit=1, lease=timedelta(minutes=1))

    with pytest.raises(import_work.LeaseLost):
        import_work._see_through(late)

    assert Contact.objects.count() == 0
    import_work._see_through(current)
    assert Contact.objects.count() == 1


@pytest.mark.django_db
def test_a_fault_is_tried_again_and_given_up_after_some_tries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    actor = UserFactory(role="hr-manager")
    run = check("Voornaam;E-mail\nJan;jan@example.nl\n", actor)
    imports.start(run=run, actor=actor)

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no disk")

    monkeypatch.setattr(import_work, "_import_batch", fail)
    for _ in range(import_work.MAX_ATTEMPTS):
        ImportRun.objects.update(due_at=timezone.now())
        assert import_work.work_on_next()

    run.refresh_from_db()
    assert (run.state, run.outcome) == (ImportRun.State.FAILED, "fault")
    assert not import_work.work_on_next()
