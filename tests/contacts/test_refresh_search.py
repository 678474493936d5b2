from io import StringIO

import pytest
from django.core.management import call_command

from contacts.management.commands import refresh_search
from contacts.models import Contact, SearchWord
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db


def test_a_repair_finds_everybody_again_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh_search, "BATCH", 2)
    people = [
        ContactFactory(given_name=given, family_name="Vos", email=f"{given}@example.org")
        for given in ("Anna", "Bram", "Cas")
    ]
    Contact.objects.update(search_text="", sort_key="x")
    SearchWord.objects.create(word="nobody", sound="npt")
    said = StringIO()

    call_command("refresh_search", stdout=said)

    assert list(Contact.objects.search("vos").in_name_order()) == people
    assert list(Contact.objects.search("bram@example.org")) == [people[1]]
    assert sorted(SearchWord.objects.values_list("word", flat=True)) == [
        "anna",
        "bram",
        "cas",
        "vos",
    ]
    assert said.getvalue() == "3 people refreshed, 1 words dropped that nobody has.\n"
