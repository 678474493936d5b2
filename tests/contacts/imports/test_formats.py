"""Files as phones, mail programs and other systems write them, up to the person they become."""

import csv
import json
from pathlib import Path

import pytest

from contacts.imports import recognise
from contacts.imports.cards import cards
from contacts.imports.readers import records, text_of
from contacts.imports.resumes import NotAResume, resumes
from contacts.models import Contact, ContactSkill, PhoneNumber, PostalAddress
from contacts.services import import_work
from contacts.services.import_undo import undo_import
from core.models import User
from tests.contacts.imports.bringing import DATA, bring_in, check, codes, outcomes, upload
from tests.factories import UserFactory

CARDS = DATA / "vcards"
SPECTRUM = DATA / "csv-spectrum"


@pytest.fixture
def actor() -> User:
    return UserFactory(role="hr-manager")


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("John_Doe_BLACK_BERRY.vcf", ["john Doe"]),
        ("John_Doe_EVOLUTION.vcf", ["John Doe"]),
        ("John_Doe_GMAIL.vcf", ["John Doe"]),
        ("John_Doe_IPHONE.vcf", ["John Doe"]),
        ("John_Doe_LOTUS_NOTES.vcf", ["John Doe"]),
        ("John_Doe_MAC_ADDRESS_BOOK.vcf", ["John Doe"]),
        ("John_Doe_MS_OUTLOOK.vcf", ["John Doe"]),
        ("fullcontact.vcf", ["FirstName LastName"]),
        ("gmail-list.vcf", ["Arnold Smith", "Chris Beatle", "Doug White"]),
        ("gmail-single.vcf", ["Greg Dartmouth"]),
        ("gmail-single2.vcf", ["VCard Test"]),
        ("issue114.vcf", ["Dummy Dummy"]),
        ("outlook-2003.vcf", ["John Doe"]),
        ("outlook-2007.vcf", ["Michael Angstadt"]),
        ("rfc2426-example.vcf", ["Frank Dawson", "Tim Howes"]),
        ("rfc6350-example.vcf", ["Simon Perreault"]),
        ("thunderbird-MoreFunctionsForAddressBook-extension.vcf", ["John Doe"]),
        # Two of its cards have no name; the last is broken in the middle of a letter.
        ("John_Doe_ANDROID.vcf", ["", "", "Ñ Ñ Ñ Ñ", "Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ", "Ñ Ñ Ñ Ñ Ñ", "ÑÑÑÑ"]),
    ],
)
def test_cards_of_every_program_are_read(name: str, people: list[str]) -> None:
    found = list(cards(CARDS / name))

    assert [
        row.get("Full name")
        or " ".join(filter(None, (row.get("Given name"), row.get("Family name"))))
        for row in found
    ] == people


def test_a_card_says_what_it_says() -> None:
    (row,) = cards(CARDS / "outlook-2003.vcf")

    assert row["E-mail"] == "jdoe@hotmail.com"
    # The fax is no telephone.
    assert row["Phone"] == "BusinessPhone ::: HomePhone ::: MobilePhone"
    assert row["Phone labels"] == "work ::: private ::: other"
    assert row["Left out by TRM"].split(", ")[0] == "prefix"
    assert {"fax", "region", "role"} <= set(row["Left out by TRM"].split(", "))
    assert row["Organisation"] == "Company, The"
    assert row["Position"] == "The Job Title"
    assert (row["City"], row["Country"]) == ("Austin", "United States of America")
    assert row["Note"].splitlines()[:2] == ["This is the note field!!", "Second line"]
    (row,) = cards(CARDS / "rfc6350-example.vcf")
    assert row["Phone"] == "+1-418-656-9254 ::: +1-418-262-6501"
    assert (row["Phone labels"], row["Language"]) == ("work ::: work", "fr")


def test_every_address_of_a_card_comes_with_its_kind() -> None:
    (row,) = cards(CARDS / "fullcontact.vcf")

    assert row["E-mail"] == (
        "home@example.com ::: work@example.com ::: school@example.com ::: other@example.com"
        " ::: custom@example.com"
    )
    assert row["E-mail labels"] == "private ::: work ::: school ::: other ::: customtype"
    assert (row["Street"], row["City"]) == ("HomeExtended, HomeStreet", "HomeCity")
    assert row["Address label"] == "private"
    assert [line.split(" | ")[-1] for line in row["Other addresses"].splitlines()] == [
        *("work", "other"),
        "customtype",
    ]
    (apple,) = cards(CARDS / "gmail-single2.vcf")
    assert "CustomEmailCategory" in apple["E-mail labels"].split(" ::: ")


@pytest.mark.django_db
def test_cards_bring_labels_and_the_preferred_one_first(actor: User) -> None:
    run = bring_in((CARDS / "John_Doe_MS_OUTLOOK.vcf").read_bytes(), actor)

    john = Contact.objects.get()
    assert list(john.phone_numbers.order_by("pk").values_list("label", "is_primary")) == [
        ("work", True),
        ("private", False),
    ]
    assert list(john.postal_addresses.order_by("pk").values_list("lines", "label")) == [
        ("Cresent moon drive", "work"),
        ("Silicon Alley 5", "private"),
    ]
    ((code, values),) = [one for one in run.rows.get().notes if one[0] == "left_out"]
    assert (code, "photo" in values["what"]) == ("left_out", True)


@pytest.mark.django_db
def test_a_card_says_which_address_it_prefers(actor: User) -> None:
    card = (
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada Bos\r\nEMAIL;PREF=2;TYPE=work:b@example.org\r\n"
        "EMAIL;PREF=1:a@example.org\r\nTEL;TYPE=home:0612345678\r\nTEL;TYPE=pref,cell:0687654321\r\n"
        "TZ:Europe/Brussels\r\nEXPERTISE;LEVEL=expert:Python\r\nEND:VCARD\r\n"
    )
    bring_in(card, actor)

    ada = Contact.objects.get()
    assert list(ada.email_addresses.order_by("pk").values_list("address", "label")) == [
        ("a@example.org", "other"),
        ("b@example.org", "work"),
    ]
    assert ada.phone_numbers.get(is_primary=True).number == "+31687654321"
    assert ada.time_zone == "Europe/Brussels"
    assert ada.skills.get().level == 5


@pytest.mark.django_db
def test_cards_come_in_and_a_second_time_change_nothing(actor: User) -> None:
    file = b"\r\n".join((CARDS / name).read_bytes() for name in ("gmail-list.vcf", "issue114.vcf"))

    run = bring_in(file, actor)

    assert (run.file_format, run.layout, run.row_count) == ("vcard", "vcard", 4)
    dummy = Contact.objects.get(family_name="Dummy")
    assert (dummy.city, dummy.country, dummy.organisation_name) == (
        "Bad Homburg",
        "DE",
        "Dummy GmbH",
    )
    assert dummy.email_addresses.get().address == "dummy.dummy@dummy.com"
    assert dummy.external_ids.get().system == "vcard"
    assert set(outcomes(bring_in(file, actor)).values()) == {"skipped"}


@pytest.mark.django_db
def test_a_resume_comes_in_with_what_they_can_do(actor: User) -> None:
    source = DATA / "jsonresume" / "sample.resume.json"

    run = bring_in(source, actor)

    assert (run.file_format, run.layout, run.row_count) == ("resume", "resume", 1)
    richard = Contact.objects.get()
    assert (richard.full_name, richard.city, richard.country, richard.organisation_name) == (
        "Richard Hendriks",
        "San Francisco",
        "US",
        "Pied Piper",
    )
    said = [one["name"] for one in json.loads(source.read_text())["skills"]]
    held = ContactSkill.objects.order_by("pk").select_related("skill")
    assert [(one.skill.name, one.source) for one in held] == [(name, "import") for name in said]
    assert {one.level for one in held} == {5}  # "Master"
    ((_code, values),) = [one for one in run.rows.get().notes if one[0] == "left_out"]
    assert values["what"].split(", ")[:3] == ["volunteer", "education", "awards"]
    again = bring_in(source, actor)
    assert set(outcomes(again).values()) == {"skipped"}
    assert ContactSkill.objects.count() == len(said)


def test_the_cases_of_the_schema_break_nothing(tmp_path: Path) -> None:
    for path in sorted((DATA / "jsonresume").glob("*.json")):
        for number, case in enumerate(json.loads(path.read_text()).values()):
            if isinstance(case, dict):
                file = tmp_path / f"{path.stem}-{number}.json"
                file.write_text(json.dumps({"basics": {"name": "Jan Vos"}, **case}))
                try:
                    found = list(resumes(file))
                except NotAResume:
                    continue
                assert all(isinstance(cell, str) for cell in found[0].values())


# The truth of this one is of another table, in these columns.
NOT_ITS_OWN = {"location_coordinates": {"Contact Phone Number", "Location Coordinates"}}


@pytest.mark.parametrize("path", sorted(SPECTRUM.glob("csvs/*.csv")), ids=lambda path: path.stem)
def test_tables_read_as_their_truth_says(path: Path) -> None:
    truth = json.loads((SPECTRUM / "json" / f"{path.stem}.json").read_text("utf-8"))
    truth = truth if isinstance(truth, list) else [truth]

    with path.open("rb") as file, text_of(file, "utf_8") as text:
        found = [one for one in records(text, ",") if any(one.cells)]

    assert not any(one.problem for one in found)
    headers, *rows = (one.cells for one in found)
    # The collection writes line breaks as it likes.
    left_out = NOT_ITS_OWN.get(path.stem, set())
    read = [dict(zip(headers, row, strict=True)) for row in rows]
    assert [_compared(row, left_out) for row in read] == [_compared(row, left_out) for row in truth]


def _compared(row: dict[str, str], left_out: set[str]) -> dict[str, str]:
    return {name: cell.replace("\r\n", "\n") for name, cell in row.items() if name not in left_out}


OUTLOOK_ENGLISH = (
    *("Title", "First Name", "Middle Name", "Last Name", "Suffix", "Company", "Department"),
    *("Job Title", "Business Street", "Business City", "Business Country/Region"),
    *("Business Phone", "Home Phone", "Mobile Phone", "E-mail Address", "E-mail 2 Address"),
    *("Notes", "Web Page", "Categories"),
)
OUTLOOK_DUTCH = (
    *("Titel", "Voornaam", "Middelste naam", "Achternaam", "Achtervoegsel", "Bedrijf"),
    *("Afdeling", "Functie", "Werkadres, straat", "Plaats werkadres", "Land werkadres"),
    *("Telefoon op werk", "Telefoon thuis", "Mobiele telefoon", "E-mailadres", "E-mailadres 2"),
    *("Notities", "Webpagina", "Categorieën"),
)
PERSON = {
    "First Name": "Anna",
    "Middle Name": "van der",
    "Last Name": "Börger",
    "Company": "Acme",
    "Job Title": "Inkoper",
    "Business City": "Gouda",
    "Business Country/Region": "Nederland",
    "Business Phone": "0182-512345",
    "Mobile Phone": "06 12345678",
    "E-mail Address": "anna@example.nl",
    "E-mail 2 Address": "a.borger@example.nl",
    "Categories": "Klant;Netwerk",
}


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [OUTLOOK_ENGLISH, OUTLOOK_DUTCH], ids=["english", "dutch"])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_outlook_in_two_languages_and_any_writing_is_one(
    actor: User, tmp_path: Path, headers: tuple[str, ...], encoding: str, delimiter: str
) -> None:
    path = tmp_path / "contacts.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(headers)
        writer.writerow([PERSON.get(name, "") for name in OUTLOOK_ENGLISH])

    run = bring_in(path, actor)

    assert run.layout == "outlook"
    anna = Contact.objects.get()
    assert (anna.given_name, anna.infix, anna.family_name) == ("Anna", "van der", "Börger")
    assert (anna.city, anna.country, anna.headline) == ("Gouda", "NL", "Inkoper")
    assert sorted(anna.email_addresses.values_list("address", flat=True)) == [
        "a.borger@example.nl",
        "anna@example.nl",
    ]
    assert sorted(anna.phone_numbers.values_list("number", "label")) == [
        ("+31182512345", "work"),
        ("+31612345678", "other"),
    ]
    assert sorted(anna.tags.values_list("name", flat=True)) == ["Klant", "Netwerk"]


@pytest.mark.django_db
def test_google_as_it_writes_now(actor: User) -> None:
    run = bring_in(DATA / "google_contacts_current_layout.csv", actor)

    assert run.layout == "google"
    bob = Contact.objects.get()
    assert (bob.given_name, bob.family_name, bob.preferred_name) == ("Robert", "Smith", "Bob")
    assert list(bob.email_addresses.order_by("pk").values_list("address", "label")) == [
        ("rob@acme.example", "work"),
        ("bob@gmail.example", "work"),
    ]
    assert sorted(bob.phone_numbers.values_list("label", flat=True)) == ["other"] * 3
    assert list(bob.postal_addresses.values_list("lines", "label")) == [("12 Elm St", "private")]
    # "Grandma's" is none of our kinds, and that is said.
    assert "label_unknown" in codes(run)[2]
    assert sorted(bob.tags.values_list("name", flat=True)) == ["Work"]


OUTLOOK_ADDRESSES = (
    "First Name,Last Name,E-mail Address,Business Street,Business City,Business Postal Code,"
    "Home Street,Home City,Home Postal Code,Home Country/Region,Business Phone,Home Phone\n"
)


@pytest.mark.django_db
def test_outlook_brings_both_addresses(actor: User) -> None:
    file = (
        f"{OUTLOOK_ADDRESSES}"
        "Anna,Bos,a@example.nl,Kade 1,Gouda,2801 AA,Gracht 2,Delft,2611 BB,NL,"
        "0182512345,0152512345\n"
        "Bea,Bos,b@example.nl,,,,Gracht 3,Delft,2611 BB,NL,,0152512346\n"
        "Cor,Bos,c@example.nl,,Gouda,,,Delft,,,,\n"
        "Dirk,Bos,d@example.nl,,,,,Delft,,,,\n"
    )

    run = bring_in(file, actor)
    again = bring_in(file.replace("Anna", "Anna "), actor)

    assert run.layout == "outlook"
    assert set(outcomes(again).values()) == {"skipped"}
    names = ("contact__given_name", "lines", "city", "label", "is_primary")
    assert list(PostalAddress.objects.order_by("pk").values_list(*names)) == [
        ("Anna", "Kade 1", "Gouda", "work", True),
        ("Anna", "Gracht 2", "Delft", "private", False),
        ("Bea", "Gracht 3", "Delft", "private", True),
        ("Cor", "", "Gouda", "work", True),
        ("Cor", "", "Delft", "private", False),
    ]
    assert list(Contact.objects.order_by("pk").values_list("city", flat=True)) == [
        *("Gouda", "Delft", "Gouda"),
        "Delft",
    ]
    numbers = Contact.objects.get(given_name="Anna").phone_numbers.order_by("pk")
    assert list(numbers.values_list("label", flat=True)) == ["work", "private"]


@pytest.mark.django_db
def test_a_kind_is_said_of_what_we_have_where_nobody_did(actor: User) -> None:
    plain = "Voornaam,Achternaam,E-mail,Telefoon\nAnna,Bos,a@example.nl,0182512345\n"
    said = "First Name,Last Name,E-mail Address,Business Phone\nAnna,Bos,a@example.nl,0182512345\n"
    bring_in(plain, actor)
    before = list(PhoneNumber.objects.values_list("pk", "label"))

    run = bring_in(said, actor)

    assert outcomes(run) == {2: "updated"}
    changes = [tuple(one) for one in run.rows.get().changes if one[0] != "kind"]
    assert changes == [("phone:work", "", "+31182512345")]
    assert PhoneNumber.objects.get().label == "work"
    other = bring_in(said.replace("Business", "Home"), actor)
    assert (outcomes(other), PhoneNumber.objects.get().label) == ({2: "skipped"}, "work")
    undo_import(run=run, actor=actor)
    assert import_work.work_on_next()
    assert list(PhoneNumber.objects.values_list("pk", "label")) == before


@pytest.mark.django_db
def test_wide_letters_may_be_chosen_for_any_text(actor: User) -> None:
    run = upload("Voornaam;E-mail\nJan;jan@example.nl\n", actor)

    found = recognise.preview(
        Path(run.file.path), encoding="utf_16", delimiter=";", header_row=None
    )

    assert found.meanings.count("given") == 0


@pytest.mark.django_db
def test_the_report_of_cards_counts_from_the_header(actor: User) -> None:
    run = check((CARDS / "John_Doe_ANDROID.vcf").read_bytes(), actor)

    assert run.outcomes == {"created": 4, "updated": 0, "skipped": 0, "refused": 2}
