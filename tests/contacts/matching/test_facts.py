import pytest

from contacts.matching.facts import (
    Facts,
    facts_of,
    is_desk,
    plain_email,
    plain_organisation,
    plain_phone,
    plain_profile,
)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Jan.Vos@Example.org", "jan.vos@example.org"),
        ("jan.vos+jobs@example.org", "jan.vos@example.org"),
        ("J.a.n.Vos+x@GoogleMail.com", "janvos@gmail.com"),
        ("+49@example.org", "+49@example.org"),
        ("no address", ""),
    ],
)
def test_an_email_address_is_compared_as_the_mailbox_sees_it(written: str, plain: str) -> None:
    assert plain_email(written) == plain


@pytest.mark.parametrize(
    "number", ["+31612345678", "06-12345678", "0031 6 1234 5678", "+31 (0)6 12345678", "612345678"]
)
def test_a_number_is_compared_by_its_last_nine_digits(number: str) -> None:
    assert plain_phone(number) == "612345678"


def test_an_extension_is_no_number() -> None:
    assert plain_phone("ext. 1234") == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://www.linkedin.com/in/Jan-Vos/",
        "http://nl.linkedin.com/in/jan-vos?trk=x",
        "linkedin.com/in/jan-vos",
    ],
)
def test_a_page_is_compared_however_it_is_linked_to(url: str) -> None:
    assert plain_profile(url) == "linkedin.com/in/jan-vos"


def test_a_bare_host_is_nobodys_page() -> None:
    assert plain_profile("https://example.org/") == ""


def test_legal_forms_are_no_part_of_an_organisation() -> None:
    assert plain_organisation("Bouwbedrijf Van Veen B.V.") == plain_organisation(
        "bouwbedrijf van veen"
    )


@pytest.mark.parametrize(
    ("infix", "family", "parts"),
    [
        ("van der", "Vos", ("vos",)),
        ("", "v.d. Vos", ("vos",)),
        ("", "Van Der Vos", ("vos",)),
        ("", "Jansen-de Vries", ("jansen", "vries")),
        ("", "García Márquez", ("garcia", "marquez")),
        ("", "De", ("de",)),
    ],
)
def test_a_family_name_is_compared_by_its_parts(
    infix: str, family: str, parts: tuple[str, ...]
) -> None:
    assert facts_of(given_name="Eva", infix=infix, family_name=family).families == parts


@pytest.mark.parametrize(
    ("given", "called", "names", "initials"),
    [
        ("Johannes Petrus", "Jan", ("johannes", "petrus", "jan"), ""),
        ("J.P.", "", (), "jp"),
        ("J.P.", "Jan", ("jan",), ""),
        ("JP", "", (), "jp"),
        ("Jan-Willem", "", ("jan", "willem", "janwillem"), ""),
        ("Zoë", "", ("zoe",), ""),
    ],
)
def test_given_names_and_initials_are_told_apart(
    given: str, called: str, names: tuple[str, ...], initials: str
) -> None:
    facts = facts_of(given_name=given, preferred_name=called, family_name="Vos")

    assert (facts.given, facts.initials) == (names, initials)


def test_a_name_at_birth_is_a_part_of_the_name() -> None:
    facts = facts_of(given_name="Eva", infix="de", family_name="Vries", birth_name="van Dam")

    assert (facts.families, facts.surname) == (("vries", "dam"), "vries")


def test_facts_come_back_from_json_as_they_were() -> None:
    facts = facts_of(
        given_name="Eva",
        family_name="Vos",
        emails=["a@example.org"],
        phones=["0612345678"],
        profiles=["https://github.com/eva"],
        numbers=[("ats", "7")],
        city="Gouda",
        postcode="2801 AB",
        custom_values={"born": "1980-01-02", "member": True, "long": "x" * 80},
    )

    assert Facts.from_json(facts.as_json()) == facts
    assert facts.extras == ((":postcode", "2801ab"), ("born", "1980-01-02"))


def test_a_desk_is_known_by_its_name() -> None:
    assert (is_desk("info@example.org"), is_desk("eva@example.org")) == (True, False)
