"""Rows that were brought in before are known at sight, and only as long as nothing changed."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from contacts.imports import planning
from contacts.models import Contact, ImportRow, Suppression
from contacts.services import import_work, imports
from contacts.services.consent import suppress
from contacts.services.contacts import archive_contact, update_contact
from core.models import User
from relationships.models import Relationship
from tests.contacts.imports.bringing import bring_in, check, codes, everything, outcomes
from tests.factories import ContactFactory, ExternalIdFactory, OrgUnitFactory, UserFactory

pytestmark = pytest.mark.django_db

FILE = """Voornaam;Achternaam;E-mail;Telefoon
Jan;Vos;jan@example.nl;06-12345678
Ada;Bos;ada@example.nl;
"""


@pytest.fixture
def actor() -> User:
    return UserFactory(role="hr-manager")


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the rows that had to be compared."""
    numbers: list[int] = []
    plan_person = planning._plan_person

    def spy(person: Any, *args: Any) -> None:
        numbers.extend(one.row.number for one in person.rows)
        plan_person(person, *args)

    monkeypatch.setattr(planning, "_plan_person", spy)
    return numbers


def test_the_same_file_again_compares_nobody(actor: User, planned: list[int]) -> None:
    bring_in(FILE, actor)
    before = everything()
    planned.clear()

    run = bring_in(FILE, actor)

    assert planned == []
    assert outcomes(run) == {2: "skipped", 3: "skipped"}
    assert codes(run) == {2: ["unchanged"], 3: ["unchanged"]}
    assert run.outcomes == {"created": 0, "updated": 0, "skipped": 2, "refused": 0}
    assert everything() == before


def test_whoever_was_changed_since_is_compared_again(actor: User, planned: list[int]) -> None:
    bring_in(FILE, actor)
    update_contact(contact=Contact.objects.get(given_name="Jan"), actor=actor, phones=[])
    planned.clear()

    run = bring_in(FILE, actor)

    assert planned == [2, 2]
    assert outcomes(run) == {2: "updated", 3: "skipped"}
    assert Contact.objects.get(given_name="Jan").phone_numbers.get().number == "+31612345678"


def test_a_change_between_dry_run_and_import_is_seen(actor: User) -> None:
    bring_in(FILE, actor)
    run = check(FILE, actor)
    update_contact(contact=Contact.objects.get(given_name="Jan"), actor=actor, phones=[])

    imports.start(run=run, actor=actor)
    assert import_work.work_on_next()

    assert outcomes(run) == {2: "updated", 3: "skipped"}


def test_the_archived_are_refused_although_their_row_came_before(actor: User) -> None:
    bring_in(FILE, actor)
    archive_contact(contact=Contact.objects.get(given_name="Jan"), actor=actor)

    assert outcomes(bring_in(FILE, actor)) == {2: "refused", 3: "skipped"}


def test_an_address_that_must_not_be_written_to_since_is_told(actor: User) -> None:
    bring_in(FILE, actor)
    suppress(address="jan@example.nl", reason=Suppression.Reason.BOUNCED, actor=actor)

    assert codes(bring_in(FILE, actor)) == {2: ["suppressed", "unchanged"], 3: ["unchanged"]}


def test_another_mapping_or_another_choice_compares_everybody(
    actor: User, planned: list[int]
) -> None:
    bring_in(FILE, actor)
    planned.clear()

    run = bring_in(FILE, actor, tag="Beurs")

    assert planned == [2, 3, 2, 3]
    assert outcomes(run) == {2: "updated", 3: "updated"}


def test_what_others_gave_cause_for_is_looked_at_again(actor: User) -> None:
    """A number that was somebody else's may be free by now."""
    ours, theirs = OrgUnitFactory(), OrgUnitFactory()
    recruiter = UserFactory(role="recruiter", unit=ours)
    taken = ExternalIdFactory(contact=ContactFactory(unit=theirs), system="hr", value="12")
    file = "Persnr;Voornaam;E-mail\n12;Jan;jan@example.nl\n"
    run = bring_in(file, recruiter, system="hr")
    assert codes(run) == {2: ["id_taken"]}
    taken.delete()

    again = bring_in(file, recruiter, system="hr")

    assert outcomes(again) == {2: "updated"}
    assert again.rows.get().contact == run.rows.get().contact


def test_importers_who_may_not_change_them_are_refused(actor: User) -> None:
    ours = OrgUnitFactory()
    bring_in(FILE, actor)
    recruiter = UserFactory(role="recruiter", unit=ours)

    run = bring_in(FILE, recruiter, unit=ours)

    assert outcomes(run) == {2: "created", 3: "created"}


def test_rows_about_one_person_are_compared_together(actor: User, planned: list[int]) -> None:
    file = FILE + "J.;Vos;jan@example.nl;\n"
    bring_in(file, actor)
    planned.clear()

    run = bring_in(file, actor)

    assert planned == [2, 4, 2, 4]
    assert codes(run) == {
        2: ["unchanged"],
        3: ["unchanged"],
        4: ["same_person", "unchanged"],
    }


def test_a_last_day_that_lay_ahead_is_looked_at_again_when_it_has_passed(actor: User) -> None:
    file = "Voornaam;E-mail;Soort relatie;In dienst;Uit dienst\n"
    file += "Jan;jan@example.nl;Medewerker;01-02-2019;31-12-2031\n"
    bring_in(file, actor)
    assert outcomes(bring_in(file, actor)) == {2: "skipped"}

    with time_machine.travel(datetime(2032, 1, 2, tzinfo=UTC)):
        run = bring_in(file, actor)

    assert run.rows.get().notes == [["relationships.still_open", {}]]
    kinds = Relationship.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["employee", "alumnus"]


def test_a_fingerprint_says_nothing_without_our_key(actor: User, settings: Any) -> None:
    bring_in(FILE, actor)
    first = set(ImportRow.objects.values_list("fingerprint", flat=True))
    settings.SECRET_KEY = "another key of fifty characters, for the same file of people"

    run = check(FILE, actor)

    assert len(first) == 2
    assert first.isdisjoint(run.rows.values_list("fingerprint", flat=True))
    assert all(row.done_at <= timezone.now() for row in run.rows.all())
