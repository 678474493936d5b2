"""What is kept of a file: its choices for the next one, and its rows for a while."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Contact, ImportRow, ImportRun
from contacts.services import imports
from contacts.services.contacts import create_contact
from contacts.services.import_retention import clear_old_imports
from contacts.services.privacy import erase_person
from core.models import AuditEntry, User
from tests.contacts.imports.bringing import (
    bring_in,
    check,
    choices_of,
    codes,
    outcomes,
    upload,
)
from tests.factories import OrgUnitFactory, UserFactory

pytestmark = pytest.mark.django_db

FILE = "Wie;Waar;E-mail\nJan Vos;Ede;jan@example.nl\n"


@pytest.fixture
def actor() -> User:
    return UserFactory(role="hr-manager")


def with_mapping(file: str, actor: User, **options: str) -> ImportRun:
    """Brought in with columns that nobody could have guessed."""
    run = upload(file, actor)
    choices = choices_of(run, **options)
    mapping = {**choices.mapping, 0: "full", 1: "city"}
    made = imports.Choices(**{**vars(choices), "mapping": mapping})
    imports.choose(run=run, choices=made, actor=actor)
    from contacts.services import import_work  # noqa: PLC0415

    assert import_work.work_on_next()
    imports.start(run=run, actor=actor)
    assert import_work.work_on_next()
    run.refresh_from_db()
    assert run.state == ImportRun.State.IMPORTED
    return run


def test_the_choices_of_the_last_file_with_these_headers_are_offered(actor: User) -> None:
    first = with_mapping(FILE, actor, policy="overwrite", tag="Beurs", kind="prospect")

    again = upload("wie;WAAR;E-mail\nAda Bos;Gouda;ada@example.nl\n", actor)

    assert again.mapping == {"0": "full", "1": "city", "2": "email"}
    assert (again.options["policy"], again.options["kind"]) == ("overwrite", "prospect")
    # The tag was for that file.
    assert again.options["tag"] == ""
    assert imports.remembered(again, actor) == first


def test_other_headers_and_other_peoples_units_are_offered_nothing(actor: User) -> None:
    with_mapping(FILE, actor)
    recruiter = UserFactory(role="recruiter", unit=OrgUnitFactory())

    assert "0" not in upload("Wie;Waar;Mail\nAda;Ede;a@example.nl\n", actor).mapping
    assert "0" not in upload(FILE, recruiter).mapping


def test_what_was_chosen_can_be_forgotten(actor: User) -> None:
    with_mapping(FILE, actor)
    run = upload(FILE, actor)

    imports.forget_columns(run=run, actor=actor)

    run.refresh_from_db()
    assert run.mapping == {"2": "email"}
    assert imports.remembered(run, actor) is None
    assert "0" not in upload(FILE, actor).mapping
    assert AuditEntry.objects.filter(action="contacts.import_forgotten", target_id=run.pk).exists()


def test_after_its_time_a_row_says_no_more_of_anyone(actor: User, settings: Any) -> None:
    run = bring_in("Voornaam;E-mail\nJan;jan@example.nl\n;leeg@example.nl\n", actor)
    later = timezone.now() + timedelta(days=settings.IMPORT_KEEP_DAYS)
    assert clear_old_imports(now=later - timedelta(minutes=1)) == 0

    assert clear_old_imports(now=later + timedelta(minutes=1)) == 1

    rows = run.rows.order_by("number")
    held = rows.values_list("cells", "notes", "changes", "before", "digest", "fingerprint")
    assert list(held) == [([], [], [], {}, "", "")] * 2
    assert outcomes(run) == {2: "created", 3: "refused"}
    assert rows[0].contact == Contact.objects.get()
    assert clear_old_imports(now=later + timedelta(minutes=1)) == 0


def test_a_row_without_keys_is_known_again_after_its_time(actor: User, settings: Any) -> None:
    file = "Voornaam;Achternaam;Functie\nF.;Nowak;Inkoper\n"
    bring_in(file, actor)
    clear_old_imports(now=timezone.now() + timedelta(days=settings.IMPORT_KEEP_DAYS, minutes=1))

    assert outcomes(bring_in(file, actor)) == {2: "skipped"}


def test_a_file_with_which_nobody_went_on_is_dropped(
    actor: User, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    run = check("Voornaam\nJan\n", actor)
    stored, storage = run.file.name, run.file.storage

    with django_capture_on_commit_callbacks(execute=True):
        clear_old_imports(now=timezone.now() + timedelta(days=settings.IMPORT_KEEP_DAYS, minutes=1))

    run.refresh_from_db()
    assert run.state == ImportRun.State.DISCARDED
    assert not run.rows.exists()
    assert not storage.exists(stored)


def test_erasure_finds_the_rows_that_led_to_nobody(actor: User) -> None:
    jan = create_contact(actor=actor, given_name="Jan", emails=["jan@example.nl"])
    run = check("Voornaam;E-mail\n;Jan@Example.nl\nAda;ada@example.nl\n", actor)

    erase_person(contact=jan, actor=actor)

    assert list(run.rows.order_by("number").values_list("cells", flat=True)) == [
        [],
        ["Ada", "ada@example.nl"],
    ]


def test_the_erased_stay_out_and_the_suppressed_stay_so(actor: User) -> None:
    jan = create_contact(actor=actor, given_name="Jan", emails=["jan@example.nl"])
    erase_person(contact=jan, actor=actor)

    run = bring_in("Voornaam;E-mail\nJan;JAN@example.nl\n", actor)

    assert codes(run) == {2: ["erased"]}
    assert not ImportRow.objects.filter(run=run, contact__isnull=False).exists()
