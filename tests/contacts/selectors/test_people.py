from datetime import UTC, datetime, timedelta

import pytest

from contacts.models import Contact
from contacts.selectors import people
from contacts.selectors.people import count_of, page_of
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db


def walk(sort: str) -> list[list[Contact]]:
    """Every page forward, checked against every page back."""
    pages, turn = [], None
    while True:
        page = page_of(Contact.objects.all(), sort=sort, after=turn, size=3)
        pages.append(page.people)
        if page.next is None:
            break
        turn = page.next
    back = [page.people]
    while page.previous is not None:
        page = page_of(Contact.objects.all(), sort=sort, before=page.previous, size=3)
        back.insert(0, page.people)
    assert back == pages
    return pages


@pytest.mark.parametrize("sort", ["name", "changed"])
def test_pages_hold_everybody_once_also_where_names_are_the_same(sort: str) -> None:
    names = ["Bakker", "Vos", "Bakker", "Bakker", "Aalders", "Bakker", "Vos"]
    made = [ContactFactory(family_name=name) for name in names]
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    for at, contact in enumerate(made):
        Contact.objects.filter(pk=contact.pk).update(updated_at=moment + timedelta(days=at // 3))

    pages = walk(sort)

    assert [len(page) for page in pages] == [3, 3, 1]
    flat = [contact for page in pages for contact in page]
    order = ("sort_key", "pk") if sort == "name" else ("-updated_at", "-pk")
    assert flat == list(Contact.objects.order_by(*order))


def test_a_page_goes_on_from_someone_who_left_the_list() -> None:
    first, second, third = (ContactFactory(family_name=name) for name in "ABC")
    Contact.objects.filter(pk=second.pk).update(archived_at=datetime(2026, 5, 1, tzinfo=UTC))

    page = page_of(Contact.objects.active(), after=second.uid)

    assert (page.people, page.previous, page.next) == ([third], third.uid, None)
    assert page_of(Contact.objects.active(), before=second.uid).people == [first]


def test_a_turn_that_does_not_exist_is_the_first_page() -> None:
    only = ContactFactory()
    for page in (page_of(Contact.objects.all(), before=None), page_of(Contact.objects.none())):
        assert page.previous is None
    unknown = ContactFactory().uid
    Contact.objects.filter(uid=unknown).delete()
    assert page_of(Contact.objects.all(), before=unknown).people == [only]


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
