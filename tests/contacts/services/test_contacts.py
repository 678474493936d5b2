import threading
from collections.abc import Callable

import pytest
from django.db import connection

from contacts.choices import Source
from contacts.models import Contact, EmailAddress, Tag
from contacts.services.addresses import EmailEntry, ExternalIdEntry, ExternalIdTaken, ProfileEntry
from contacts.services.contacts import (
    ContactClosed,
    EditConflict,
    NameMissing,
    archive_contact,
    create_contact,
    refresh_derived_columns,
    restore_contact,
    update_contact,
)
from core.models import AuditEntry, Change
from tests.factories import (
    ContactFactory,
    EmailAddressFactory,
    ExternalIdFactory,
    OrgUnitFactory,
    PhoneNumberFactory,
    TagFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def emails_of(contact: Contact) -> list[tuple[str, str, bool]]:
    return list(
        contact.email_addresses.order_by("pk").values_list("address", "label", "is_primary")
    )


def test_create_contact_keeps_all_that_was_given() -> None:
    actor, unit = UserFactory(), OrgUnitFactory()

    made = create_contact(
        actor=actor,
        given_name=" Saskia ",
        infix="van der",
        family_name="Vos",
        unit=unit,
        emails=["saskia@example.org", EmailEntry("S.Vos@work.example", "work", True)],
        phones=["06 1234 5678", "+31 6 12345678", "extension 12"],
        profiles=[ProfileEntry("linkedin", "https://www.linkedin.com/in/saskia")],
        external_ids=[ExternalIdEntry("hris", "42")],
        tags=["Java", "java", "  "],
    )

    contact = Contact.objects.get(pk=made.pk)
    assert (contact.given_name, contact.full_name) == ("Saskia", "Saskia van der Vos")
    assert (contact.unit, contact.source) == (unit, Source.MANUAL)
    assert contact.sort_key == "vos, van der, saskia"
    assert emails_of(contact) == [
        ("saskia@example.org", "other", False),
        ("S.Vos@work.example", "work", True),
    ]
    assert list(contact.phone_numbers.order_by("pk").values_list("number", "is_primary")) == [
        ("+31612345678", True),
        ("extension 12", False),
    ]
    assert contact.social_profiles.get().network == "linkedin"
    assert (contact.external_ids.get().system, contact.external_ids.get().value) == ("hris", "42")
    assert list(contact.tags.values_list("name", flat=True)) == ["Java"]


def test_create_contact_records_who_did_it_and_tells_it_without_personal_values() -> None:
    actor = UserFactory()

    contact = create_contact(actor=actor, given_name="Ada", source=Source.API)

    assert list(AuditEntry.objects.values_list("actor", "action", "target_id", "details")) == [
        (actor.pk, "contacts.created", contact.pk, {"source": "api"})
    ]
    assert list(Change.objects.values_list("event", "payload")) == [
        (
            "contacts.ContactCreated",
            {"contact_id": contact.pk, "actor_id": actor.pk, "source": "api"},
        )
    ]


@pytest.mark.parametrize("fields", [{}, {"given_name": "  ", "headline": "Engineer"}])
def test_create_contact_refuses_someone_without_a_name(fields: dict[str, str]) -> None:
    with pytest.raises(NameMissing):
        create_contact(actor=None, **fields)
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        "saskia",
        "VOS",
        "vos van der",
        "s.vos@work",
        "0612345678",
        "06 1234 5678",
        "(06) 12-345",
        "0031 6123",
    ],
)
def test_a_person_is_found_by_name_address_and_phone(words: str) -> None:
    contact = create_contact(
        actor=None,
        given_name="Saskia",
        infix="van der",
        family_name="Vos",
        emails=["S.Vos@work.example"],
        phones=["06-12345678"],
    )
    create_contact(actor=None, given_name="Piet", family_name="de Boer", phones=["06-87654321"])

    assert list(Contact.objects.search(words)) == [contact]


def test_external_id_of_somebody_else_is_refused() -> None:
    taken = ExternalIdFactory(system="hris", value="42")

    with pytest.raises(ExternalIdTaken, match="42 in hris"):
        create_contact(actor=None, given_name="Ada", external_ids=[ExternalIdEntry("hris", "42")])

    assert list(Contact.objects.all()) == [taken.contact]


def test_update_contact_writes_what_is_named_and_leaves_the_rest() -> None:
    actor = UserFactory()
    contact = ContactFactory(family_name="Vos", city="Gouda", email="ada@example.org")

    changed = update_contact(contact=contact, actor=actor, city="Utrecht", family_name="Vos")

    assert (changed.city, changed.family_name) == ("Utrecht", "Vos")
    assert emails_of(changed) == [("ada@example.org", "other", True)]
    assert "utrecht" in Contact.objects.get(pk=contact.pk).search_text
    assert list(Contact.objects.search("ada@example.org utrecht")) == [contact]
    assert [(e.action, e.details) for e in AuditEntry.objects.all()] == [
        ("contacts.updated", {"fields": ["city"]})
    ]
    assert Change.objects.get().payload == {
        "contact_id": contact.pk,
        "actor_id": actor.pk,
        "fields": ["city"],
        "source": "manual",
    }


def test_update_contact_that_changes_nothing_leaves_no_trace() -> None:
    tag = TagFactory(name="Java")
    contact = ContactFactory(family_name="Vos", email="ada@example.org")
    contact.tags.add(tag)
    was = contact.updated_at

    update_contact(
        contact=contact,
        actor=None,
        family_name="Vos ",
        emails=["ADA@example.org".replace("ADA", "ada")],
        phones=[],
        tags=["java"],
    )

    assert Contact.objects.get(pk=contact.pk).updated_at == was
    assert not AuditEntry.objects.exists()
    assert not Change.objects.exists()


def test_update_contact_replaces_addresses_and_moves_the_primary() -> None:
    contact = ContactFactory(email="old@example.org")
    kept = EmailAddressFactory(contact=contact, address="kept@example.org")
    PhoneNumberFactory(contact=contact, number="+31612345678")

    update_contact(
        contact=contact,
        actor=None,
        emails=[EmailEntry("new@example.org"), EmailEntry("Kept@example.org", "work", True)],
    )

    assert emails_of(contact) == [
        ("Kept@example.org", "work", True),
        ("new@example.org", "other", False),
    ]
    assert EmailAddress.objects.get(address="Kept@example.org").pk == kept.pk
    assert contact.phone_numbers.count() == 1
    assert not Contact.objects.search("old@example.org").exists()
    assert list(Contact.objects.search("new@example.org 0612345678")) == [contact]


def test_update_contact_can_swap_which_of_two_is_primary() -> None:
    contact = create_contact(
        actor=None, given_name="Ada", emails=["a@example.org", "b@example.org"]
    )

    update_contact(
        contact=contact,
        actor=None,
        emails=[EmailEntry("a@example.org"), EmailEntry("b@example.org", is_primary=True)],
    )

    assert emails_of(contact) == [
        ("a@example.org", "other", False),
        ("b@example.org", "other", True),
    ]


def test_update_contact_refuses_when_somebody_else_saved_first_and_carries_both() -> None:
    contact = ContactFactory(city="Gouda", headline="Engineer", email="ada@example.org")
    seen = contact.updated_at
    update_contact(contact=contact, actor=None, city="Utrecht", emails=["ada@work.example"])

    with pytest.raises(EditConflict) as refusal:
        update_contact(
            contact=contact,
            actor=None,
            expected_updated_at=seen,
            city="Delft",
            headline="Engineer",
            emails=["ada@example.org"],
        )

    now = Contact.objects.get(pk=contact.pk)
    assert refusal.value.differences == {
        "city": ("Utrecht", "Delft"),
        "emails": (
            [EmailEntry("ada@work.example", "other", True)],
            [EmailEntry("ada@example.org", "other", True)],
        ),
    }
    assert (refusal.value.code, refusal.value.updated_at) == ("edit_conflict", now.updated_at)
    assert now.city == "Utrecht"

    update_contact(
        contact=contact, actor=None, expected_updated_at=refusal.value.updated_at, city="Delft"
    )
    assert Contact.objects.get(pk=contact.pk).city == "Delft"


def test_update_contact_lets_two_who_wrote_the_same_both_save() -> None:
    contact = ContactFactory(city="Gouda")
    seen = contact.updated_at
    update_contact(contact=contact, actor=None, city="Utrecht")

    update_contact(contact=contact, actor=None, expected_updated_at=seen, city="Utrecht")

    assert Contact.objects.get(pk=contact.pk).city == "Utrecht"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_refused() -> None:
    contact = ContactFactory(city="Gouda")
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def save(city: str) -> None:
        start.wait()
        try:
            update_contact(
                contact=contact, actor=None, expected_updated_at=contact.updated_at, city=city
            )
            outcomes.append("saved")
        except EditConflict:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[city]) for city in ("Utrecht", "Delft")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused", "saved"]


def test_update_contact_writes_nothing_to_a_duplicate_that_was_merged() -> None:
    survivor = ContactFactory()
    duplicate = ContactFactory(merged_into=survivor, city="Gouda")

    with pytest.raises(ContactClosed):
        update_contact(contact=duplicate, actor=None, city="Utrecht")

    assert Contact.objects.get(pk=duplicate.pk).city == "Gouda"


def test_update_contact_refuses_a_field_that_is_not_for_writing() -> None:
    with pytest.raises(TypeError, match="erased_at"):
        update_contact(contact=ContactFactory(), actor=None, erased_at=None)


def test_archive_contact_and_restore_contact_undo_one_another() -> None:
    actor, contact = UserFactory(), ContactFactory()

    archive_contact(contact=contact, actor=actor)
    archive_contact(contact=contact, actor=actor)
    assert not Contact.objects.active().exists()

    restore_contact(contact=contact, actor=actor)
    assert list(Contact.objects.active()) == [contact]
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "contacts.archived",
        "contacts.restored",
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_refresh_derived_columns_takes_as_many_queries_for_three_as_for_one(
    count: int, django_assert_num_queries: Callable[..., object]
) -> None:
    people = ContactFactory.create_batch(count, given_name="Ada")
    for person in people:
        EmailAddressFactory(contact=person, address=f"ada{person.pk}@example.org")
    Contact.objects.update(search_text="", given_name="Zoë")

    # People, their e-mail addresses, one update.
    with django_assert_num_queries(3):
        refresh_derived_columns(contact_ids=[person.pk for person in people])

    for person in people:
        now = Contact.objects.get(pk=person.pk)
        assert now.search_text == (
            f"1zoe 1{now.family_name.lower()} 2ada{person.pk} 2example 2exampleorg"
        )
        assert now.updated_at == person.updated_at


def test_tags_of_different_spelling_are_one() -> None:
    TagFactory(name="Python")

    contact = create_contact(actor=None, given_name="Ada", tags=["PYTHON", "  Open  source "])

    assert sorted(contact.tags.values_list("name", flat=True)) == ["Open source", "Python"]
    assert Tag.objects.count() == 2
