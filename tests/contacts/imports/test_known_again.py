"""Who of a file is whom: of one another, and of those we have."""

import pytest

from contacts.models import Contact
from contacts.services.contacts import create_contact
from core.models import User
from tests.contacts.imports.bringing import (
    HR,
    bring_in,
    codes,
    outcomes,
)
from tests.factories import (
    ContactFactory,
    ExternalIdFactory,
    SocialProfileFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> User:
    return UserFactory(role="hr-manager")


def test_three_rows_of_the_hr_spreadsheet_with_one_address_are_one_person(actor: User) -> None:
    run = bring_in(HR, actor)

    noor = Contact.objects.get(email_addresses__address="noor.vandenberg1001@example.nl")
    rows = run.rows.filter(contact=noor).order_by("number")
    assert [(row.number, row.outcome) for row in rows] == [
        (1007, "created"),
        (1225, "updated"),
        (1233, "skipped"),
    ]
    assert [row.notes[0] for row in rows[1:]] == [["same_person", {"row": 1007}]] * 2
    assert sorted(noor.external_ids.values_list("value", flat=True)) == ["2001", "9019"]


def test_one_address_in_three_rows_is_one_person_unless_the_names_speak_against_it(
    actor: User,
) -> None:
    run = bring_in(
        "Voornaam;Achternaam;E-mail;Woonplaats\n"
        "Jan;Vos;jan@example.nl;\n"
        "J.;Vos;JAN@example.nl;Ede\n"
        "Jan;Vos;jan@example.nl;Gouda\n"
        "Piet;Bakker;jan@example.nl;\n",
        actor,
    )

    assert outcomes(run) == {2: "created", 3: "updated", 4: "skipped", 5: "created"}
    people = Contact.objects.order_by("pk").values_list("given_name", "city")
    assert list(people) == [("Jan", "Ede"), ("Piet", "")]
    again = bring_in(
        "Voornaam;Achternaam;E-mail\nPiet;Bakker;jan@example.nl\nJ.;Vos;jan@example.nl\n", actor
    )
    assert outcomes(again) == {2: "skipped", 3: "skipped"}
    assert codes(again) == {2: ["shared_address", "unchanged"], 3: ["shared_address", "unchanged"]}


def test_one_address_may_be_said_to_be_one_person_whatever_the_names(actor: User) -> None:
    run = bring_in(
        "Voornaam;Achternaam;E-mail\nJan;Vos;a@example.nl\nPiet;Bakker;a@example.nl\n",
        actor,
        trusts_email="yes",
    )

    assert outcomes(run) == {2: "created", 3: "skipped"}
    assert codes(run) == {3: ["same_person", "name_differs", "unchanged"]}


def test_somebody_is_known_by_number_profile_address_and_telephone(actor: User) -> None:
    by_number = ExternalIdFactory(system="hr", value="12").contact
    by_page = SocialProfileFactory(url="https://www.linkedin.com/in/page").contact
    by_mail = ContactFactory(given_name="Jan", email="jan@example.nl")
    by_phone = create_contact(
        actor=actor, given_name="Tess", family_name="Vos", phones=["06 12345678"]
    )

    run = bring_in(
        "Persnr;Voornaam;Achternaam;E-mail;LinkedIn;Telefoon;Woonplaats\n"
        "12;A;A;;;;Ede\n"
        ";B;B;;nl.linkedin.com/in/Page/;;Ede\n"
        ";Jan;C;JAN@EXAMPLE.NL;;;Ede\n"
        ";T.;Vos;;;0031612345678;Ede\n"
        ";Joke;Vos;;;0031612345678;Ede\n",
        actor,
        system="hr",
    )

    assert list(run.rows.order_by("number").values_list("outcome", flat=True)) == [
        *["updated"] * 4,
        "created",
    ]
    for person in (by_number, by_page, by_mail, by_phone):
        person.refresh_from_db()
        assert person.city == "Ede"


def test_a_row_that_names_nobody_by_anything_is_known_by_being_the_same_row(actor: User) -> None:
    file = "Voornaam;Achternaam;Functie\nF.;Nowak;Inkoper\nF.;Nowak;Planner\nF.;Nowak;Inkoper\n"

    run = bring_in(file, actor)
    again = bring_in(file, actor)

    assert outcomes(run) == {2: "created", 3: "created", 4: "skipped"}
    assert outcomes(again) == {2: "skipped", 3: "skipped", 4: "skipped"}
