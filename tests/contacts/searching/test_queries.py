"""Who is found by what is typed: each promise of the search box a line."""

from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from contacts.models import Contact, ContactSkill
from contacts.searching.queries import parse
from contacts.services.contacts import create_contact
from tests.factories import ContactFactory, SkillFactory, UserFactory
from tests.support.api import client_for

pytestmark = pytest.mark.django_db

BLNS = Path(__file__).parents[2] / "data" / "blns.txt"


def made(name: str = "", **fields: object) -> Contact:
    """A person by "given|infix|family"."""
    given_name, infix, family_name = (*name.split("|"), "", "")[:3]
    return create_contact(
        actor=None,
        given_name=given_name,
        infix=infix,
        family_name=family_name,
        **fields,  # type: ignore[arg-type]
    )


def found(text: str) -> list[str]:
    return [one.full_name for one in Contact.objects.search(text).in_name_order()]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("José||García", "jose garcia"),
        ("Jose||Garcia", "José García"),
        ("Ida|van der|Vos", "van der vos"),
        ("Ida|van der|Vos", "vd vos"),
        ("Ida|van der|Vos", "v.d. Vos"),
        ("Ida|van der|Vos", "v.d.Vos"),
        ("Ida|van der|Vos", "v/d vos"),
        ("Ida|van der|Vos", "Vos"),
        ("Ida|van der|Vos", "der vos"),
        ("Ida|van der|Vos", "vandervos"),
        ("Ida|van der|Vos", "Vos, Ida van der"),
        ("Ida|van de|Vos", "vd vos"),
        ("Ida|van den|Berg", "v.d. berg"),
        ("Ida|van|Dijk", "v. Dijk"),
        ("Ida|de|Vries", "Vries, de"),
        ("Ida|de|Vries", "ida de"),
        ("Ida||de Vries", "de vries"),
        ("Ida||Jansen-de Vries", "vries"),
        ("Ida||Jansen-de Vries", "de vries"),
        ("Ida||Jansen-de Vries", "jansen de vries"),
        ("Ida|'t|Hart", "'t hart"),
        ("Ida|’t|Hart", "t hart"),  # noqa: RUF001
        ("Ida|in 't|Veld", "in 't veld"),
        ("Ida|in 't|Veld", "intveld"),
        ("Ida|d'|Ancona", "d'ancona"),
        ("Ida||d'Ancona", "ancona"),
        ("Ida|d'|Ancona", "d’Ancona"),  # noqa: RUF001
        ("Ida||O'Brien", "obrien"),
        ("Ida||O'Brien", "o brien"),
        ("Ida||O'Brien", "o'brien"),
        ("Al|El|Amrani", "al el amrani"),
        ("Al||Amrani", "al amrani"),
        ("Mesut||Özil", "ozil"),
        ("Mesut||Özil", "oezil"),
        ("Mesut||Oezil", "özil"),
        ("Ida||Müller", "mueller"),
        ("Ida||Mueller", "Müller"),
        ("Ida||Strauß", "strauss"),
        ("Ida||Strauss", "strauß"),
        ("Łukasz||Wójcik", "lukasz wojcik"),
        ("Lukasz||Wojcik", "Łukasz Wójcik"),
        ("Søren||Ørsted", "soren oersted"),
        ("Åse||Ås", "aase"),
        ("Ida||Meijer", "meyer"),
        ("Ida||Meyer", "meijer"),
        ("Ida||Meĳer", "meijer"),
        ("IJsbrand||IJpma", "ijpma"),
        ("Григорий||Иванов", "grigoriy ivanov"),
        ("Grigoriy||Ivanov", "Григорий Иванов"),
        ("Γεώργιος||Παπαδόπουλος", "georgios papadopoulos"),
        ("伟||王", "wang wei"),
        ("Wei||Wang", "王伟"),
        ("J.P.|de|Boer", "jp de boer"),
        ("J.P.|de|Boer", "J.P. de Boer"),
        ("Jan-Willem||Bos", "jan willem"),
        ("Jan-Willem||Bos", "janwillem"),
        ("Ida||Bos", "IDA   bOS "),
        ("Ida||Bos", '"ida bos"'),
        ("Ida|de|Bos", '"ida de bos"'),
        ("Madonna", "mado"),
    ],
)
def test_a_name_is_found_however_it_is_spelt(name: str, typed: str) -> None:
    wanted = made(name)
    made("Otto||Kwast")

    assert list(Contact.objects.search(typed)) == [wanted]


@pytest.mark.parametrize(
    ("fields", "typed"),
    [
        ({"preferred_name": "Sjors"}, "sjors"),
        ({"birth_name": "van der Meer"}, "van der meer"),
        ({"birth_name": "van der Meer"}, "ida meer"),
        ({"given_initials": "A.C."}, "ac"),
        ({"native_name": "Ида Бос"}, "Ида"),
        ({"headline": "Adviseur waterbouw"}, "waterbouw ida"),
        ({"headline": "C++ engineer"}, "c++"),
        ({"headline": ".NET developer"}, ".net"),
        ({"organisation_name": "Bureau Café Zuid"}, "cafe zuid"),
        ({"organisation_name": "Bank van de Kempen"}, "van de kempen"),
        ({"city": "'s-Hertogenbosch"}, "hertogenbosch"),
        ({"city": "Den Haag"}, "den haag"),
        ({"city": "Den Haag"}, '"den haag"'),
        ({"emails": ["i.van-bos+x@post.example.org"]}, "i.van-bos"),
        ({"emails": ["i.van-bos+x@post.example.org"]}, "i.van-bos+x@post.exa"),
        ({"emails": ["i.van-bos+x@post.example.org"]}, "@post.example.org"),
        ({"emails": ["i.van-bos+x@post.example.org"]}, "example"),
        ({"phones": ["06-12345678"]}, "06-1234 5678"),
        ({"phones": ["06-12345678"]}, "+31 6 12345678"),
        ({"phones": ["06-12345678"]}, "+31 (0)6 1234"),
        ({"phones": ["06-12345678"]}, "0031 6 1234 56"),
        ({"phones": ["06-12345678"]}, "0612"),
        ({"phones": ["06-12345678"]}, "5678"),
        ({"phones": ["06-12345678"]}, "612345678"),
        ({"phones": ["06-12345678"]}, "ida 0612345678"),
        ({"phones": ["+49 30 901820"]}, "0049 30 9018"),
        ({"phones": ["+49 30 901820"]}, "030 901820"),
        ({"phones": ["06-98765432"]}, "06-98765432"),
        ({"phones": ["06-98765432"]}, "+31 6 98765432"),
        ({"phones": ["0900 2"]}, "0900 2"),
        ({"tags": ["Alumnidag 2024"]}, "alumnidag"),
        ({"tags": ["Reünie"]}, "reunie ida"),
    ],
)
def test_a_person_is_found_by_what_else_we_know(fields: dict[str, object], typed: str) -> None:
    wanted = made("Ida||Bos", **fields)
    made("Otto||Kwast", phones=["010 7654321"], emails=["otto@elders.test"], tags=["Mentor"])

    assert list(Contact.objects.search(typed)) == [wanted]


def test_a_skill_is_found_by_any_of_its_names() -> None:
    wanted = made("Ida||Bos")
    skill = SkillFactory(name_en="JavaScript", synonyms=["ECMAScript"])
    ContactSkill.objects.create(contact=wanted, skill=skill)
    made("Otto||Kwast")

    for typed in ("javascript", "ecma", "ida javas"):
        assert found(typed) == ["Ida Bos"]
    assert found("-javascript") == ["Otto Kwast"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("jansen", ["Anna Jansen", "Bram Jansen"]),
        ("jansen -bram", ["Anna Jansen"]),
        ("-jansen", ["Carla Smit"]),
        ("anna OR carla", ["Anna Jansen", "Carla Smit"]),
        ("anna of carla", []),
        ("anna OF carla", ["Anna Jansen", "Carla Smit"]),
        ("anna | carla utrecht", ["Carla Smit"]),
        ("jansen anna OR bram", ["Anna Jansen", "Bram Jansen"]),
        ('"anna jansen"', ["Anna Jansen"]),
        ('"jansen anna"', []),
        ('"anna jans"', []),
        ('jansen -"anna jansen"', ["Bram Jansen"]),
        ("„anna jansen”", ["Anna Jansen"]),
        ("mentor", ["Anna Jansen", "Carla Smit"]),
        ("jansen -mentor", ["Bram Jansen"]),
        ("mentor OR bram", ["Anna Jansen", "Bram Jansen", "Carla Smit"]),
        ("", ["Anna Jansen", "Bram Jansen", "Carla Smit"]),
        ("- \" OR | ''", ["Anna Jansen", "Bram Jansen", "Carla Smit"]),
        ("OR anna", ["Anna Jansen"]),
        ("anna OR", ["Anna Jansen"]),
        ("-OR", ["Anna Jansen", "Bram Jansen", "Carla Smit"]),
    ],
)
def test_words_are_combined(typed: str, expected: list[str]) -> None:
    made("Anna||Jansen", tags=["mentor"])
    made("Bram||Jansen")
    made("Carla||Smit", city="Utrecht", tags=["Mentor"])

    assert found(typed) == expected


def test_the_end_of_a_word_is_not_found_nor_the_word_of_another() -> None:
    made("Ida||Rosenberg", city="Vosholen")

    assert found("berg") == []
    assert found("ida smit") == []


def test_what_is_unwanted_is_unwanted_whole_and_not_begun() -> None:
    made("Ida||Vos")
    made("Ida||Voskuil")

    assert found("ida -vos") == ["Ida Voskuil"]


def test_naughty_strings_break_neither_the_page_nor_the_palette(client: Client) -> None:
    client.force_login(UserFactory(role="administrator"))
    lines = [one for one in BLNS.read_text().splitlines() if one.strip()]
    people = {
        line: ContactFactory(given_name=line[:100], family_name="", note=line[:500])
        for line in lines[::3]
    }

    missed = []
    for line, person in people.items():
        for headers in ({}, {"HX-Request": "true", "HX-Target": "palette-results"}):
            assert client.get("/search/", {"q": line}, headers=headers).status_code == 200
        list(Contact.objects.search(f'"{line}'))
        assert len(parse(line).terms) <= 10
        if person.given_name == line and parse(line).wanted:
            missed += [] if person in Contact.objects.search(line) else [line]
    # A minus, a quote or an OR within them means something; all others are found as they are.
    assert len(missed) < len(people) / 10, missed


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_whatever_is_typed_is_understood_without_an_error(text: str) -> None:
    first = parse(text)

    assert parse(text) == first
    assert all(part.isascii() for term in first.terms for one in term.spellings for part in one)


def test_the_api_and_the_list_search_as_the_box_does(client: Client) -> None:
    wanted = made("Ida|van der|Vos", emails=["ida@post.example"], tags=["mentor"])
    made("Otto||Kwast")
    user = UserFactory(role="administrator")
    client.force_login(user)
    api = client_for(user)

    for typed in ("vd vos", '"ida van der vos" -otto', "mentor OR nobody", "ida@po", "Ида"):
        html = client.get("/people/", {"q": typed}).content.decode()
        answer = api.get("/api/v1/contacts", {"q": typed}).json()
        assert ("Ida van der Vos" in html, "Otto Kwast" in html) == (True, False)
        assert [one["id"] for one in answer["data"]] == [str(wanted.uid)]
