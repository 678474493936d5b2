from datetime import date

import pytest
import time_machine

from contacts.imports import values
from contacts.services.addresses import e164


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("27-06-2013", date(2013, 6, 27)),
        ("1-2-2020", date(2020, 2, 1)),
        ("01/02/2020", date(2020, 2, 1)),
        ("12/31/2020", date(2020, 12, 31)),
        ("31.12.2020", date(2020, 12, 31)),
        ("2024-01-02", date(2024, 1, 2)),
        ("2024-01-02T10:00:00+01:00", date(2024, 1, 2)),
        ("2024-01-02 00:00:00", date(2024, 1, 2)),
        ("20240102", date(2024, 1, 2)),
        ("18 Jan 2026", date(2026, 1, 18)),
        ("1 mrt. 2020", date(2020, 3, 1)),
        ("31 augustus 2019", date(2019, 8, 31)),
        ("3 mei 2020", date(2020, 5, 3)),
        ("March 3rd, 2021", date(2021, 3, 3)),
        ("05-06-98", date(1998, 6, 5)),
        ("05-06-21", date(2021, 6, 5)),
        ("31-02-2019", None),
        ("31-31-2019", None),
        ("bad date", None),
        ("2019", None),
        ("", None),
    ],
)
@time_machine.travel("2026-11-22")
def test_day_reads_dutch_and_english_spellings(typed: str, expected: date | None) -> None:
    assert values.day(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("06-39154472", "+31639154472"),
        ("06 39154472", "+31639154472"),
        ("0031(0)641524401", "+31641524401"),
        ("+31 (0) 6 41524401", "+31641524401"),
        ("+31 6 33770451", "+31633770451"),
        ("030-2222222", "+31302222222"),
        ("612345678", "+31612345678"),
        ("+32 470 12 34 56", "+32470123456"),
        ("+1 415 555 0134", "+14155550134"),
        ("12", None),
        ("onbekend", None),
        ("+", None),
    ],
)
def test_phone_gives_one_form_to_one_number(typed: str, expected: str | None) -> None:
    assert values.phone(typed) == expected


@pytest.mark.parametrize("typed", ["06-39154472", "+31 6 33770451", "+32 470 12 34 56", "12"])
def test_phone_agrees_with_what_is_typed_by_hand(typed: str) -> None:
    assert (values.phone(typed) or typed) == e164(typed)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("JAN@EXAMPLE.NL", "jan@example.nl"),
        ("Jan de Vries <jan@example.nl>", "jan@example.nl"),
        ("mailto:jan@example.nl", "jan@example.nl"),
        ("kees(at)example.nl", None),
        ("jan@example", None),
        ("a" * 250 + "@example.nl", None),
    ],
)
def test_email_gives_the_bare_address(typed: str, expected: str | None) -> None:
    assert values.email(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("https://nl.linkedin.com/in/Jan/?x=1", ("linkedin", "https://www.linkedin.com/in/jan")),
        ("linkedin.com/in/jan", ("linkedin", "https://www.linkedin.com/in/jan")),
        ("https://www.linkedin.com/", None),
        ("https://github.com/Jan/", ("github", "https://github.com/jan")),
        ("www.example.org/jan", ("website", "https://www.example.org/jan")),
        ("javascript:alert(1)", None),
        ("https://[", None),
        ("nothing", None),
    ],
)
def test_profile_gives_one_form_to_one_page(typed: str, expected: tuple[str, str] | None) -> None:
    assert values.profile(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("Nederland", "NL"), ("Belgium", "BE"), ("us", "US"), ("Atlantis", None), ("zz", None)],
)
def test_country_reads_codes_and_names(typed: str, expected: str | None) -> None:
    assert values.country(typed) == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("06-12345678", "+31612345678"),
        ("+31 (0)6 1234.5678", "+31612345678"),
        ("0612345678\n0687654321", None),
        ("0612345678; 0687654321", None),
        ("020 1234567 / 8", None),
        ("12", None),
    ],
)
def test_what_is_one_number_for_sure(text: str, number: str | None) -> None:
    assert values.phone_alone(text) == number


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("Formeel", "formal"), (" U ", "formal"), ("je", "informal"), ("informal", "informal")],
)
def test_a_form_of_address_is_read_as_people_say_it(typed: str, expected: str) -> None:
    assert values.form_of_address(typed) == expected


@pytest.mark.parametrize("typed", ["", "De heer", "form", "=1+1", "\x00"])
def test_what_is_no_form_of_address_is_none(typed: str) -> None:
    assert values.form_of_address(typed) is None
