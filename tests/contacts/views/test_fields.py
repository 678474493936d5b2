from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact, CustomField
from contacts.services.contacts import update_contact
from tests.contacts.views.test_editing import filled
from tests.factories import ContactFactory, CustomFieldFactory, UserFactory

pytestmark = pytest.mark.django_db


def made(**fields: Any) -> dict[str, Any]:
    data = {"choices-TOTAL_FORMS": "1", "choices-INITIAL_FORMS": "0", "type": "text"}
    privacy = {"is_personal": "on", "basis": "legitimate_interest", "on_erasure": "anonymise"}
    return {**data, **privacy, "label_en": "Shirt size", **fields}


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(UserFactory(role="hr-manager"))
    return client


def test_a_list_is_made_in_the_browser(manager: Client) -> None:
    choices = {
        "choices-TOTAL_FORMS": "3",
        "choices-0-en": "Small",
        "choices-0-nl": "Klein",
        "choices-1-en": "",
        "choices-2-en": "Large",
    }
    response = manager.post(
        reverse("contacts:new_field"), made(type="choice", label_nl="Maat", **choices)
    )

    assert response["Location"] == reverse("contacts:fields")
    field = CustomField.objects.get()
    assert (field.key, field.type, field.label_nl) == ("shirt_size", "choice", "Maat")
    assert [one["key"] for one in field.choices] == ["small", "large"]
    assert (field.is_personal, field.basis, field.on_erasure) == (
        True,
        "legitimate_interest",
        "anonymise",
    )
    page = manager.get(response["Location"]).content.decode()
    assert "Shirt size" in page


def test_what_is_wrong_is_said_and_nothing_is_made(manager: Client) -> None:
    for data in (
        made(label_en=""),
        made(type="choice"),
        made(type="nonsense"),
        made(on_erasure="burn"),
        made(label_en="x" * 61),
        {"type": "text", "label_en": "No formset"},
    ):
        assert manager.post(reverse("contacts:new_field"), data).status_code == 422
    assert CustomField.objects.count() == 0


def test_renaming_keeps_the_key_the_type_and_the_values(manager: Client) -> None:
    field = CustomFieldFactory(key="size", type="choice", label_en="Size")
    contact = ContactFactory(custom_values={"size": "large"})
    rows = {
        "choices-TOTAL_FORMS": "3",
        "choices-INITIAL_FORMS": "3",
        "choices-0-key": "small",
        "choices-0-en": "Tiny",
        "choices-1-key": "medium",
        "choices-1-en": "Medium",
        "choices-1-is_retired": "on",
        "choices-2-key": "large",
        "choices-2-en": "",
    }
    url = reverse("contacts:field", args=[field.uid])

    response = manager.post(url, made(label_en="Shirt", type="number", **rows))

    assert response.status_code == 302
    field.refresh_from_db()
    assert (field.key, field.type, field.label) == ("size", "choice", "Shirt")
    assert [(one["key"], one["en"], one["retired"]) for one in field.choices] == [
        ("small", "Tiny", False),
        ("medium", "Medium", True),
        ("large", "Large", True),
    ]
    contact.refresh_from_db()
    assert contact.custom_values == {"size": "large"}
    # Who holds a choice that is offered no more keeps it when something else is saved.
    form = manager.get(reverse("contacts:edit", args=[contact.uid])).context["form"]
    assert form.fields["custom_size"].choices == [("", "-"), ("small", "Tiny"), ("large", "Large")]


def test_a_field_goes_out_of_use_and_comes_back(manager: Client) -> None:
    field = CustomFieldFactory(key="size")
    contact = ContactFactory(custom_values={"size": "L"})
    manager.post(reverse("contacts:retire_field", args=[field.uid]))
    assert "custom_size" not in manager.get(reverse("contacts:new")).content.decode()
    page = manager.get(reverse("contacts:fields")).content.decode()
    assert "kept for 1 person" in page

    manager.post(reverse("contacts:restore_field", args=[field.uid]))
    assert "custom_size" in manager.get(reverse("contacts:new")).content.decode()
    contact.refresh_from_db()
    assert contact.custom_values == {"size": "L"}


def test_only_who_may_makes_fields(client: Client) -> None:
    client.force_login(UserFactory(role="recruiter"))
    assert client.get(reverse("contacts:fields")).status_code == 403
    assert client.post(reverse("contacts:new_field"), made()).status_code == 403
    assert CustomField.objects.count() == 0


def test_help_is_text_and_never_markup(manager: Client) -> None:
    CustomFieldFactory(label_en="<b>Bold</b>", help_en="<script>alert(1)</script>")
    page = manager.get(reverse("contacts:new")).content.decode()
    assert "<script>alert(1)" not in page
    assert "<b>Bold" not in page
    assert "&lt;script&gt;alert(1)" in page


TYPES = ("text", "long_text", "number", "date", "yes_no", "choice", "choices", "link")
TYPED = {
    "custom_text": "tea",
    "custom_long_text": "a\r\nb",
    "custom_number": "2.5",
    "custom_date": "2026-03-31",
    "custom_yes_no": "no",
    "custom_choice": "large",
    "custom_choices": ["large", "small"],
    "custom_link": "example.org/a",
}
KEPT = {
    "text": "tea",
    "long_text": "a\nb",
    "number": 2.5,
    "date": "2026-03-31",
    "yes_no": False,
    "choice": "large",
    "choices": ["small", "large"],
    "link": "https://example.org/a",
}


def test_every_type_is_filled_in_shown_changed_and_emptied(manager: Client) -> None:
    for kind in TYPES:
        CustomFieldFactory(key=kind, type=kind, label_en=f"Our {kind}")
    manager.post(reverse("contacts:new"), filled(family_name="Vos", **TYPED))
    contact = Contact.objects.get()
    assert contact.custom_values == KEPT

    page = manager.get(reverse("contacts:person", args=[contact.uid]), {"tab": "about"})
    text = page.content.decode()
    for shown in ("Our number", "2.5", "31 March 2026", "Small, Large", "https://example.org/a"):
        assert shown in text

    edit = reverse("contacts:edit", args=[contact.uid])
    form = manager.get(edit).context["form"]
    assert {name: form[name].value() for name in ("custom_yes_no", "custom_choices")} == {
        "custom_yes_no": "no",
        "custom_choices": ["small", "large"],
    }
    expected = {"expected_updated_at": contact.updated_at.isoformat()}
    manager.post(edit, filled(family_name="Vos", **expected, custom_text="coffee"))
    contact.refresh_from_db()
    assert contact.custom_values == {"text": "coffee"}


def test_what_does_not_fit_stands_beside_its_field(manager: Client) -> None:
    CustomFieldFactory(key="number", type="number")
    CustomFieldFactory(key="choice", type="choice")
    response = manager.post(
        reverse("contacts:new"),
        filled(family_name="Vos", custom_number="many", custom_choice="huge"),
    )
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"custom_number", "custom_choice"}
    assert Contact.objects.count() == 0


def test_two_who_save_one_field_choose(manager: Client) -> None:
    CustomFieldFactory(key="size", label_en="Size")
    contact = ContactFactory(family_name="Vos", language="en")
    seen = {"expected_updated_at": contact.updated_at.isoformat()}
    update_contact(contact=contact, actor=None, custom_values={"size": "L"})
    url = reverse("contacts:edit", args=[contact.uid])
    data = filled(family_name="Vos", custom_size="M", **seen)

    refused = manager.post(url, data)
    assert [(one.label, one.theirs, one.mine) for one in refused.context["differences"]] == [
        ("Size", "L", "M")
    ]
    expected = refused.context["expected_updated_at"]
    again = {**data, "expected_updated_at": expected, "keep-custom_size": "theirs"}
    assert manager.post(url, again).status_code == 302
    contact.refresh_from_db()
    assert contact.custom_values == {"size": "L"}
