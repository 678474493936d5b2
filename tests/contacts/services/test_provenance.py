from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from contacts.custom_fields import ValuesRefused
from contacts.models import Contact
from contacts.services.addresses import EmailEntry
from contacts.services.confirming import confirm_fields
from contacts.services.contacts import EditConflict, create_contact, update_contact
from core.models import AuditEntry, Change
from relationships.models import TimelineEntry
from tests.factories import (
    ContactFactory,
    CustomFieldFactory,
    EmailAddressFactory,
    PhoneNumberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def test_a_change_tells_whose_word_it_is() -> None:
    contact = create_contact(actor=None, source="api", given_name="Ada", city="Delft")
    assert contact.field_sources == {}

    changed = update_contact(
        contact=contact, actor=None, source="api", source_detail="ats", city="Breda", country="NL"
    )
    actor = UserFactory()
    changed = update_contact(contact=changed, actor=actor, headline="Nurse", city="Breda")

    day = TODAY().isoformat()
    assert changed.field_sources == {
        "city": ["api", day, "ats"],
        "country": ["api", day, "ats"],
        "headline": ["manual", day, "", actor.pk],
    }


@pytest.mark.parametrize("source", ["api", "import", "self"])
def test_who_lets_a_system_write_by_their_account_wrote_nothing_down(source: str) -> None:
    contact = update_contact(
        contact=ContactFactory(), actor=UserFactory(), source=source, city="Breda"
    )
    assert contact.field_sources == {"city": [source, TODAY().isoformat(), ""]}


def test_confirming_what_weighs_more_leaves_its_author() -> None:
    """A colleague wrote it down; a sync that finds it right is not the author."""
    contact = update_contact(contact=ContactFactory(), actor=UserFactory(), city="Breda")
    before = dict(contact.field_sources)
    again = confirm_fields(contact=contact, actor=None, fields=["city"], source="api")
    assert again.field_sources == before


def test_custom_values_are_changed_by_name() -> None:
    CustomFieldFactory(key="size")
    CustomFieldFactory(key="badge", type="number")
    contact = create_contact(
        actor=None, given_name="Ada", custom_values={"size": "L", "badge": None}
    )
    assert contact.custom_values == {"size": "L"}

    changed = update_contact(contact=contact, actor=None, custom_values={"badge": 7, "size": None})

    assert changed.custom_values == {"badge": 7}
    assert AuditEntry.objects.latest("pk").details["fields"] == ["custom_badge", "custom_size"]
    assert set(changed.field_sources) == {"custom_badge", "custom_size"}


def test_a_wrong_custom_value_writes_nothing() -> None:
    CustomFieldFactory(key="badge", type="number")
    contact = ContactFactory(city="Delft")
    before = Change.objects.count()
    with pytest.raises(ValuesRefused):
        update_contact(contact=contact, actor=None, city="Breda", custom_values={"badge": "seven"})
    with pytest.raises(ValuesRefused):
        create_contact(actor=None, given_name="Eva", custom_values={"nowhere": 1})
    contact.refresh_from_db()
    assert (contact.city, Contact.objects.count()) == ("Delft", 1)
    assert Change.objects.count() == before


def test_two_who_write_one_custom_field_are_told() -> None:
    CustomFieldFactory(key="size")
    contact = ContactFactory()
    seen = contact.updated_at
    update_contact(contact=contact, actor=None, custom_values={"size": "L"})
    with pytest.raises(EditConflict) as conflict:
        update_contact(
            contact=contact, actor=None, expected_updated_at=seen, custom_values={"size": "M"}
        )
    assert conflict.value.differences == {"custom_size": ("L", "M")}


def test_a_sync_keeps_what_the_person_said() -> None:
    CustomFieldFactory(key="size")
    contact = ContactFactory(city="Delft", headline="Nurse", custom_values={"size": "L"})
    Contact.objects.update(
        field_sources={
            "city": ["self", "2026-01-01", ""],
            "custom_size": ["manual", "2026-01-01", ""],
        }
    )

    changed = update_contact(
        contact=contact,
        actor=None,
        source="api",
        yields=True,
        city="Breda",
        headline="Doctor",
        custom_values={"size": "S"},
    )

    assert changed.kept_fields == ("city", "custom_size")
    assert (changed.city, changed.headline) == ("Delft", "Doctor")
    assert changed.custom_values == {"size": "L"}


def test_a_colleague_writes_over_anybody() -> None:
    contact = ContactFactory(city="Delft", field_sources={"city": ["self", "2026-01-01", ""]})
    changed = update_contact(contact=contact, actor=UserFactory(), city="Breda")
    assert changed.city == "Breda"
    assert changed.field_sources["city"][0] == "manual"


def _addresses(contact: Contact) -> list[tuple[Any, ...]]:
    rows = contact.email_addresses.order_by("address")
    return list(rows.values_list("address", "is_primary", "source"))


def test_a_sync_takes_no_address_away_that_the_person_gave() -> None:
    contact = ContactFactory()
    EmailAddressFactory(
        contact=contact,
        address="own@example.org",
        is_primary=True,
        source="self",
        confirmed_on=date(2026, 1, 1),
    )
    EmailAddressFactory(contact=contact, address="old@example.org", source="manual")

    changed = update_contact(
        contact=contact,
        actor=None,
        source="api",
        yields=True,
        emails=[EmailEntry("new@example.org", is_primary=True)],
    )

    assert changed.kept_fields == ("emails",)
    assert _addresses(contact) == [
        ("new@example.org", False, "api"),
        ("own@example.org", True, "self"),
    ]
    again = update_contact(
        contact=contact,
        actor=None,
        source="api",
        yields=True,
        emails=["new@example.org", "own@example.org"],
    )
    assert again.kept_fields == ()


def test_confirming_makes_all_young_and_changes_nothing_else() -> None:
    CustomFieldFactory(key="size")
    contact = ContactFactory(city="Delft", language="nl", custom_values={"size": "L"})
    phone = PhoneNumberFactory(contact=contact, source="import")
    actor = UserFactory()

    confirmed = confirm_fields(contact=contact, actor=actor)

    day = TODAY()
    said = ["manual", day.isoformat(), "", actor.pk]
    names = ("given_name", "family_name", "city", "language", "custom_size")
    assert confirmed.field_sources == dict.fromkeys(names, said)
    phone.refresh_from_db()
    assert (phone.source, phone.confirmed_on) == ("import", day)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.actor) == ("contacts.confirmed", actor)
    assert entry.details["fields"] == [*names, "phones"]
    assert Change.objects.latest("pk").event == "contacts.FieldsConfirmed"
    assert TimelineEntry.objects.get().verb == "contact.confirmed"


def test_one_field_is_confirmed_alone_and_an_empty_one_not() -> None:
    contact = ContactFactory(city="Delft")
    confirmed = confirm_fields(contact=contact, actor=None, fields=["city", "country", "nonsense"])
    assert list(confirmed.field_sources) == ["city"]
    unchanged = confirm_fields(contact=contact, actor=None, fields=["country"])
    assert list(unchanged.field_sources) == ["city"]
    assert AuditEntry.objects.count() == 1
