import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.models import Enrolment
from contacts.choices import Purpose
from contacts.models import Consent, Contact, EmailAddress, MergeRecord
from contacts.services.addresses import EmailEntry
from contacts.services.contacts import update_contact
from contacts.services.merging import MergeRefused, UndoRefused, merge_contacts, undo_merge
from core import merging
from core.models import AuditEntry, Change
from relationships.models import HealthMark, Relationship, StageTransition
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    EmailAddressFactory,
    PhoneNumberFactory,
    RelationshipFactory,
    TagFactory,
    UserFactory,
)
from tests.support.lives import World, full_life

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATER = datetime(2027, 5, 1, 12, tzinfo=UTC)


def snapshot(*people: Contact) -> dict[str, list[str]]:
    """Every row of every table that refers to those people, and what hangs on it, to the byte.

    But for what the timeline tells of the merge itself: that it was, and was undone, stays told;
    and for who waits to be reckoned anew.
    """
    tables = {
        relation.related_model._meta.db_table: relation.related_model
        for relation in merging._relations(Contact)
    }
    tables |= {model._meta.db_table: model for model in (Contact, StageTransition)}
    tables.pop(MergeRecord._meta.db_table)
    tables.pop(HealthMark._meta.db_table)
    rows = {}
    for table in tables:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT to_jsonb(held)::text FROM "{table}" AS held ORDER BY 1')
            found = [row[0] for row in cursor.fetchall()]
            rows[table] = [row for row in found if '"verb": "contacts.' not in row]
    return rows


def merge(survivor: Contact, duplicate: Contact, **choices: str) -> MergeRecord:
    return merge_contacts(survivor=survivor, duplicate=duplicate, actor=None, choices=choices)


def last_word(contact: Contact, purpose: str = "network") -> tuple[str, datetime | None]:
    word = Consent.objects.last_words().get(contact=contact, purpose=purpose)
    return word.decision, word.expires_at


def test_merge_then_undo_restores_every_byte_of_both() -> None:
    world = World.made()
    survivor, duplicate = full_life(world, "survivor"), full_life(world, "duplicate")
    ConsentFactory(contact=duplicate, withdrawn=True)
    before = snapshot(survivor, duplicate)

    record = merge(survivor, duplicate)
    during = snapshot(survivor, duplicate)
    undo_merge(record=record, actor=None)

    assert during != before
    assert snapshot(survivor, duplicate) == before


def test_merge_leaves_nothing_on_the_duplicate() -> None:
    world = World.made()
    survivor, duplicate = full_life(world, "survivor"), full_life(world, "duplicate")

    merge(survivor, duplicate)

    left = {
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in merging._relations(Contact)
        if relation.related_model._base_manager.filter(
            **{relation.field.name: duplicate.pk}
        ).exists()
    }
    assert left == {
        "contacts.Contact.merged_into",
        "contacts.MergeRecord.survivor",
        "contacts.MergeRecord.duplicate",
    }


def test_merge_keeps_one_of_what_both_had_and_all_of_what_one_had() -> None:
    survivor = ContactFactory(email="a@example.org")
    duplicate = ContactFactory(email="b@example.org")
    EmailAddressFactory(contact=duplicate, address="A@Example.org", bounced_at=NOW)
    PhoneNumberFactory(contact=duplicate, number="+31612345678", is_primary=True)
    shared, own = TagFactory(), TagFactory()
    survivor.tags.set([shared])
    duplicate.tags.set([shared, own])

    merge(survivor, duplicate)

    assert list(
        survivor.email_addresses.order_by("pk").values_list("address", "is_primary", "bounced_at")
    ) == [("a@example.org", True, NOW), ("b@example.org", False, None)]
    assert survivor.phone_numbers.get().is_primary
    assert set(survivor.tags.all()) == {shared, own}
    assert list(Contact.objects.search("b@example.org")) == [survivor, duplicate]
    assert list(Contact.objects.active().search("0612345678")) == [survivor]


def test_merge_takes_what_was_chosen_and_fills_what_was_empty() -> None:
    survivor = ContactFactory(
        given_name="Jan", family_name="Vos", city="Gouda", headline="", note="One"
    )
    duplicate = ContactFactory(
        given_name="Johannes",
        infix="de",
        family_name="Vos",
        city="Utrecht",
        headline="Nurse",
        note="Two",
        do_not_contact=True,
        language="en",
    )

    merge(survivor, duplicate, name="duplicate", city="duplicate")

    now = Contact.objects.get(pk=survivor.pk)
    assert (now.full_name, now.sort_key) == ("Johannes de Vos", "vos, de, johannes")
    assert (now.city, now.headline, now.language) == ("Utrecht", "Nurse", "nl")
    assert now.note == "One\n\nTwo"
    assert now.do_not_contact


def test_merge_refuses_a_choice_that_does_not_exist() -> None:
    with pytest.raises(TypeError):
        merge(ContactFactory(), ContactFactory(), erased_at="duplicate")


@pytest.mark.parametrize("is_withdrawn_by_survivor", [True, False])
def test_of_two_last_words_the_more_restrictive_counts(is_withdrawn_by_survivor: bool) -> None:
    survivor, duplicate = ContactFactory(), ContactFactory()
    withdrew, gave = (survivor, duplicate) if is_withdrawn_by_survivor else (duplicate, survivor)
    ConsentFactory(contact=withdrew, withdrawn=True)
    ConsentFactory(contact=gave)
    ConsentFactory(contact=gave, purpose="events")

    record = merge(survivor, duplicate)

    assert last_word(survivor) == ("withdrawn", None)
    assert last_word(survivor, "events") == ("given", None)
    undo_merge(record=record, actor=None)
    assert last_word(gave) == ("given", None)
    assert last_word(withdrew) == ("withdrawn", None)
    assert Consent.objects.count() == 3


def test_of_two_consents_the_one_that_ends_first_counts() -> None:
    survivor, duplicate = ContactFactory(), ContactFactory()
    ConsentFactory(contact=survivor, expires_at=NOW)
    ConsentFactory(contact=duplicate, expires_at=LATER)
    ConsentFactory(contact=duplicate)

    merge(survivor, duplicate)

    assert last_word(survivor) == ("given", NOW)


def test_of_two_open_relationships_of_a_kind_one_goes_on_with_both_histories() -> None:
    survivor, duplicate = ContactFactory(), ContactFactory()
    kept = RelationshipFactory(contact=survivor, started_on=LATER.date())
    gone = RelationshipFactory(contact=duplicate, started_on=NOW.date(), at="interested")
    other = RelationshipFactory(contact=duplicate, kind="freelancer")
    StageTransition.objects.create(relationship=gone, to_stage=gone.stage, moved_at=NOW)

    merge(survivor, duplicate)

    assert set(survivor.relationships.all()) == {kept, other}
    now = Relationship.objects.get(pk=kept.pk)
    assert (now.started_on, now.stage) == (NOW.date(), kept.stage)
    assert now.transitions.count() == 1


def test_of_two_enrolments_on_the_way_one_goes_on() -> None:
    world = World.made()
    survivor, duplicate = full_life(world, "survivor"), full_life(world, "duplicate")

    merge(survivor, duplicate)

    states = Enrolment.objects.filter(contact=survivor).order_by("entry_number")
    assert list(states.values_list("entry_number", "state")) == [(1, "active"), (2, "stopped")]


def test_undo_leaves_what_was_changed_since_as_it_is() -> None:
    survivor = ContactFactory(city="", headline="Nurse", email="a@example.org")
    duplicate = ContactFactory(city="Gouda", email="b@example.org")
    record = merge(survivor, duplicate)
    update_contact(
        contact=survivor,
        actor=None,
        headline="Head nurse",
        emails=[
            EmailEntry("a@example.org"),
            EmailEntry("b@example.org", is_primary=True),
            EmailEntry("new@example.org"),
        ],
    )

    undo_merge(record=record, actor=None)

    now = Contact.objects.get(pk=survivor.pk)
    assert (now.city, now.headline) == ("", "Head nurse")
    assert list(survivor.email_addresses.order_by("pk").values_list("address", "is_primary")) == [
        ("a@example.org", True),
        ("new@example.org", False),
    ]
    assert duplicate.email_addresses.get().is_primary
    assert list(Contact.objects.search("b@example.org")) == [duplicate]
    assert list(Contact.objects.search("new@example.org")) == [survivor]


def test_undo_gives_back_an_address_that_became_the_first_of_several() -> None:
    survivor = ContactFactory(email="a@example.org")
    duplicate = ContactFactory(email="b@example.org")
    EmailAddressFactory(contact=duplicate, address="c@example.org")
    record = merge(survivor, duplicate)
    EmailAddress.objects.filter(address="a@example.org").update(is_primary=False)
    EmailAddress.objects.filter(address="c@example.org").update(is_primary=True)

    undo_merge(record=record, actor=None)

    assert survivor.email_addresses.get().is_primary
    assert list(duplicate.email_addresses.order_by("pk").values_list("address", "is_primary")) == [
        ("b@example.org", True),
        ("c@example.org", False),
    ]


def test_merge_and_undo_are_recorded_and_told() -> None:
    actor, survivor, duplicate = UserFactory(), ContactFactory(), ContactFactory()

    record = merge_contacts(survivor=survivor, duplicate=duplicate, actor=actor)
    undo_merge(record=record, actor=actor)

    told = {"survivor_id": survivor.pk, "duplicate_id": duplicate.pk, "actor_id": actor.pk}
    assert list(Change.objects.order_by("pk").values_list("event", "payload")) == [
        ("contacts.ContactsMerged", told),
        ("contacts.ContactsParted", told),
    ]
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "target_id")) == [
        ("contacts.merged", survivor.pk),
        ("contacts.parted", survivor.pk),
    ]
    record.refresh_from_db()
    assert record.undone_by == actor


def test_merge_refuses_one_person_and_who_was_merged_or_erased() -> None:
    survivor, merged = ContactFactory(), ContactFactory()
    merge(survivor, merged)
    erased = ContactFactory(erased_at=NOW)

    for one, other in (
        (survivor, survivor),
        (survivor, merged),
        (merged, survivor),
        (survivor, erased),
    ):
        with pytest.raises(MergeRefused):
            merge(one, other)


def test_merges_are_undone_in_the_opposite_order() -> None:
    first, second, third = ContactFactory(), ContactFactory(), ContactFactory()
    inner = merge(second, third)
    outer = merge(first, second)

    with pytest.raises(UndoRefused):
        undo_merge(record=inner, actor=None)
    undo_merge(record=outer, actor=None)
    undo_merge(record=inner, actor=None)
    with pytest.raises(UndoRefused):
        undo_merge(record=inner, actor=None)

    assert set(Contact.objects.active()) == {first, second, third}


def test_the_journal_is_plain_json() -> None:
    world = World.made()
    survivor, duplicate = full_life(world, "survivor"), full_life(world, "duplicate")

    record = merge(survivor, duplicate)

    assert json.loads(json.dumps(record.moved)) == record.moved


# Chains, and how long ----------------------------------------------------------------------------


def test_of_a_chain_the_refusal_names_what_to_undo_first() -> None:
    anna, bram, cees = (ContactFactory(given_name=name) for name in ("Anna", "Bram", "Cees"))
    inner = merge(anna, bram)
    merge(cees, anna)

    with pytest.raises(UndoRefused) as refusal:
        undo_merge(record=inner, actor=None)

    assert str(refusal.value) == (
        f"First undo the merge of {anna.full_name} into {cees.full_name}, which came later."
    )


def test_of_two_merges_into_one_the_later_is_undone_first() -> None:
    anna, bram, cees = (ContactFactory(given_name=name) for name in ("Anna", "Bram", "Cees"))
    first = merge(anna, bram)
    second = merge(anna, cees)

    with pytest.raises(UndoRefused, match="First undo the merge of Cees"):
        undo_merge(record=first, actor=None)
    undo_merge(record=second, actor=None)
    undo_merge(record=first, actor=None)

    assert Contact.objects.active().count() == 3


def test_a_chain_that_is_undone_restores_every_byte_of_all_three() -> None:
    world = World.made()
    first, second, third = (full_life(world, mark) for mark in ("survivor", "duplicate", "third"))
    before = snapshot(first, second, third)

    inner = merge(first, second)
    between = snapshot(first, second, third)
    outer = merge(third, first)
    undo_merge(record=outer, actor=None)
    assert snapshot(first, second, third) == between
    undo_merge(record=inner, actor=None)

    assert snapshot(first, second, third) == before


def test_after_thirty_days_a_merge_stands() -> None:
    record = merge(ContactFactory(), ContactFactory())
    MergeRecord.objects.filter(pk=record.pk).update(
        created_at=timezone.now() - MergeRecord.UNDONE_FOR
    )

    with pytest.raises(UndoRefused, match="30 days"):
        undo_merge(record=record, actor=None)


# Fields of one's own, and whose word they are -----------------------------------------------------


def test_values_of_both_are_kept_with_whose_word_they_are() -> None:
    survivor = ContactFactory(
        city="Gouda",
        headline="",
        custom_values={"shirt": "M", "diet": ["vegan"]},
        field_sources={"city": ["import", "2026-01-02", "a.csv"]},
    )
    duplicate = ContactFactory(
        city="Delft",
        headline="Nurse",
        custom_values={"shirt": "L", "diet": ["halal", "vegan"], "born": "1980-01-02"},
        field_sources={
            "city": ["self", "2026-03-04", ""],
            "headline": ["api", "2026-02-03", "ATS"],
            "custom_shirt": ["self", "2026-03-04", ""],
        },
    )

    merge(survivor, duplicate, city="duplicate", custom_shirt="duplicate")

    now = Contact.objects.get(pk=survivor.pk)
    came = timezone.localtime(duplicate.created_at).date().isoformat()
    assert now.custom_values == {"shirt": "L", "diet": ["vegan", "halal"], "born": "1980-01-02"}
    assert now.field_sources == {
        "city": ["self", "2026-03-04", ""],
        "headline": ["api", "2026-02-03", "ATS"],
        "custom_shirt": ["self", "2026-03-04", ""],
        "custom_born": [duplicate.source, came, ""],
    }


def test_undo_leaves_the_one_value_that_was_changed_since_and_takes_the_others_back() -> None:
    survivor = ContactFactory(custom_values={"shirt": "M"})
    duplicate = ContactFactory(custom_values={"born": "1980-01-02", "shoe": "40"})
    record = merge(survivor, duplicate)
    Contact.objects.filter(pk=survivor.pk).update(
        custom_values={"shirt": "S", "born": "1980-01-02", "shoe": "40", "new": "x"}
    )

    undo_merge(record=record, actor=None)

    assert Contact.objects.get(pk=survivor.pk).custom_values == {"shirt": "S", "new": "x"}
    assert Contact.objects.get(pk=duplicate.pk).custom_values == {
        "born": "1980-01-02",
        "shoe": "40",
    }


# Consent ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", Purpose.values)
@pytest.mark.parametrize(
    ("mine", "theirs", "result"),
    [
        ("given", "withdrawn", "withdrawn"),
        ("withdrawn", "given", "withdrawn"),
        ("withdrawn", "withdrawn", "withdrawn"),
        ("given", "given", "given"),
        (None, "given", "given"),
        (None, "withdrawn", "withdrawn"),
        ("withdrawn", None, "withdrawn"),
    ],
)
def test_for_each_purpose_the_stricter_word_counts(
    purpose: str, mine: str | None, theirs: str | None, result: str
) -> None:
    survivor, duplicate = ContactFactory(), ContactFactory()
    for contact, decision in ((duplicate, theirs), (survivor, mine)):
        if decision:
            ConsentFactory(contact=contact, purpose=purpose, decision=decision)

    merge(survivor, duplicate)

    assert last_word(survivor, purpose)[0] == result
    assert Consent.objects.in_force(timezone.now()).filter(contact=survivor).exists() == (
        result == "given"
    )
