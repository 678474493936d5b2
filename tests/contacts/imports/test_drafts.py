import pytest

from contacts import names
from contacts.imports.drafts import Draft, Named, are_alike, complete, may_be_one


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Draft(given="Mees", family="De Vries"), ("Mees", "De", "Vries")),
        (Draft(given="Luca", family="van der De Boer"), ("Luca", "van der De", "Boer")),
        (Draft(given="Yara", family="in 't Van Leeuwen"), ("Yara", "in 't Van", "Leeuwen")),
        (Draft(given="Jan", infix="van", family="De Boer"), ("Jan", "van", "De Boer")),
        (Draft(given="Li", family="De"), ("Li", "", "De")),
        (Draft(given="Robert", middle="van der", family="Vos"), ("Robert", "van der", "Vos")),
        (Draft(given="Robert", middle="James", family="Vos"), ("Robert James", "", "Vos")),
        (Draft(full="Jan Peter van der Vos"), ("Jan Peter", "van der", "Vos")),
        (Draft(full="Vries, Jan de"), ("Jan", "de", "Vries")),
        (Draft(full="Vries, de, Jan"), ("Jan", "de", "Vries")),
        (Draft(full="de Vries, Jan"), ("Jan", "de", "Vries")),
        (Draft(full="Madonna"), ("Madonna", "", "")),
    ],
)  # fmt: skip
def test_names_are_parted_in_the_spelling_of_the_file(
    given: Draft, expected: tuple[str, str, str]
) -> None:
    complete(given)

    assert (given.given, given.infix, given.family) == expected
    assert given.notes == []


def test_a_parted_name_sorts_by_its_family() -> None:
    draft = Draft(given="Mees", family="De Vries")
    complete(draft)

    key = names.sort_key(given=draft.given, infix=draft.infix, family=draft.family)

    assert key == "vries, de, mees"
    assert draft.name == "Mees De Vries"


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (Draft(), "no_name"),
        (Draft(given="Sultan", family="Y?lmaz"), "lost_letters"),
        (Draft(given="Sultan", family="Y\ufffdlmaz"), "lost_letters"),
        (Draft(given="x" * 101), "cut"),
    ],
)
def test_what_is_wrong_with_a_name_is_said(draft: Draft, code: str) -> None:
    complete(draft)

    assert [found for found, _values in draft.notes] == [code]


@pytest.mark.parametrize(
    ("one", "other", "by_email", "by_phone"),
    [
        (("Jan", "Vos"), ("J.", "Vos"), True, True),
        (("Jan", "Vos"), ("Jan", "Vos-Bakker"), True, False),
        (("Jan", "Vos"), ("Joke", "Vos"), True, False),
        (("Anna", "Jansen"), ("Anna", "Boer"), True, False),
        (("José", "García"), ("jose", "garcia"), True, True),
        (("Jan", ""), ("Jan", "Vos"), True, False),
        (("Jan", "Vos"), ("Piet", "Vos"), False, False),
        (("J.", "Vos"), ("J.", "Bakker"), False, False),
        (("Jan", "Vos"), ("Piet", "Bakker"), False, False),
    ],
)
def test_names_say_who_may_share_an_address_with_themselves(
    one: tuple[str, str], other: tuple[str, str], by_email: bool, by_phone: bool
) -> None:
    assert may_be_one(Named(*one), Named(*other)) is by_email
    assert are_alike(Named(*other), Named(*one)) is by_phone
