import pytest

from contacts.models import CustomField
from contacts.services.custom_fields import (
    ChoiceEntry,
    FieldRefused,
    change_field,
    create_field,
    move_field,
    restore_field,
    retire_field,
)
from core.models import AuditEntry
from tests.factories import ContactFactory, CustomFieldFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_key_comes_from_the_label_and_stays() -> None:
    actor = UserFactory()
    field = create_field(actor=actor, type="text", label_en="Shirt size (EU)", label_nl="Maat")
    assert field.key == "shirt_size_eu"

    renamed = change_field(field=field, actor=actor, label_en="Size")

    assert (renamed.key, renamed.label_en, renamed.label_nl) == ("shirt_size_eu", "Size", "Maat")
    acts = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["contacts.field_made", "contacts.field_changed"]


@pytest.mark.parametrize(
    ("label", "key"),
    [("Ça va?", "ca_va"), ("__a--b", "a_b"), ("名前", "field"), ("x" * 60, "x" * 40)],
)
def test_any_label_makes_a_key(label: str, key: str) -> None:
    assert create_field(actor=None, type="text", label_en=label).key == key


def test_a_key_that_is_taken_gets_a_number() -> None:
    CustomFieldFactory(key="size", label_en="Old size")
    assert create_field(actor=None, type="text", label_en="Size").key == "size_2"


def test_two_fields_in_use_have_two_names() -> None:
    first = create_field(actor=None, type="text", label_en="Size", label_nl="Maat")
    with pytest.raises(FieldRefused):
        create_field(actor=None, type="text", label_en="maat")
    retire_field(field=first, actor=None)
    assert create_field(actor=None, type="text", label_en="Size").key == "size_2"


def test_a_field_needs_a_label_and_a_list_something_to_choose() -> None:
    with pytest.raises(FieldRefused):
        create_field(actor=None, type="text", help_en="No name")
    with pytest.raises(FieldRefused):
        create_field(actor=None, type="choice", label_en="Size")
    assert CustomField.objects.count() == 0


def test_choices_are_renamed_and_retired_without_losing_values() -> None:
    field = create_field(
        actor=None,
        type="choice",
        label_en="Size",
        choices=[ChoiceEntry(en="Small", nl="Klein"), ChoiceEntry(en="Large")],
    )
    contact = ContactFactory(custom_values={"size": "small"})

    changed = change_field(
        field=field,
        actor=None,
        choices=[ChoiceEntry(key="large", en="Very large"), ChoiceEntry(en="Small!")],
    )

    assert changed.choices == [
        {"key": "large", "en": "Very large", "nl": "", "retired": False},
        {"key": "small_2", "en": "Small!", "nl": "", "retired": False},
        {"key": "small", "en": "Small", "nl": "Klein", "retired": True},
    ]
    assert changed.offered == [("large", "Very large"), ("small_2", "Small!")]
    assert changed.offered_beside(["small"])[-1] == ("small", "Small")
    contact.refresh_from_db()
    assert contact.custom_values == {"size": "small"}


def test_two_choices_have_two_names() -> None:
    entries = [ChoiceEntry(en="Small"), ChoiceEntry(en="small")]
    with pytest.raises(FieldRefused):
        create_field(actor=None, type="choice", label_en="Size", choices=entries)


def test_a_retired_field_comes_back_with_its_values() -> None:
    field = CustomFieldFactory(key="size")
    contact = ContactFactory(custom_values={"size": "L"})

    retire_field(field=field, actor=None)
    retire_field(field=field, actor=None)
    contact.refresh_from_db()
    assert contact.custom_values == {"size": "L"}
    assert CustomField.objects.active().count() == 0

    restore_field(field=field, actor=None)
    assert CustomField.objects.active().get().key == "size"
    acts = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["contacts.field_retired", "contacts.field_restored"]


def test_fields_change_places() -> None:
    keys = [CustomFieldFactory().key for _ in range(3)]
    last = CustomField.objects.get(key=keys[2])

    move_field(field=last, by=-1, actor=None)
    move_field(field=last, by=1, actor=None)
    move_field(field=last, by=1, actor=None)  # at the end already
    move_field(field=CustomField.objects.get(key=keys[0]), by=1, actor=None)

    in_order = CustomField.objects.in_order().values_list("key", flat=True)
    assert list(in_order) == [keys[1], keys[0], keys[2]]
