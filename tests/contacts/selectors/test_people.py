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
