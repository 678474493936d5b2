"""Names as people have them: how they are shown, sorted and compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts import names
from contacts.models import Contact
from contacts.searching.marking import marked, snippet
from contacts.searching.queries import parse
from contacts.searching.words import email_words, name_words, person_words, plain_words, sound_of


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("José  ÁVILA", "jose avila"),
        ("Özil", "ozil"),
        ("Strauß", "strauss"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("Ørsted Þór", "orsted thor"),
        ("Meĳer", "meijer"),
        ("Григорий", "grigoriy"),
        ("Παπαδόπουλος", "papadopoulos"),
        ("İpek Işık", "ipek isik"),  # noqa: RUF001
        ("O’Brien", "o'brien"),  # noqa: RUF001
    ],
)
def test_text_is_compared_in_plain_latin_letters(text: str, folded: str) -> None:
    assert names.fold(text) == folded


@pytest.mark.parametrize(
    ("family", "parted"),
    [
        ("van der Vos", ("van der", "Vos")),
        ("De Vries", ("de", "Vries")),
        ("'t Hart", ("'t", "Hart")),
        ("in ’t Veld", ("in 't", "Veld")),  # noqa: RUF001
        ("d'Ancona", ("d'", "Ancona")),
        ("van d'Ancona", ("van d'", "Ancona")),
        ("O'Brien", ("", "O'Brien")),
        ("De", ("", "De")),
        ("Jansen-de Vries", ("", "Jansen-de Vries")),
        ("", ("", "")),
    ],
)
def test_an_infix_is_parted_from_the_family_name(family: str, parted: tuple[str, str]) -> None:
    assert names.split_infix(family) == parted


def test_people_stand_in_the_dutch_order() -> None:
    in_order = [
        ("Gio", "d'", "Ancona"),
        ("Ida", "van der", "Berg"),
        ("Zoë", "", "Çelik"),
        ("Ida", "'t", "Hart"),
        ("IJsbrand", "", "IJpma"),
        ("Bo", "", "Jansen"),
        ("An", "", "Jansen-de Vries"),
        ("Madonna", "", ""),
        ("Ida", "", "Özil"),
        ("Zus", "", "Vries"),
        ("Anna", "de", "Vries"),
        ("Bert", "de", "Vries"),
        ("Anna", "", "Vriesema"),
        ("Jan", "", "Zwart"),
    ]

    keys = [names.sort_key(given=g, infix=i, family=f) for g, i, f in in_order]

    assert keys == sorted(keys)
    assert keys[10] == "vries, de, anna"


@pytest.mark.parametrize("whole", ["de Vries", "De Vries", "DE VRIES"])
def test_an_infix_within_the_family_name_sorts_as_one_apart(whole: str) -> None:
    assert names.sort_key(given="Anna", infix="", family=whole) == "vries, de, anna"


@pytest.mark.parametrize(
    ("given_name", "initials"),
    [
        ("Jan Pieter", "J.P."),
        ("Jean-Pierre", "J.-P."),
        ("IJsbrand", "IJ."),
        ("J.P.", "J.P."),
        ("Th. J.", "Th.J."),
        ("Éva", "É."),
        ("Григорий", "Г."),
        ("", ""),
    ],
)
def test_initials_are_written_as_the_dutch_do(given_name: str, initials: str) -> None:
    assert names.initials_of(given_name) == initials


@pytest.mark.parametrize(
    ("fields", "full", "listed", "monogram"),
    [
        (("Anna", "de", "Vries"), "Anna de Vries", "Vries, Anna de", "AV"),
        (("Gio", "d'", "Ancona"), "Gio d'Ancona", "Ancona, Gio d'", "GA"),
        (("Madonna", "", ""), "Madonna", "Madonna", "M"),
        (("", "van", "Dijk"), "van Dijk", "Dijk, van", "D"),
    ],
)
def test_a_name_is_shown_and_listed(
    fields: tuple[str, str, str], full: str, listed: str, monogram: str
) -> None:
    person = Contact(given_name=fields[0], infix=fields[1], family_name=fields[2])

    assert (person.full_name, person.listed_name, person.initials) == (full, listed, monogram)


def test_who_is_known_by_initials_is_shown_by_them() -> None:
    person = Contact(given_initials="J.P.", infix="de", family_name="Boer")

    assert (person.full_name, person.listed_name) == ("J.P. de Boer", "Boer, J.P. de")
    assert (person.dutch_initials, person.initials) == ("J.P.", "JB")


def test_a_name_in_another_script_is_given_in_latin_letters_too() -> None:
    assert Contact(given_name="Григорий", family_name="Иванов").name_in_latin == "Grigoriy Ivanov"
    assert Contact(native_name="Γεώργιος").name_in_latin == "Georgios"
    assert Contact(given_name="Łukasz").name_in_latin == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("mohammed", "mhmd"), ("georgios", "georgioys"), ("shapira", "spyra"), ("kim", "gim")],
)
def test_what_scripts_do_not_tell_apart_sounds_alike(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other) != ""


@given(st.text(), st.text(), st.text())
def test_no_name_is_an_error(first: str, second: str, third: str) -> None:
    key = names.sort_key(given=first, infix=second, family=third)
    assert key.isascii()
    assert key == key.casefold()
    assert names.fold(names.fold(first)) == names.fold(first)
    for made in (names.full_name, names.listed_name):
        assert isinstance(made(given=first, infix=second, family=third), str)
    names.initials_of(first)
    names.romanised(first)
    "".join(names.split_infix(third))


@given(st.lists(st.text(), max_size=4), st.text())
def test_words_of_whatever_text_are_letters_and_digits_behind_their_kind(
    texts: list[str], address: str
) -> None:
    made = person_words(given=texts, family=texts, others=texts, emails=[address])

    assert all(word[0] in "123" and word[1:].isalnum() and word.isascii() for word in made.split())
    assert made == " ".join(made.split())
    assert all(len(word) <= 60 for word in (*email_words(address), *plain_words(address)))
    assert all(len(word) <= 60 for text in texts for word in name_words(text, has_infix=True))


@given(st.text(max_size=200), st.text(max_size=80))
def test_marking_keeps_every_letter_of_the_text(text: str, typed: str) -> None:
    terms = parse(typed).terms

    assert "".join(piece for piece, _is in marked(text, terms)) == text
    snippet(text, terms, ["a"])
