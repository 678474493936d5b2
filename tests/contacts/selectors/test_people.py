import pytest

from contacts.models import Contact
from contacts.selectors import people
from contacts.selectors.people import count_of
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db


def test_count_stops_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "COUNT_LIMIT", 2)
    ContactFactory.create_batch(2)
    assert count_of(Contact.objects.all()) == people.Count(2, is_more=False)
    ContactFactory()
    assert count_of(Contact.objects.all()) == people.Count(2, is_more=True)


def test_suggestions_put_those_whose_family_name_begins_with_it_first() -> None:
    inside = ContactFactory(given_name="Vosje", family_name="Aalders")
    second = ContactFactory(given_name="Ben", family_name="Vos")
    first = ContactFactory(given_name="Ada", family_name="Vos")
    ContactFactory(family_name="Smit")

    assert page_suggestions("vos") == [first, second, inside]
    assert page_suggestions("vos", limit=2) == [first, second]
    assert page_suggestions("aalders vosje") == [inside]
    assert page_suggestions("nobody") == []


def page_suggestions(words: str, *, limit: int = 6) -> list[Contact]:
    return people.suggestions(Contact.objects.active(), words, limit=limit)
