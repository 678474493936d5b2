"""What becomes of the columns of a file that tell whom people know."""

from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from contacts.models import Contact, Organisation
from contacts.services import import_work
from contacts.services.import_undo import undo_import
from core.models import User
from relationships.models import Tie, TieKind
from relationships.services.ties import change_tie
from tests.contacts.imports.bringing import bring_in, check, codes, outcomes
from tests.factories import ContactFactory, OrgUnitFactory, TieFactory, UserFactory

pytestmark = pytest.mark.django_db
HEADER = "Voornaam;E-mail;Aangedragen door;Mentor;Universiteit\n"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def actor() -> User:
    return UserFactory(role="hr-manager")


def _ties() -> set[tuple[str, str, str]]:
    rows = Tie.objects.filter(removed_at=None).select_related(
        "kind", "contact", "other", "organisation"
    )
    return {
        (
            row.kind.key,
            row.contact.given_name,
            row.other.given_name if row.other else row.organisation.name,
        )
        for row in rows
    }


def test_who_referred_them_their_mentor_and_their_school(actor: User) -> None:
    ContactFactory(given_name="Eva", email="eva@trm.example")
    Organisation.objects.create(name="TU Delft", kind="school")

    run = bring_in(
        HEADER
        + "Anna;anna@trm.example;EVA@trm.example (2019);bram@trm.example;tu delft (2012)\n"
        + "Bram;bram@trm.example;;;\n",
        actor,
    )

    assert _ties() == {
        ("referred-by", "Anna", "Eva"),
        ("mentor", "Bram", "Anna"),
        ("studied-at", "Anna", "TU Delft"),
    }
    referred = Tie.objects.get(kind__key="referred-by")
    assert (referred.since, referred.is_since_year) == (date(2019, 1, 1), True)
    assert (referred.source, referred.author) == ("import", actor)
    assert codes(run) == {}


def test_the_same_file_again_changes_nothing(actor: User) -> None:
    ContactFactory(email="eva@trm.example")
    file = HEADER + "Anna;anna@trm.example;eva@trm.example;;TU Delft\n"
    bring_in(file, actor)
    again = bring_in(file, actor)
    assert list(outcomes(again).values()) == ["skipped"]
    assert Tie.objects.count() == 2
    Tie.objects.update(until=date(2026, 1, 1))
    bring_in(file.replace("Anna;", "Anne;"), actor)
    assert Tie.objects.count() == 2


def test_undone_they_are_taken_out_but_for_what_somebody_changed(actor: User) -> None:
    anna = ContactFactory(given_name="Anna", email="anna@trm.example")
    ContactFactory(given_name="Eva", email="eva@trm.example")
    run = bring_in(HEADER + "Anna;anna@trm.example;eva@trm.example;;TU Delft\n", actor)
    change_tie(tie=Tie.objects.get(kind__key="studied-at"), actor=actor, detail="Civil")

    undo_import(run=run, actor=actor)
    assert import_work.work_on_next()

    assert _ties() == {("studied-at", "Anna", "TU Delft")}
    assert Contact.objects.filter(pk=anna.pk).exists()


def test_who_is_not_known_is_named_and_found_later(actor: User) -> None:
    file = HEADER + "Anna;anna@trm.example;eva@trm.example;geen adres;\n"
    run = bring_in(file, actor)
    assert codes(run) == {2: ["bad_email", "relationships.unknown_person"]}
    assert not Tie.objects.exists()
    ContactFactory(given_name="Eva", email="eva@trm.example")
    bring_in(file, actor)
    assert _ties() == {("referred-by", "Anna", "Eva")}


def test_whom_the_importer_may_not_see_is_as_unknown_as_anybody() -> None:
    north = OrgUnitFactory()
    actor = UserFactory(role="hr-manager", unit=north)
    ContactFactory(email="eva@trm.example", unit=OrgUnitFactory())
    run = check(HEADER + "Anna;anna@trm.example;eva@trm.example;;\n", actor, unit=north)
    assert codes(run) == {2: ["relationships.unknown_person"]}


def test_nobody_has_a_tie_with_themselves_and_none_twice(actor: User) -> None:
    bram, anna = ContactFactory(given_name="Bram"), ContactFactory(given_name="Anna")
    tie = TieFactory(key="mentor", contact=bram, other=anna)
    for contact, address in ((tie.contact, "bram"), (tie.other, "anna")):
        contact.email_addresses.create(address=f"{address}@trm.example", label="work")
    file = HEADER + "Anna;anna@trm.example;anna@trm.example;bram@trm.example;\n"
    bring_in(file, actor)
    assert _ties() == {("mentor", "Bram", "Anna")}


def test_a_kind_that_is_out_of_use_is_said(actor: User) -> None:
    ContactFactory(email="eva@trm.example")
    TieKind.objects.filter(key="mentor").update(retired_at="2026-01-01T00:00:00Z")
    run = bring_in(HEADER + "Anna;anna@trm.example;;eva@trm.example;\n", actor)
    assert codes(run) == {2: ["relationships.kind_out_of_use"]}
    assert not Tie.objects.exists()
