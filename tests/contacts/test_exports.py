"""What leaves as a file comes back as it was."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from contacts.exports.columns import PLAIN, all_columns, listed_columns
from contacts.imports.layouts import meanings_of
from contacts.models import Contact, ExportRun
from contacts.services import exports
from core.models import AuditEntry
from tests.contacts.exporting import VALUES, exported, full, make_fields, others, table
from tests.contacts.imports.bringing import bring_in, codes, everything, outcomes
from tests.factories import (
    ContactFactory,
    CustomFieldFactory,
    OrgUnitFactory,
    PhoneNumberFactory,
    RelationshipFactory,
    TagFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def fields() -> None:
    make_fields()


@pytest.mark.usefixtures("fields")
@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("policy", ["fill", "overwrite"])
def test_a_table_comes_back_unchanged(format: str, language: str, policy: str) -> None:
    actor = UserFactory(role="administrator", language=language)
    full(), others()
    content = exported(actor, format)
    before = everything()

    run = bring_in(content, actor, name=f"people.{format}", system="afas", policy=policy)

    assert set(outcomes(run).values()) == {"skipped"}, run.rows.values("outcome", "changes")
    assert len(outcomes(run)) == 7
    assert {code for found in codes(run).values() for code in found} <= {"unchanged", "bad_phone"}
    assert everything() == before


@pytest.mark.usefixtures("fields")
def test_what_was_lost_comes_back_from_the_file() -> None:
    actor = UserFactory(role="administrator", language="en")
    contact = full()
    content = exported(actor, "csv")
    Contact.objects.update(custom_values={}, city="", headline="", note="")

    bring_in(content, actor, system="afas")

    contact.refresh_from_db()
    assert contact.custom_values == {**VALUES, "city": "'=own"}
    assert contact.headline == "=cmd|' /C calc'!A0"
    assert contact.note == '+ first\n\'=2\n"quoted"; a,b'


@pytest.mark.usefixtures("fields")
def test_no_cell_is_a_formula_anywhere(tmp_path: Path) -> None:
    actor = UserFactory(role="administrator", language="en")
    full()
    row = table(exported(actor, "csv"))[0]
    assert row["Position"] == "'=cmd|' /C calc'!A0"
    assert row["Phone"].startswith("'+31612345678")
    assert row["Our text"] == "'=1+1"
    assert row["custom_city"] == "''=own"
    assert row["City"] == "'s-Hertogenbosch"

    book = tmp_path / "x.xlsx"
    book.write_bytes(exported(actor, "xlsx"))
    rows = CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
    cells = dict(zip(rows[0], rows[1], strict=True))
    assert cells["Position"] == "=cmd|' /C calc'!A0"
    assert (cells["Our number"], str(cells["Our date"])) == (2.5, "2026-03-31")
    sheet = book.read_bytes()
    assert b"<f>" not in sheet


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_header_is_known_to_the_import(language: str) -> None:
    attribute = "dutch" if language == "nl" else "english"
    headers = [getattr(column, attribute) for column in (*PLAIN, all_columns()[-1])]
    assert meanings_of(headers) == [column.key for column in (*PLAIN, all_columns()[-1])]


def test_only_those_go_along_who_may() -> None:
    north, south = OrgUnitFactory(), OrgUnitFactory()
    ContactFactory(family_name="Mine", unit=north)
    ContactFactory(family_name="Theirs", unit=south)
    ContactFactory(family_name="Nobody's")
    actor = UserFactory(role="recruiter", unit=north, language="en")
    assert [row["Family name"] for row in table(exported(actor, "csv"))] == ["Mine"]
    cards = exported(actor, "vcard").decode()
    assert ("Mine" in cards, "Theirs" in cards) == (True, False)


def test_rights_are_asked_again_when_the_file_is_made() -> None:
    unit = OrgUnitFactory()
    ContactFactory(unit=unit)
    actor = UserFactory(role="recruiter", unit=unit, language="en")
    run = exports.request_export(actor=actor, format="csv", selection={})
    actor.role_grants.all().delete()

    exports.work_on_next()

    run.refresh_from_db()
    assert (run.state, run.row_count) == (ExportRun.State.READY, 0)


def test_a_selection_narrows_and_the_act_is_audited() -> None:
    actor = UserFactory(role="recruiter", language="en")
    ContactFactory(family_name="Vos", city="Delft")
    ContactFactory(family_name="Bos", city="Gouda")

    assert [row["Family name"] for row in table(exported(actor, "csv", city=["Delft"]))] == ["Vos"]

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == ("contacts.people_exported", actor)
    assert (entry.details["count"], entry.details["people"]) == (1, "in Delft")


def test_what_the_list_shows_may_go_along_as_text() -> None:
    actor = UserFactory(role="recruiter", language="en", name="Iris Bakker")
    contact = ContactFactory(family_name="Vos", unit=OrgUnitFactory(name="North"))
    RelationshipFactory(contact=contact, owner=actor, kind="prospect")
    ContactFactory(family_name="Zwart")
    offered = {column.key: column.header for column in listed_columns(actor)}
    assert {"list_unit", "list_owner"} <= set(offered)
    keys = ["family", "list_unit", "list_owner"]
    run = exports.request_export(actor=actor, format="csv", selection={}, columns=keys)
    exports.work_on_next()
    run.refresh_from_db()
    with run.file.open("rb") as made:
        rows = table(made.read())
    assert rows == [
        {"Family name": "Vos", offered["list_unit"]: "North", offered["list_owner"]: "Iris Bakker"},
        {"Family name": "Zwart", offered["list_unit"]: "", offered["list_owner"]: ""},
    ]
    # No import takes them for something of its own.
    assert set(meanings_of(list(offered.values()))) == {""}


def test_a_worker_that_died_is_taken_over(django_assert_num_queries: Any) -> None:
    actor = UserFactory(role="recruiter")
    ContactFactory()
    run = exports.request_export(actor=actor, format="csv", selection={})
    later = timezone.now() + timedelta(minutes=5)
    dead = ExportRun.objects.claim(now=timezone.now(), limit=1, lease=exports.LEASE)[0]
    assert ExportRun.objects.release_expired(later) == 1
    ExportRun.objects.update(due_at=timezone.now())
    assert exports.work_on_next()
    with pytest.raises(exports.LeaseLost):
        exports._keep(dead, Path(__file__))
    run.refresh_from_db()
    assert run.row_count == 1


def test_files_are_forgotten_after_a_day() -> None:
    actor = UserFactory(role="recruiter")
    exported(actor, "csv")
    run = ExportRun.objects.get()
    path = Path(run.file.path)
    assert exports.forget_old() == 0
    ExportRun.objects.update(expires_at=timezone.now())

    assert exports.forget_old() == 1

    run.refresh_from_db()
    assert (run.state, bool(run.file)) == (ExportRun.State.GONE, False)
    assert path.exists()  # until the transaction of the test ends


@pytest.mark.parametrize("count", [1, 3])
def test_a_set_takes_as_many_queries_for_three_as_for_one(
    count: int, django_assert_num_queries: Any
) -> None:
    CustomFieldFactory()
    ids = [full_of(number).pk for number in range(count)]
    columns = all_columns()
    with django_assert_num_queries(8):
        for people in exports.in_sets(ids, Contact.objects.all()):
            assert len([column.read(one) for one in people for column in columns]) > 0


def full_of(number: int) -> Contact:
    contact = ContactFactory(email=f"{number}@example.org")
    PhoneNumberFactory(contact=contact)
    contact.tags.add(TagFactory())
    return contact
