import pytest

from contacts.matching.facts import facts_of
from contacts.matching.keys import MOST_KEYS, keys_of
from contacts.matching.sounds import sound_of


def share(one: dict[str, object], other: dict[str, object]) -> bool:
    return bool({*keys_of(facts_of(**one))} & {*keys_of(facts_of(**other))})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"given_name": "José", "family_name": "Vos"},
            {"given_name": "Jose", "family_name": "Vos"},
        ),
        (
            {"given_name": "Kees", "family_name": "Vos", "city": "Gouda"},
            {"given_name": "Cornelis", "family_name": "Vos", "city": "Gouda"},
        ),
        ({"given_name": "Jan", "family_name": "Vos"}, {"given_name": "Vos", "family_name": "Jan"}),
        (
            {"given_name": "Eva", "family_name": "Meijer"},
            {"given_name": "Eva", "family_name": "Meyer"},
        ),
        (
            {"given_name": "Eva", "family_name": "Jansen"},
            {"given_name": "Eva", "family_name": "de Vries-Jansen"},
        ),
        ({"family_name": "A", "emails": ["a+b@x.nl"]}, {"family_name": "B", "emails": ["a@x.nl"]}),
        (
            {"family_name": "A", "phones": ["0612345678"]},
            {"family_name": "B", "phones": ["+31 6 12345678"]},
        ),
        (
            {"given_name": "Eva", "family_name": "Jansen", "custom_values": {"born": "1980-01-02"}},
            {"given_name": "Els", "family_name": "Vries", "custom_values": {"born": "1980-01-02"}},
        ),
    ],
)
def test_records_of_one_person_share_a_key(
    one: dict[str, object], other: dict[str, object]
) -> None:
    assert share(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"given_name": "Jan", "family_name": "Vos"}, {"given_name": "Piet", "family_name": "Bos"}),
        (
            {"given_name": "Jan", "family_name": "Vos", "emails": ["info@x.nl"]},
            {"given_name": "Eva", "family_name": "Bos", "emails": ["info@x.nl"]},
        ),
        (
            {"given_name": "Jan", "family_name": "Vos", "city": "Gouda"},
            {"given_name": "Eva", "family_name": "Bos", "city": "Gouda"},
        ),
    ],
)
def test_people_who_have_little_in_common_share_none(
    one: dict[str, object], other: dict[str, object]
) -> None:
    assert not share(one, other)


def test_nobody_has_more_keys_than_are_allowed() -> None:
    many = [f"address{number}@mail{number}.example" for number in range(50)]

    assert len(keys_of(facts_of(given_name="Eva", family_name="Vos", emails=many))) == MOST_KEYS


def test_keys_fit_their_column() -> None:
    keys = keys_of(facts_of(given_name="Eva", family_name="Vos", phones=["0612345678"]))

    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert len([key for key in keys if key & 1]) == 1


@pytest.mark.parametrize(
    "names",
    ["meijer meyer meier", "jansen janssen", "smit smidt smid", "visser fisser", "kok cock"],
)
def test_spellings_that_are_mixed_up_sound_alike(names: str) -> None:
    assert len({sound_of(name) for name in names.split()}) == 1
