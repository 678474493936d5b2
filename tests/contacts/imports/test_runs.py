"""A run: tried, changed, started once, discarded, its file kept no longer than needed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import ImportRow
from contacts.services import import_work, imports
from contacts.services.imports import ImportNotReady
from core.models import User
from tests.contacts.imports.bringing import (
    check,
    choices_of,
    everything,
    upload,
)
from tests.factories import (
    ContactFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> User:
    return UserFactory(role="hr-manager")


def test_the_dry_run_writes_nothing_but_its_rows(actor: User) -> None:
    ContactFactory(given_name="Jan", email="jan@example.nl")
    before = everything()

    run = check("Voornaam;E-mail;Woonplaats\nJan;jan@example.nl;Ede\nAda;a@example.nl;\n", actor)

    assert run.outcomes == {"created": 1, "updated": 1, "skipped": 0, "refused": 0}
    assert everything() == before


def test_columns_may_be_changed_after_the_dry_run(actor: User) -> None:
    run = check("Voornaam;Achternaam;E-mail\nJan;Vos;jan@example.nl\n", actor)

    imports.change_choices(run=run, actor=actor)
    run.refresh_from_db()
    kept = choices_of(run)
    imports.choose(run=run, choices=kept, actor=actor)
    assert import_work.work_on_next()

    assert ImportRow.objects.filter(run=run).count() == 1


def test_a_run_is_started_once(actor: User) -> None:
    run = check("Voornaam\nJan\n", actor)
    imports.start(run=run, actor=actor)

    with pytest.raises(ImportNotReady):
        imports.start(run=run, actor=actor)


def test_the_file_is_kept_under_a_random_name_and_only_until_it_is_in(
    actor: User, django_capture_on_commit_callbacks: object
) -> None:
    run = upload("Voornaam\nJan\n", actor, name="../../etc/pass\x07wd.csv")
    assert run.file_name == "passwd.csv"
    assert "passwd" not in run.file.name
    imports.choose(run=run, choices=choices_of(run), actor=actor)
    import_work.work_on_next()
    imports.start(run=run, actor=actor)
    stored, storage = run.file.name, run.file.storage
    assert storage.exists(stored)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        import_work.work_on_next()

    run.refresh_from_db()
    assert not run.file
    assert not storage.exists(stored)


def test_a_discarded_file_leaves_no_rows(
    actor: User, django_capture_on_commit_callbacks: object
) -> None:
    run = check("Voornaam\nJan\n", actor)
    stored, storage = run.file.name, run.file.storage

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        imports.discard(run=run, actor=actor)

    assert not run.rows.exists()
    assert not storage.exists(stored)


def test_a_batch_costs_the_same_statements_however_many_people(actor: User) -> None:
    statements = []
    for first, count in ((0, 1), (10, 3)):
        rows = "".join(
            f"{n};Naam{n};n{n}@example.nl;06-123456{n:02}\n" for n in range(first, first + count)
        )
        run = check(f"Persnr;Voornaam;E-mail;Telefoon\n{rows}", actor)
        imports.start(run=run, actor=actor)
        with CaptureQueriesContext(connection) as captured:
            assert import_work.work_on_next()
        statements.append(len(captured))

    assert statements[0] == statements[1]
