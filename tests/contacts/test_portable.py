"""One person as a card or a resume, out of one house and into another."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import vobject
from pytest_django import Settings

from contacts.exports.cards import card_of
from contacts.exports.people import with_lists
from contacts.exports.resumes import resume_of
from contacts.models import Contact
from contacts.services.merging import merge_contacts
from tests.contacts.exporting import VALUES, exported, full, make_fields
from tests.contacts.imports.bringing import bring_in, everything, outcomes
from tests.factories import (
    ContactFactory,
    EngagementFactory,
    OrgUnitFactory,
    PhoneNumberFactory,
    PostalAddressFactory,
    SocialProfileFactory,
    UserFactory,
)
from tests.support.servers import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def fields() -> None:
    make_fields()


def loaded(contact: Contact) -> Contact:
    return with_lists(Contact.objects.filter(pk=contact.pk)).get()


@pytest.mark.usefixtures("fields")
def test_a_vcard_holds_everything_that_a_vcard_can() -> None:
    contact = full()
    text = card_of(loaded(contact))

    card = vobject.readOne(text)
    assert text.startswith("BEGIN:VCARD\r\nVERSION:4.0\r\n")
    assert card.fn.value == "Pepe van der Vos-d'Ancona"
    assert (card.n.value.family, card.n.value.given) == ("van der Vos-d'Ancona", "José")
    assert (card.x_trm_infix.value, card.nickname.value) == ("van der", "Pepe")
    assert [(one.value, one.params.get("TYPE")) for one in card.email_list] == [
        ("jose@example.org", ["home"]),
        ("j.vos@work.example", ["work"]),
        ("pepe@example.org", None),
    ]
    assert card.email_list[0].params["PREF"] == ["1"]
    assert [one.value for one in card.tel_list] == ["+31612345678", "0900 2"]
    assert card.note.value == contact.note
    assert card.org.value == ["@Bureau; x, y"]
    assert (card.adr.value.city, card.adr.value.country) == ("'s-Hertogenbosch", "NL")
    assert [one.params["TYPE"] for one in card.adr_list] == [
        ["home"],
        ["work"],
        ["other"],
        ["other"],
    ]
    python, reading, *_others = card.contents["x-trm-skill"]
    assert (python.value, python.params["LEVEL"], python.params["SOURCE"]) == (
        *("Python", ["4"]),
        ["manager"],
    )
    assert (reading.value, reading.params) == ("Reading, writing", {"SOURCE": ["self"]})
    assert (card.tz.value, card.x_trm_do_not_contact.value) == ("America/Curacao", "yes")
    assert card.categories.value == ["a, b", "care"]
    own = {one.params["KEY"][0]: one.value for one in card.contents["x-trm-field"]}
    assert own["long_text"] == VALUES["long_text"]
    assert (own["yes_no"], own["choices"]) == ("false", "small; large")
    number = card.contents["x-trm-external-id"][0]
    assert (number.params["SYSTEM"], number.value) == (["afas"], "007")


def test_a_bulk_of_cards_is_one_file() -> None:
    actor = UserFactory(role="recruiter")
    ContactFactory(given_name="Ada"), ContactFactory(given_name="Eva")
    cards = vobject.readComponents(exported(actor, "vcard").decode())
    assert sorted(card.n.value.given for card in cards) == ["Ada", "Eva"]


SCHEMA = json.loads((ROOT / "tests" / "data" / "jsonresume-schema.json").read_text())


@pytest.mark.usefixtures("fields")
def test_a_resume_is_json_resume_and_nothing_is_lost() -> None:
    contact = full()
    EngagementFactory(contact=contact, role="Nurse", unit=OrgUnitFactory(name="North"))
    EngagementFactory(contact=contact, form="volunteer", role="Guide")
    user = UserFactory(role="administrator")
    resume = resume_of(loaded(contact), user)

    jsonschema.Draft7Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(resume)
    assert resume["basics"]["name"] == "Pepe van der Vos-d'Ancona"
    assert (resume["work"][0]["name"], resume["work"][0]["position"]) == ("North", "Nurse")
    assert resume["volunteer"][0]["position"] == "Guide"
    # Who may see nothing of it gets nothing of it.
    assert "work" not in resume_of(loaded(contact), UserFactory())
    assert resume["basics"]["email"] == "jose@example.org"
    assert resume["basics"]["location"] == {
        "address": "-Plein 1 A",
        "postalCode": "5211 AB",
        "city": "'s-Hertogenbosch",
        "countryCode": "NL",
    }
    ours = resume["meta"]["trm"]
    assert (ours["infix"], ours["native_name"]) == ("van der", "Хосе")  # noqa: RUF001
    assert ours["custom_values"] == {**VALUES, "city": "'=own"}
    assert ours["phones"][1] == {"number": "0900 2", "label": "work", "is_primary": False}
    assert ours["postal_addresses"][1]["label"] == "work"
    assert ours["skills"][0] == {
        "name": "Python",
        "level": 4,
        "source": "manager",
        "confirmed_on": "2026-03-31",
        "evidence": 'https://example.org/a|b; "c", d',
    }
    assert json.loads(json.dumps(resume)) == resume


def test_a_person_of_whom_little_is_known_is_still_valid() -> None:
    contact = loaded(ContactFactory(given_name="", family_name="", native_name="王"))
    resume = resume_of(contact, UserFactory())
    jsonschema.Draft7Validator(SCHEMA).validate(resume)
    assert vobject.readOne(card_of(contact)).fn.value == "王"


def same(contact: Contact, other: Contact) -> None:
    """That nothing of what is mapped was lost on the way from one house to another."""
    names = ("given_name", "infix", "family_name", "preferred_name", "native_name", "headline")
    names += (
        "given_initials",
        "birth_name",
        "birthday",
        "organisation_name",
        "city",
        "country",
        "language",
        "form_of_address",
        "time_zone",
        "note",
        "do_not_contact",
        "custom_values",
    )
    assert {name: getattr(other, name) for name in names} == {
        name: getattr(contact, name) for name in names
    }


def lists(contact: Contact) -> list[list[Any]]:
    """All that a person has several of, with labels, levels and whose word it is."""
    places = contact.postal_addresses.order_by("pk")
    skills = contact.skills.order_by("pk")
    return [
        list(contact.email_addresses.order_by("pk").values_list("address", "label", "is_primary")),
        list(contact.phone_numbers.order_by("pk").values_list("number", "label", "is_primary")),
        list(contact.social_profiles.order_by("pk").values_list("url", flat=True)),
        list(contact.external_ids.values_list("system", "value")),
        sorted(contact.tags.values_list("name", flat=True)),
        list(places.values_list("lines", "postcode", "city", "country", "label", "is_primary")),
        list(
            skills.values_list("skill__name_en", "level", "source", "evidence", "confirmed_on"),
        ),
    ]


FORMATS = ["vcf", "json", "csv", "xlsx"]


def portable(contact: Contact, kind: str) -> bytes:
    if kind in ("csv", "xlsx"):
        return exported(UserFactory(role="administrator", language="nl"), kind)
    if kind == "vcf":
        return card_of(loaded(contact)).encode()
    return json.dumps(resume_of(loaded(contact), UserFactory())).encode()


@pytest.mark.usefixtures("fields")
@pytest.mark.parametrize("kind", ["vcf", "json"])
def test_a_person_comes_back_unchanged(kind: str) -> None:
    actor = UserFactory(role="administrator", language="en")
    contact, bare = full(), ContactFactory(given_name="", family_name="", native_name="王")
    before = everything()
    for one in (contact, bare):
        run = bring_in(portable(one, kind), actor, name=f"person.{kind}", kind="")
        assert list(outcomes(run).values()) == ["skipped"], run.rows.values("notes", "changes")
    # What it cost to ask: users for the resumes.
    after = everything()
    assert {name for name in before if before[name] != after[name]} <= {"core.User"}


@pytest.mark.usefixtures("fields")
@pytest.mark.parametrize("kind", FORMATS)
def test_a_person_moves_house_and_loses_nothing(kind: str) -> None:
    actor = UserFactory(role="administrator", language="en")
    contact = full()
    content, held = portable(contact, kind), lists(contact)
    Contact.objects.all().delete()

    run = bring_in(content, actor, name=f"person.{kind}")

    assert list(outcomes(run).values()) == ["created"], run.rows.values("notes")
    arrived = Contact.objects.get()
    same(contact, arrived)
    assert lists(arrived) == held


def test_a_place_of_a_street_alone_moves_house_too() -> None:
    contact = ContactFactory(email="ada@example.org")
    empty = dict.fromkeys(("postcode", "city", "country"), "")
    PostalAddressFactory(contact=contact, lines="Kade 1", is_primary=True, **empty)
    content, held = portable(contact, "vcf"), lists(contact)
    Contact.objects.all().delete()

    bring_in(content, UserFactory(role="administrator", language="en"), name="person.vcf")

    assert lists(Contact.objects.get()) == held


def doubles() -> None:
    """One person who stands here twice, and whom nobody made one yet."""
    for number in ("+31612345678", "+31201234567"):
        one = ContactFactory(given_name="Eva", family_name="Vos", email="eva@example.org")
        PhoneNumberFactory(contact=one, number=number, is_primary=True)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "vcard"])
def test_who_stands_here_twice_comes_back_as_two(kind: str) -> None:
    actor = UserFactory(role="administrator", language="en")
    doubles()
    held = [lists(one) for one in Contact.objects.order_by("pk")]

    run = bring_in(
        exported(actor, kind), actor, name=f"people.{'vcf' if kind == 'vcard' else kind}", kind=""
    )

    assert list(outcomes(run).values()) == ["skipped", "skipped"], run.rows.values("changes")
    assert [lists(one) for one in Contact.objects.order_by("pk")] == held


def test_who_stood_twice_elsewhere_is_one_here() -> None:
    actor = UserFactory(role="administrator", language="en")
    doubles()
    content = exported(actor, "csv")
    Contact.objects.all().delete()

    runs = [bring_in(content, actor) for _time in range(2)]

    assert list(outcomes(runs[1]).values()) == ["skipped", "skipped"]
    assert Contact.objects.get().phone_numbers.count() == 2


def test_of_two_whom_we_know_one_now_the_rows_are_about_one() -> None:
    actor = UserFactory(role="administrator", language="en")
    doubles()
    content = exported(actor, "csv")
    survivor, duplicate = Contact.objects.order_by("pk")
    merge_contacts(survivor=survivor, duplicate=duplicate, actor=actor)

    run = bring_in(content, actor)

    assert list(outcomes(run).values()) == ["skipped", "skipped"]


def test_a_page_that_is_kept_in_another_form_is_not_added_again() -> None:
    actor = UserFactory(role="administrator", language="en")
    contact = ContactFactory(email="ada@example.org")
    SocialProfileFactory(contact=contact, network="other", url="https://social.example/@Ada/")
    SocialProfileFactory(contact=contact, network="other", url="https://www.linkedin.com/in/Ada")
    held = lists(contact)

    run = bring_in(exported(actor, "csv"), actor)

    assert list(outcomes(run).values()) == ["skipped"]
    assert lists(contact) == held
