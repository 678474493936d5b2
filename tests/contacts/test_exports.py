"""What leaves as a file comes back as it was."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import vobject
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from contacts.exports.cards import card_of
from contacts.exports.columns import PLAIN, all_columns, listed_columns
from contacts.exports.people import with_lists
from contacts.exports.resumes import resume_of
from contacts.imports.layouts import meanings_of
from contacts.models import Contact, ExportRun, PostalAddress
from contacts.services import exports
from contacts.services.privacy import erase_person, export_person
from core.models import AuditEntry, User
from tests.contacts.imports.bringing import bring_in, codes, everything, outcomes
from tests.factories import (
    ContactFactory,
    CustomFieldFactory,
    EmailAddressFactory,
    EngagementFactory,
    ExternalIdFactory,
    OrgUnitFactory,
    PhoneNumberFactory,
    RelationshipFactory,
    SocialProfileFactory,
    TagFactory,
    UserFactory,
)
from tests.support.servers import ROOT

pytestmark = pytest.mark.django_db

VALUES = {
    "text": "=1+1",
    "long_text": "-a;\n\tb",
    "number": 2.5,
    "date": "2026-03-31",
    "yes_no": False,
    "choice": "large",
    "choices": ["small", "large"],
    "link": "https://example.org/a",
}


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def fields() -> None:
    for kind in VALUES:
        CustomFieldFactory(key=kind, type=kind, label_en=f"Our {kind}", label_nl=f"Ons {kind}")
    CustomFieldFactory(key="city", label_en="City", label_nl="Plaats")


def full() -> Contact:
    """Somebody with everything that a table can hold, and much that a table can spoil."""
    contact = ContactFactory(
        given_name="José",
        infix="van der",
        family_name="Vos-d'Ancona",
        preferred_name="Pepe",
        native_name="Хосе",  # noqa: RUF001
        given_initials="J.M.",
        birth_name="de la =Cruz",
        birthday="--04-12",
        headline="=cmd|' /C calc'!A0",
        organisation_name="@Bureau; x, y",
        city="'s-Hertogenbosch",
        country="NL",
        language="en",
        note='+ first\n\'=2\n"quoted"; a,b',
        email="jose@example.org",
        custom_values={**VALUES, "city": "'=own"},
    )
    EmailAddressFactory(contact=contact, address="j.vos@work.example")
    PhoneNumberFactory(contact=contact, number="+31612345678", is_primary=True)
    PhoneNumberFactory(contact=contact, number="0900 2", label="work")
    PostalAddress.objects.create(
        contact=contact,
        lines="-Plein 1 A",
        postcode="5211 AB",
        city="'s-Hertogenbosch",
        country="NL",
        is_primary=True,
    )
    SocialProfileFactory(contact=contact, url="https://www.linkedin.com/in/jose")
    ExternalIdFactory(contact=contact, system="afas", value="007")
    contact.tags.set([TagFactory(name="care"), TagFactory(name="a, b")])
    return contact


def others() -> list[Contact]:
    """Who is hard to know again: by a name alone, by one script alone, one name twice."""
    return [
        ContactFactory(given_name="Jan", family_name="Bakker"),
        ContactFactory(given_name="Jan", family_name="Bakker", custom_values={"text": "b"}),
        ContactFactory(given_name="", family_name="", native_name="王小明"),
        ContactFactory(given_name="Sukarno", family_name="", city="-Ede"),
        ContactFactory(given_name="Piet", family_name="De Vries", email="piet@example.org"),
        ContactFactory(given_name="=Jan+1", family_name="-Bos", email="formula@example.org"),
    ]


def exported(actor: User, format: str, **selection: list[str]) -> bytes:
    run = exports.request_export(actor=actor, format=format, selection=selection)
    assert exports.work_on_next()
    run.refresh_from_db()
    assert run.state == ExportRun.State.READY, run.outcome
    with run.file.open("rb") as made:
        content: bytes = made.read()
    return content


def table(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


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
    with django_assert_num_queries(7):
        for people in exports.in_sets(ids, Contact.objects.all()):
            assert len([column.read(one) for one in people for column in columns]) > 0


def full_of(number: int) -> Contact:
    contact = ContactFactory(email=f"{number}@example.org")
    PhoneNumberFactory(contact=contact)
    contact.tags.add(TagFactory())
    return contact


# One person


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
    assert [one.value for one in card.email_list] == ["jose@example.org", "j.vos@work.example"]
    assert card.email_list[0].params["PREF"] == ["1"]
    assert [one.value for one in card.tel_list] == ["+31612345678", "0900 2"]
    assert card.note.value == contact.note
    assert card.org.value == ["@Bureau; x, y"]
    assert (card.adr.value.city, card.adr.value.country) == ("'s-Hertogenbosch", "NL")
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
        "note",
        "custom_values",
    )
    assert {name: getattr(other, name) for name in names} == {
        name: getattr(contact, name) for name in names
    }


def lists(contact: Contact) -> list[list[Any]]:
    return [
        list(contact.email_addresses.order_by("pk").values_list("address", "is_primary")),
        list(contact.phone_numbers.order_by("pk").values_list("number", "is_primary")),
        list(contact.social_profiles.values_list("url", flat=True)),
        list(contact.external_ids.values_list("system", "value")),
        sorted(contact.tags.values_list("name", flat=True)),
        list(contact.postal_addresses.values_list("lines", "postcode", "city", "is_primary")),
    ]


def portable(contact: Contact, kind: str) -> bytes:
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
@pytest.mark.parametrize("kind", ["vcf", "json"])
def test_a_person_moves_house_and_loses_nothing(kind: str) -> None:
    actor = UserFactory(role="administrator", language="en")
    contact = full()
    content, held = portable(contact, kind), lists(contact)
    Contact.objects.all().delete()

    run = bring_in(content, actor, name=f"person.{kind}")

    assert list(outcomes(run).values()) == ["created"]
    arrived = Contact.objects.get()
    same(contact, arrived)
    assert lists(arrived) == held


# The pages


def test_from_the_list_to_the_file(client: Client) -> None:
    user = UserFactory(role="recruiter", language="en")
    client.force_login(user)
    ContactFactory(family_name="Vos", city="Delft")
    ContactFactory(family_name="Bos", city="Gouda")
    people = client.get(reverse("contacts:people"), {"city": "Delft"}).content.decode()
    assert reverse("contacts:export_people") + "?city=Delft" in people

    page = client.get(reverse("contacts:export_people"), {"city": "Delft"})
    assert (page.context["count"], page.context["kept"]) == (1, [("city", "Delft")])
    chosen = {"city": "Delft", "format": "csv", "columns": ["family", "city"]}
    started = client.post(reverse("contacts:export_people"), chosen)
    run = ExportRun.objects.get()
    assert started["Location"] == reverse("contacts:export_run", args=[run.uid])
    assert client.get(started["Location"]).status_code == 200
    progress = reverse("contacts:export_progress", args=[run.uid])
    assert client.get(progress, headers={"HX-Request": "true"}).status_code == 200

    exports.work_on_next()
    done = client.get(progress, headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == started["Location"]
    link = client.get(started["Location"]).context["link"]
    answer = client.get(link)

    assert answer.getvalue().decode("utf-8-sig") == "Family name,City\r\nVos,Delft\r\n"
    assert answer["Content-Disposition"].startswith('attachment; filename="people-')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    entries = AuditEntry.objects.filter(action__startswith="contacts.")
    acts = entries.order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["contacts.people_exported", "contacts.export_fetched"]
    assert "Vos" not in str(run.file.name)

    client.post(reverse("contacts:discard_export", args=[run.uid]))
    assert client.get(link).status_code == 404
    assert client.get(started["Location"]).status_code == 200


def test_a_link_is_good_for_its_maker_for_its_file_and_for_a_while(
    client: Client, time_machine: Any
) -> None:
    owner = UserFactory(role="recruiter")
    exported(owner, "csv")
    exported(owner, "csv")
    one, other = ExportRun.objects.order_by("pk")
    client.force_login(owner)
    link = client.get(reverse("contacts:export_run", args=[one.uid])).context["link"]

    assert client.get(link.replace(str(one.uid), str(other.uid))).status_code == 404
    assert client.get(link[:-2] + "x/").status_code == 404
    stranger = Client()
    stranger.force_login(UserFactory(role="administrator"))
    assert stranger.get(link).status_code == 404
    time_machine.move_to(timezone.now() + timedelta(days=1, minutes=1))
    client.force_login(owner)
    assert client.get(link).status_code == 404


def test_wrong_choices_are_said(client: Client) -> None:
    client.force_login(UserFactory(role="recruiter"))
    url = reverse("contacts:export_people")
    for data in ({}, {"format": "pdf"}, {"format": "csv", "columns": ["password"]}):
        assert client.post(url, data).status_code == 422
    for _ in range(5):
        client.post(url, {"format": "csv"})
    assert client.post(url, {"format": "csv"}).status_code == 422
    assert ExportRun.objects.count() == 5


def test_one_person_leaves_as_a_card_and_as_a_resume(client: Client) -> None:
    client.force_login(UserFactory(role="recruiter"))
    contact = ContactFactory(given_name="Ada")
    card = client.get(reverse("contacts:card", args=[contact.uid]))
    resume = client.get(reverse("contacts:resume", args=[contact.uid]))
    assert vobject.readOne(card.content.decode()).n.value.given == "Ada"
    assert resume.json()["basics"]["name"] == contact.full_name
    for answer in (card, resume):
        assert answer["Content-Disposition"].startswith("attachment; ")
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert AuditEntry.objects.filter(action="contacts.person_exported").count() == 2
    Contact.objects.update(erased_at=timezone.now())
    assert client.get(reverse("contacts:card", args=[contact.uid])).status_code == 404


def test_files_that_wait_go_when_somebody_is_erased() -> None:
    actor = UserFactory(role="administrator")
    contact = ContactFactory(given_name="Ada")
    exported(actor, "csv")

    erase_person(contact=contact, actor=actor)

    assert ExportRun.objects.get().state == ExportRun.State.GONE


def test_what_says_nothing_of_the_person_is_not_handed_to_them() -> None:
    CustomFieldFactory(key="size")
    CustomFieldFactory(key="badge", is_personal=False)
    contact = ContactFactory(custom_values={"size": "L", "badge": "7", "old": "x"})
    tables = export_person(contact=contact, now=timezone.now())["tables"]
    assert tables["contacts.Contact"][0]["custom_values"] == {"size": "L", "old": "x"}
