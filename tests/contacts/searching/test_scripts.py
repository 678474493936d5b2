"""Names in their own script and romanised find each other: a sample, drawn at random, of the most
common names of twelve countries (``tests/data/names_in_two_scripts.csv``, CC0).
"""

import csv
from pathlib import Path

import pytest

from contacts.selectors.search import find_people
from contacts.services.search_words import learn_words
from tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).parents[2] / "data" / "names_in_two_scripts.csv"


@pytest.mark.parametrize("kept", ["native", "romanised"])
def test_either_script_finds_the_other(kept: str) -> None:
    with SAMPLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    typed = "romanised" if kept == "native" else "native"
    people = [ContactFactory(given_name=row[kept], family_name="") for row in rows]
    learn_words(contact_ids=[person.pk for person in people])
    user = UserFactory(role="reader")

    missed = [
        (row["country"], row["native"], row["romanised"])
        for row, person in zip(rows, people, strict=True)
        if person not in [hit.contact for hit in find_people(user, row[typed], limit=20).hits]
    ]

    assert len(missed) <= len(rows) * 0.1, missed


def test_the_same_consonants_do_not_make_another_name_the_same() -> None:
    """Григорий and Krüger sound alike by their consonants, but are no more alike than that."""
    names = ("Grigori", "Grigory", "Grigorij", "Krüger", "Krieger", "Григорий")
    people = [ContactFactory(given_name="", family_name=name) for name in names]
    learn_words(contact_ids=[person.pk for person in people])
    user = UserFactory(role="reader")

    def found(text: str) -> set[str]:
        return {hit.contact.family_name for hit in find_people(user, text, limit=20).hits}

    assert found("Григорий") == {"Grigori", "Grigory", "Grigorij", "Григорий"}
    assert found("Krüger") == {"Krüger"}
