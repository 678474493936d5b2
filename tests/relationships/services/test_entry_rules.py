"""What a stage asks for before somebody comes to it: whom each rule lets by, and whom not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Contact
from core.models import AuditEntry
from relationships.models import Relationship, Stage, StageTransition
from relationships.services.beginnings import Beginning
from relationships.services.lifecycle import (
    EntryRefused,
    begin_relationship,
    begin_relationships,
    move_all_to_stage,
    move_to_stage,
)
from relationships.services.stage_order import StageRefused
from relationships.services.stages import set_entry_rules
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    EngagementFactory,
    InteractionFactory,
    PhoneNumberFactory,
    RelationshipFactory,
    UserFactory,
    stage,
)

pytestmark = pytest.mark.django_db


def ask(*rules: tuple[str, str], key: str = "in-contact") -> Stage:
    return set_entry_rules(stage=stage("prospect", key), actor=UserFactory(), rules=rules)


def ago(days: int) -> Any:
    return timezone.now() - timedelta(days=days)


def with_phone(contact: Contact) -> None:
    PhoneNumberFactory(contact=contact)


def with_city(contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(city="Gouda")


def with_own_field(contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(custom_values={"shirt": "L"})


def with_note_before(contact: Contact) -> None:
    noted = InteractionFactory(contact=contact, channel="note", direction="internal")
    type(noted).objects.filter(pk=noted.pk).update(created_at=ago(30))


def with_automated_mail(contact: Contact) -> None:
    InteractionFactory(contact=contact, is_automated=True)


def with_our_mail(contact: Contact) -> None:
    InteractionFactory(contact=contact, direction="outbound")


CASES: list[tuple[str, str, Callable[[Contact], Any], bool]] = [
    ("field", "phones", with_phone, True),
    ("field", "phones", lambda contact: None, False),
    ("field", "city", with_city, True),
    ("field", "city", with_phone, False),
    ("consent", "careers", lambda one: ConsentFactory(contact=one, purpose="careers"), True),
    ("consent", "careers", lambda one: ConsentFactory(contact=one, purpose="events"), False),
    (
        *("consent", "careers"),
        lambda one: [
            ConsentFactory(contact=one, purpose="careers", decided_at=ago(2)),
            ConsentFactory(contact=one, purpose="careers", decision="withdrawn"),
        ],
        False,
    ),
    ("engagement", "any", lambda one: EngagementFactory(contact=one), True),
    ("engagement", "assignment", lambda one: EngagementFactory(contact=one), False),
    (
        *("engagement", "any"),
        lambda one: EngagementFactory(contact=one, ends_on=ago(3).date()),
        False,
    ),
    ("spoken", "30", lambda one: InteractionFactory(contact=one), True),
    ("spoken", "30", lambda one: InteractionFactory(contact=one, happened_at=ago(40)), False),
    ("spoken", "0", lambda one: InteractionFactory(contact=one, happened_at=ago(4000)), True),
    ("spoken", "0", with_automated_mail, False),
    ("spoken", "0", with_our_mail, False),
    ("note", "yes", lambda one: InteractionFactory(contact=one, channel="note"), True),
    ("note", "yes", with_note_before, False),
]


@pytest.mark.parametrize(("rule", "value", "prepare", "is_met"), CASES)
def test_a_rule_lets_by_whom_it_should(
    rule: str, value: str, prepare: Callable[[Contact], Any], is_met: bool
) -> None:
    there = ask((rule, value))
    row = RelationshipFactory()
    prepare(row.contact)

    if is_met:
        move_to_stage(relationship=row, to_stage=there, actor=None)
        assert Relationship.objects.get(pk=row.pk).stage == there
        return
    with pytest.raises(EntryRefused) as refusal:
        move_to_stage(relationship=row, to_stage=there, actor=None)
    assert refusal.value.code == "entry_rule_unmet"
    assert str(refusal.value).startswith("Before “In contact” there must be: ")
    assert not StageTransition.objects.exists()


def test_the_refusal_names_all_that_is_lacking_and_no_more() -> None:
    there = ask(("owner", "yes"), ("field", "phones"), ("consent", "careers"))
    row = RelationshipFactory(owner=None)
    PhoneNumberFactory(contact=row.contact)

    with pytest.raises(EntryRefused) as refusal:
        move_to_stage(relationship=row, to_stage=there, actor=None)

    assert str(refusal.value) == (
        "Before “In contact” there must be: an owner and consent for “Jobs and assignments”."
    )


def test_of_many_each_is_asked_for_itself_in_one_query_a_rule(
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    there = ask(("owner", "yes"), ("field", "phones"))
    rows = RelationshipFactory.create_batch(3)
    for row in rows[:2]:
        PhoneNumberFactory(contact=row.contact)
    Relationship.objects.filter(pk=rows[1].pk).update(owner=None)

    moves = move_all_to_stage(relationships=rows, to_stage=there, actor=None)

    assert [one.relationship.pk for one in moves.made] == [rows[0].pk]
    assert {row.pk: str(why) for row, why in moves.refused} == {
        rows[1].pk: "Before “In contact” there must be: an owner.",
        rows[2].pk: "Before “In contact” there must be: phone numbers.",
    }


def test_beginning_at_a_stage_is_coming_to_it_but_an_import_writes_what_was() -> None:
    ask(("owner", "yes"), key="identified")
    contact = ContactFactory()

    with pytest.raises(EntryRefused):
        begin_relationship(contact=contact, kind="prospect", actor=None)
    assert not Relationship.objects.exists()

    begin_relationships(beginnings=[Beginning(contact_id=contact.pk, kind="prospect")], actor=None)
    assert Relationship.objects.count() == 1


def test_a_rule_that_nobody_knows_any_more_locks_nobody_out() -> None:
    there = stage("prospect", "in-contact")
    there.entry_rules = [{"rule": "gone", "value": "x"}, {"rule": "field", "value": "custom:gone"}]
    there.save()
    row = RelationshipFactory()

    move_to_stage(relationship=row, to_stage=there, actor=None)

    assert Relationship.objects.get(pk=row.pk).stage == there


def test_only_what_can_be_asked_for_is_kept() -> None:
    there = stage("prospect", "in-contact")
    with pytest.raises(StageRefused):
        set_entry_rules(stage=there, actor=UserFactory(), rules=[("consent", "nonsense")])
    ask(("owner", "yes"), ("owner", "yes"))

    assert stage("prospect", "in-contact").entry_rules == [{"rule": "owner", "value": "yes"}]
    assert AuditEntry.objects.get().details == {
        "before": [],
        "rules": [{"rule": "owner", "value": "yes"}],
    }
