"""Whose word counts, field by field, and what of that is kept."""

from datetime import date

import pytest

from contacts.models import Contact
from contacts.services.contacts import update_contact
from core.models import User
from tests.contacts.imports.bringing import bring_in
from tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

FILE = """Voornaam;Achternaam;E-mail;Woonplaats;Functie;Telefoon
Jan;Vos;jan@example.nl;Gouda;Inkoper;06-12345678
"""


@pytest.fixture
def actor() -> User:
    return UserFactory(role="hr-manager")


@pytest.fixture
def jan() -> Contact:
    return ContactFactory(
        given_name="Jan", family_name="Vos", email="jan@example.nl", city="Ede", headline=""
    )


def held(jan: Contact) -> tuple[str, str, list[str]]:
    jan.refresh_from_db()
    return jan.city, jan.headline, list(jan.phone_numbers.values_list("number", flat=True))


@pytest.mark.parametrize(
    ("options", "city", "headline", "phones"),
    [
        ({"policy": "fill"}, "Ede", "Inkoper", ["+31612345678"]),
        ({"policy": "overwrite"}, "Gouda", "Inkoper", ["+31612345678"]),
        ({"policy": "newest"}, "Gouda", "Inkoper", ["+31612345678"]),
        ({"policy": "overwrite", "policy:city": "keep"}, "Ede", "Inkoper", ["+31612345678"]),
        ({"policy": "fill", "policy:city": "overwrite"}, "Gouda", "Inkoper", ["+31612345678"]),
        ({"policy": "fill", "policy:position": "keep"}, "Ede", "", ["+31612345678"]),
        ({"policy": "fill", "policy:phone": "keep"}, "Ede", "Inkoper", []),
    ],
)
def test_each_column_has_the_policy_that_was_chosen(
    actor: User,
    jan: Contact,
    options: dict[str, str],
    city: str,
    headline: str,
    phones: list[str],
) -> None:
    bring_in(FILE, actor, **options)

    assert held(jan) == (city, headline, phones)


@pytest.mark.parametrize(
    ("policy", "city"), [("newest", "Ede"), ("fill", "Ede"), ("overwrite", "Gouda")]
)
def test_what_a_colleague_said_stands_against_the_newest(
    actor: User, jan: Contact, policy: str, city: str
) -> None:
    update_contact(contact=jan, actor=actor, city="Arnhem")
    update_contact(contact=jan, actor=actor, city="Ede")

    bring_in(FILE, actor, policy=policy)

    assert held(jan)[0] == city


def test_what_a_colleague_emptied_is_not_filled_in_again(actor: User, jan: Contact) -> None:
    update_contact(contact=jan, actor=actor, city="")

    bring_in(FILE, actor)

    assert held(jan)[0] == ""


def test_a_changed_field_knows_the_file_it_came_from(actor: User, jan: Contact) -> None:
    run = bring_in(FILE, actor, policy="overwrite")

    jan.refresh_from_db()
    said = ["import", date.today().isoformat(), "people.csv"]  # noqa: DTZ011
    assert jan.field_sources == {"city": said, "headline": said}
    assert run.rows.get().before == {
        "fields": {"city": ["Ede", "Gouda"], "headline": ["", "Inkoper"]},
        "sources": {"city": None, "headline": None},
        "phones": ["+31612345678"],
    }


def test_whom_the_file_made_holds_nothing_but_the_row(actor: User) -> None:
    run = bring_in(FILE, actor, **{"policy": "fill", "policy:phone": "keep"})

    made = Contact.objects.get()
    assert made.field_sources == {}
    assert made.phone_numbers.count() == 1
    assert run.rows.get().before == {}
