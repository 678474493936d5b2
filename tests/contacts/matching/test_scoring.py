from typing import Any

import pytest

from contacts.matching.facts import facts_of
from contacts.matching.keys import key_of
from contacts.matching.safe import rule_for
from contacts.matching.scoring import Comparison, compare
from contacts.matching.statistics import Statistics

EVA = {"given_name": "Eva", "family_name": "Oosterwegel"}


def compared(one: dict[str, Any], other: dict[str, Any], **counted: Any) -> Comparison:
    return compare(facts_of(**one), facts_of(**other), Statistics(**counted))


def outcomes(one: dict[str, Any], other: dict[str, Any]) -> dict[str, str]:
    return {part.field: part.outcome for part in compared(one, other).parts}


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        ("Eva", "Eva", "same"),
        ("José", "Jose", "same"),
        ("Cornelis", "Kees", "nickname"),
        ("Alexander", "Alex", "nickname"),
        ("Frederique", "Fred", "short"),
        ("Ruben", "Rubem", "near"),
        ("Maria Anna", "Anna", "among"),
        ("J.", "Johannes", "initial"),
        ("J.P.", "J.P.", "same_initials"),
        ("Jan", "Jon", "other"),
        ("René", "Renée", "other"),
        ("Johannes", "Johanna", "other"),
        ("P.", "Johannes", "other"),
    ],
)
def test_given_names(one: str, other: str, outcome: str) -> None:
    found = outcomes(
        {"given_name": one, "family_name": "Vos"}, {"given_name": other, "family_name": "Vos"}
    )

    assert found == {"given": outcome, "family": "same"}


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        (("van der", "Vos"), ("", "v.d. Vos"), "same"),
        (("", "Jansen"), ("", "de Vries-Jansen"), "part"),
        (("", "Meijer"), ("", "Meyer"), "sound"),
        (("", "Kloosterman"), ("", "Klosterman"), "sound"),
        (("", "Wagenaar"), ("", "Wagenbar"), "near"),
        (("", "Vos"), ("", "Bos"), "other"),
        (("", "Jansen"), ("de", "Boer"), "other"),
    ],
)
def test_family_names(one: tuple[str, str], other: tuple[str, str], outcome: str) -> None:
    found = outcomes(
        {"given_name": "Eva", "infix": one[0], "family_name": one[1]},
        {"given_name": "Eva", "infix": other[0], "family_name": other[1]},
    )

    assert found["family"] == outcome


def test_swapped_names_are_seen() -> None:
    swapped = {"given_name": "Oosterwegel", "family_name": "Eva"}

    assert outcomes(EVA, swapped) == {"family": "swapped"}


def test_the_parts_add_up() -> None:
    comparison = compared({**EVA, "city": "Gouda"}, {**EVA, "city": "Delft"})

    assert comparison.points == sum(part.points for part in comparison.parts)
    assert comparison.speaks_against


def test_a_rare_name_says_more_than_a_common_one() -> None:
    common = {"given_name": "Jan", "family_name": "Jansen"}

    assert compared(EVA, EVA).points > compared(common, common).points + 4


def test_what_many_share_says_less() -> None:
    one = {**EVA, "phones": ["0612345678"]}

    alone = compared(one, one)
    crowded = compared(one, one, crowds={key_of("p 612345678"): 16})

    assert (alone.points, crowded.points) == (alone.points, alone.points - 8)


def test_a_household_is_not_one_person() -> None:
    shared = {
        "family_name": "Oosterwegel",
        "emails": ["familie@example.org"],
        "phones": ["0301234567"],
        "city": "Gouda",
        "street": "Markt 1",
        "postcode": "2801 AB",
    }
    comparison = compared({"given_name": "Eva", **shared}, {"given_name": "Piet", **shared})

    assert comparison.points < Statistics().needed - 10


def test_father_and_son_of_one_name_are_told_apart_by_their_birthdays() -> None:
    shared = {**EVA, "phones": ["0301234567"], "city": "Gouda"}
    comparison = compared(
        {**shared, "custom_values": {"born": "1955-03-01"}},
        {**shared, "custom_values": {"born": "1987-11-20"}},
    )

    assert comparison.points < Statistics().needed


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        ("1980-03-04", "1980-03-04", "same"),
        ("1980-03-04", "1980-04-03", "near"),
        ("1980-03-04", "1980-03-05", "near"),
        ("1980-03-04", "1961-12-25", "other"),
    ],
)
def test_days(one: str, other: str, outcome: str) -> None:
    found = outcomes(
        {**EVA, "custom_values": {"born": one}}, {**EVA, "custom_values": {"born": other}}
    )

    assert found["extra"] == outcome


@pytest.mark.parametrize(
    ("both", "differs", "rule"),
    [
        ({"emails": ["eva@example.org"]}, {}, "email"),
        ({"profiles": ["https://linkedin.com/in/eva"]}, {}, "profile"),
        ({"phones": ["0612345678"], "city": "Gouda"}, {}, "mobile"),
        ({"phones": ["0612345678"]}, {}, ""),
        ({"phones": ["0301234567"], "city": "Gouda"}, {}, ""),
        ({"emails": ["info@example.org"]}, {}, ""),
        ({"emails": ["eva@example.org"]}, {"city": "Delft"}, ""),
        ({"emails": ["eva@example.org"]}, {"given_name": "Evan"}, ""),
        ({"city": "Gouda"}, {}, ""),
    ],
)
def test_only_what_is_safe_fits_a_rule(
    both: dict[str, Any], differs: dict[str, Any], rule: str
) -> None:
    one = {**EVA, "city": "Gouda", **both} if "city" in differs else {**EVA, **both}

    assert rule_for(compared(one, {**one, **differs})) == rule


def test_an_address_that_several_have_fits_no_rule() -> None:
    one = {**EVA, "emails": ["eva@example.org"]}

    comparison = compared(one, one, crowds={key_of("e eva@example.org"): 3})

    assert rule_for(comparison) == ""


@pytest.mark.parametrize(("people", "needed"), [(10, 17), (1000, 17), (10_000, 20), (10**6, 27)])
def test_among_more_people_more_is_needed(people: int, needed: int) -> None:
    assert Statistics(people=people).needed == needed
