from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from contacts.choices import Source
from contacts.models import Contact, PostalAddress
from contacts.selectors.facts import reach_facts_of
from contacts.selectors.persons import reach_of
from contacts.services.addresses import EmailEntry, PostalEntry
from contacts.services.confirming import confirm_fields
from contacts.services.contacts import create_contact, update_contact
from contacts.services.merging import merge_contacts, undo_merge
from core.models import AuditEntry
from tests.factories import ContactFactory, PostalAddressFactory

pytestmark = pytest.mark.django_db

HOME = PostalEntry(lines="Oudegracht 1", postcode="3511 AB", city="Utrecht", country="NL")
WORK = PostalEntry(lines="Kade 2", city="Gouda", country="NL", label="work")


def held(contact: Contact) -> list[tuple[str, str, bool]]:
    rows = contact.postal_addresses.order_by("-is_primary", "pk")
    return list(rows.values_list("lines", "city", "is_primary"))


def place(contact: Contact) -> tuple[str, str]:
    contact.refresh_from_db()
    return contact.city, contact.country


def test_the_first_address_gives_the_place_of_the_person() -> None:
    contact = create_contact(
        actor=None, given_name="Eva", city="Elsewhere", postal_addresses=[HOME, WORK, HOME]
    )

    assert held(contact) == [("Oudegracht 1", "Utrecht", True), ("Kade 2", "Gouda", False)]
    assert place(contact) == ("Utrecht", "NL")
    assert list(Contact.objects.search("Utrecht")) == [contact]


def test_another_first_is_another_place() -> None:
    contact = create_contact(actor=None, given_name="Eva", postal_addresses=[HOME, WORK])
    first = PostalEntry(**{**vars(WORK), "is_primary": True})

    changed = update_contact(contact=contact, actor=None, postal_addresses=[HOME, first])

    assert held(changed) == [("Kade 2", "Gouda", True), ("Oudegracht 1", "Utrecht", False)]
    assert place(changed) == ("Gouda", "NL")


def test_who_moves_has_a_new_first_address_and_keeps_the_old() -> None:
    contact = create_contact(actor=None, given_name="Eva", postal_addresses=[HOME])

    update_contact(contact=contact, actor=None, city="Zwolle")
    assert held(contact) == [("", "Zwolle", True), ("Oudegracht 1", "Utrecht", False)]
    update_contact(contact=contact, actor=None, city="utrecht")

    assert held(contact) == [("Oudegracht 1", "Utrecht", True), ("", "Zwolle", False)]


def test_a_country_alone_or_another_spelling_is_no_move() -> None:
    contact = create_contact(
        actor=None,
        given_name="Eva",
        postal_addresses=[PostalEntry(lines="Kade", city="Den haag")],
    )

    update_contact(contact=contact, actor=None, city="Den Haag", country="NL")

    row = PostalAddress.objects.get()
    assert (row.lines, row.city, row.country) == ("Kade", "Den Haag", "NL")


def test_the_same_again_changes_nothing() -> None:
    contact = create_contact(actor=None, given_name="Eva", postal_addresses=[HOME])
    before = contact.updated_at

    changed = update_contact(
        contact=contact, actor=None, postal_addresses=[HOME], city="Utrecht", country="NL"
    )

    assert changed.updated_at == before


def test_a_form_that_sends_both_follows_the_one_that_was_changed() -> None:
    """City as it was with another address; then another city with the address as it was."""
    contact = create_contact(actor=None, given_name="Eva", postal_addresses=[HOME])

    update_contact(contact=contact, actor=None, postal_addresses=[WORK], city="Utrecht")
    assert place(contact) == ("Gouda", "NL")
    update_contact(
        contact=contact,
        actor=None,
        postal_addresses=[PostalEntry(**{**vars(WORK), "is_primary": True})],
        city="Delft",
    )

    assert place(contact) == ("Delft", "NL")
    assert held(contact) == [("", "Delft", True), ("Kade 2", "Gouda", False)]


def test_no_address_leaves_the_place() -> None:
    contact = create_contact(actor=None, given_name="Eva", postal_addresses=[HOME])

    update_contact(contact=contact, actor=None, postal_addresses=[])

    assert held(contact) == []
    assert place(contact) == ("Utrecht", "NL")


def test_merging_keeps_one_first_in_the_chosen_city_until_undone() -> None:
    survivor = ContactFactory(city="Utrecht", country="NL")
    duplicate = ContactFactory(city="Gouda", country="NL")
    PostalAddressFactory(contact=survivor, lines="Oudegracht 1", city="Utrecht", is_primary=True)
    PostalAddressFactory(contact=duplicate, lines="Kade 2", city="Gouda", is_primary=True)
    PostalAddressFactory(contact=duplicate, lines="oudegracht 1", city="UTRECHT")
    PostalAddress.objects.filter(contact=duplicate).update(
        source="self", confirmed_on=date(2026, 1, 2)
    )
    before = list(PostalAddress.objects.order_by("pk").values())

    record = merge_contacts(
        survivor=survivor, duplicate=duplicate, actor=None, choices={"city": "duplicate"}
    )

    assert told(survivor) == [
        ("Gouda", True, "self", date(2026, 1, 2)),
        ("Utrecht", False, "manual", None),
    ]
    undo_merge(record=record, actor=None)
    assert list(PostalAddress.objects.order_by("pk").values()) == before


def test_a_second_address_of_any_kind_makes_no_second_person() -> None:
    contact = create_contact(actor=None, given_name="Eva", emails=["eva@example.org"])

    update_contact(
        contact=contact,
        actor=None,
        emails=[EmailEntry("eva@work.example", "work", True), EmailEntry("eva@example.org")],
        postal_addresses=[HOME, WORK],
    )

    assert Contact.objects.get() == contact
    rows = contact.email_addresses.order_by("-is_primary").values_list("address", "is_primary")
    assert list(rows) == [("eva@work.example", True), ("eva@example.org", False)]


def told(contact: Contact) -> list[tuple[str, bool, str, Any]]:
    rows = contact.postal_addresses.order_by("-is_primary", "pk")
    return [(row.city, row.is_primary, row.source, row.confirmed_on) for row in rows]


def test_an_address_knows_who_told_it_and_since_when() -> None:
    today = timezone.localdate()
    contact = create_contact(
        actor=None, given_name="Eva", source=Source.API, postal_addresses=[HOME]
    )
    assert told(contact) == [("Utrecht", True, "api", today)]

    update_contact(
        contact=contact,
        actor=None,
        source=Source.SELF,
        postal_addresses=[HOME, PostalEntry(**{**vars(WORK), "is_primary": True})],
    )

    # Another one is the first now: that says nothing of whether the other is right.
    assert told(contact) == [("Gouda", True, "self", today), ("Utrecht", False, "api", today)]


def test_a_move_is_the_word_of_who_said_it() -> None:
    today = timezone.localdate()
    contact = create_contact(
        actor=None, given_name="Eva", source=Source.API, postal_addresses=[HOME]
    )

    update_contact(contact=contact, actor=None, source=Source.SELF, city="Delft")

    assert told(contact) == [("Delft", True, "self", today), ("Utrecht", False, "api", today)]


def test_a_sync_takes_no_postal_address_away_that_the_person_gave() -> None:
    contact = create_contact(
        actor=None, given_name="Eva", source=Source.SELF, postal_addresses=[HOME]
    )

    changed = update_contact(
        contact=contact, actor=None, source=Source.API, yields=True, postal_addresses=[WORK]
    )

    assert changed.kept_fields == ("postal_addresses",)
    assert held(contact) == [("Oudegracht 1", "Utrecht", True), ("Kade 2", "Gouda", False)]
    assert place(contact) == ("Utrecht", "NL")
    again = update_contact(
        contact=contact, actor=None, source=Source.API, yields=True, postal_addresses=[HOME, WORK]
    )
    assert again.kept_fields == ()


def test_an_address_is_found_right_like_any_field() -> None:
    day = date(2024, 1, 1)
    contact = ContactFactory(city="Gouda")
    PostalAddressFactory(contact=contact, source="import", confirmed_on=day, postcode="2801 AA")
    (fact,) = reach_facts_of(reach_of(contact))
    assert (fact.name, fact.said.source, fact.said.on, fact.said.is_old) == (
        *("postal_addresses", "import", day),
        True,
    )
    assert fact.value.endswith(", 2801 AA Gouda")

    confirm_fields(contact=contact, actor=None, fields=["postal_addresses"])

    assert told(contact) == [("Gouda", False, "import", timezone.localdate())]
    assert AuditEntry.objects.latest("pk").details["fields"] == ["postal_addresses"]
