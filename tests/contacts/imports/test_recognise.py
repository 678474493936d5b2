from pathlib import Path

import pytest

from contacts.imports import recognise
from contacts.imports.readers import FileRefused
from tests.contacts.imports.bringing import DATA, HR, LINKEDIN

pytestmark = pytest.mark.django_db

OUTLOOK_NL = (
    "Titel;Voornaam;Middelste naam;Achternaam;Bedrijf;Functie;Telefoon op werk;Mobiele telefoon;"
    "E-mailadres;E-mailadres 2;Plaats werkadres;Notities\r\n"
    "dhr;Jan;de;Vries;Bakker & Zn.;Inkoper;030-2222222;06-12345678;jan@example.nl;;Ede;één\r\n"
)
OUTLOOK_EN = (
    "Title\tFirst Name\tMiddle Name\tLast Name\tCompany\tJob Title\tBusiness Phone\tMobile Phone\t"
    "E-mail Address\tE-mail 2 Address\tBusiness City\tNotes\n"
    "Mr\tJan\t\tVos\tAcme\tBuyer\t\t\tjan@example.org\t\tEde\t\n"
)
OUTLOOK_MEANINGS = [
    *("", "given", "middle", "family", "organisation", "position", "phone", "phone"),
    *("email", "email", "city", "note"),
]


def write(tmp_path: Path, content: str | bytes, encoding: str = "utf_8") -> Path:
    path = tmp_path / "file"
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return path


def test_linkedin_is_recognised_below_its_notes() -> None:
    found = recognise.recognise(LINKEDIN)

    assert (found.encoding, found.delimiter, found.header_row) == ("utf_8", ",", 4)
    assert found.layout == "linkedin"
    assert dict(zip(found.headers, found.meanings, strict=True)) == {
        "First Name": "given",
        "Last Name": "family",
        "URL": "profile",
        "Email Address": "email",
        "Company": "organisation",
        "Position": "position",
        "Connected On": "known_since",
    }
    assert found.rows[0][:2] == ["Miraç", "Öztürk"]


def test_a_dutch_hr_spreadsheet_is_recognised() -> None:
    found = recognise.recognise(HR)

    assert (found.encoding, found.delimiter, found.header_row) == ("cp1252", ";", 1)
    assert found.layout == "hr"
    assert dict(zip(found.headers, found.meanings, strict=True)) == {
        "Persnr.": "external_id",
        "Aanhef": "",
        "Voornaam": "given",
        "Tussenvoegsel": "infix",
        "Achternaam": "family",
        "E-mail": "email",
        "Telefoon": "phone",
        "Soort relatie": "kind",
        "In dienst": "started_on",
        "Uit dienst": "ended_on",
        "Afdeling": "unit",
        "Functie": "position",
        "Woonplaats": "city",
        "Opmerking": "note",
    }
    assert found.rows[0][4] == "García"


def test_google_is_recognised() -> None:
    found = recognise.recognise(DATA / "google_contacts_current_layout.csv")

    meant = {key for key in found.meanings if key}
    assert found.layout == "google"
    assert meant == {
        *("given", "middle", "family", "preferred", "organisation", "position"),
        *("note", "tags", "email", "phone", "street", "postcode", "city", "country", "birthday"),
        *("email_labels", "phone_labels", "address_label"),
    }


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [(OUTLOOK_NL, "cp1252", ";"), (OUTLOOK_NL, "utf_8", ";"), (OUTLOOK_EN, "utf_16", "\t")],
)
def test_outlook_is_recognised_in_both_languages(
    tmp_path: Path, content: str, encoding: str, delimiter: str
) -> None:
    found = recognise.recognise(write(tmp_path, content, encoding))

    assert (found.layout, found.encoding, found.delimiter) == ("outlook", encoding, delimiter)
    assert found.meanings == OUTLOOK_MEANINGS


def test_utf_8_is_seen_however_late_its_first_letter(tmp_path: Path) -> None:
    path = write(tmp_path, "Naam\n" + "Jan Vos\n" * 100_000 + "Anaïs\n")
    assert recognise.encoding_of(path) == "utf_8"


def test_a_file_without_headers_has_none(tmp_path: Path) -> None:
    found = recognise.recognise(write(tmp_path, "Jan,jan@example.nl,12\nPiet,piet@example.nl,13\n"))

    assert found.header_row == 0
    assert found.headers == ["Column 1", "Column 2", "Column 3"]
    assert found.meanings == ["", "email", ""]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \r\n \n", "empty"),
        (bytes(range(256)) * 400, "not a file of people"),
        (b"%PDF-1.7 and so on", "not a file of people"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02" * 500, "not a file of people"),
        (b"<html><table></table></html>", "not a file of people"),
        (b"PK\x03\x04 and nothing else", "damaged"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(FileRefused, match=message):
        recognise.format_of(write(tmp_path, content))


def test_a_hundred_thousand_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="more than 300 columns"):
        recognise.recognise(write(tmp_path, ",".join(f"c{n}" for n in range(100_000)) + "\n"))
