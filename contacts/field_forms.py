"""Making a field, and what people type into one."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import conditional_escape
from django.utils.translation import gettext_lazy as _

from contacts.custom_fields import DECIMALS, LARGEST_NUMBER, LONGEST, active_fields
from contacts.freshness import custom_name
from contacts.models import CustomField
from contacts.services.custom_fields import LONGEST_CHOICE, ChoiceEntry

Type = CustomField.Type


class FieldForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A field of one's own. The type is chosen once: what is filled in could not follow it."""

    class Meta:
        model = CustomField
        fields = [
            "label_en",
            "label_nl",
            "type",
            "help_en",
            "help_nl",
            "is_personal",
            "basis",
            "on_erasure",
        ]
        labels = {
            "label_en": _("Label in English"),
            "label_nl": _("Label in Dutch"),
            "type": _("Type"),
            "help_en": _("Help in English"),
            "help_nl": _("Help in Dutch"),
            "is_personal": _("This says something about the person"),
            "basis": _("Ground on which we keep it"),
            "on_erasure": _("When the person is erased"),
        }
        help_texts = {
            "label_nl": _("One language is enough; it then serves both."),
            "help_en": _("Stands under the field, as this line does."),
            "is_personal": _("It is then part of what we hand to a person who asks."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on_erasure"].choices = CustomField.OnErasure.choices  # type: ignore[attr-defined]
        if self.instance.pk:
            del self.fields["type"]
        else:
            self.fields["type"].choices = Type.choices  # type: ignore[attr-defined]
            self.fields["type"].initial = Type.TEXT

    def _post_clean(self) -> None:
        """The services write; the instance stays as it was read."""


class ChoiceForm(forms.Form):
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    en = forms.CharField(label=_("In English"), required=False, max_length=LONGEST_CHOICE)
    nl = forms.CharField(label=_("In Dutch"), required=False, max_length=LONGEST_CHOICE)
    is_retired = forms.BooleanField(label=_("no longer offered"), required=False)


class _Choices(forms.BaseFormSet):  # type: ignore[type-arg]  # not generic at run time
    def entries(self) -> list[ChoiceEntry]:
        return [
            ChoiceEntry(**form.cleaned_data)
            for form in self.forms
            if form.cleaned_data and (form.cleaned_data["en"] or form.cleaned_data["nl"])
        ]


ChoiceFormSet = forms.formset_factory(ChoiceForm, formset=_Choices, extra=1, max_num=200)


def initial_choices(field: CustomField | None) -> list[dict[str, Any]]:
    held = field.choices if field else []
    return [
        {"key": one["key"], "en": one["en"], "nl": one["nl"], "is_retired": one["retired"]}
        for one in held
    ]


def add_custom_fields(form: forms.BaseForm, held: Mapping[str, Any]) -> list[str]:
    """Give ``form`` a field for each of ours that is in use; answer their names, in order."""
    names = []
    for one in active_fields():
        name = custom_name(one.key)
        value = held.get(one.key)
        form.fields[name] = _form_field(one, value)
        form.initial[name] = _initial(one, value)
        names.append(name)
    return names


def custom_values_of(cleaned: dict[str, Any]) -> dict[str, Any]:
    """What was filled in, taken out of ``cleaned``: by key, as the services take it."""
    values = {}
    for one in active_fields():
        name = custom_name(one.key)
        if name in cleaned:
            values[one.key] = _value(one, cleaned.pop(name))
    return values


def _form_field(one: CustomField, value: Any) -> forms.Field:
    # The help is drawn as HTML by the component of all fields; this one was typed by a user.
    common: dict[str, Any] = {
        "label": one.label,
        "help_text": conditional_escape(one.help),
        "required": False,
    }
    match one.type:
        case Type.LONG_TEXT:
            area = forms.Textarea(attrs={"rows": 3})
            return forms.CharField(max_length=LONGEST[one.type], widget=area, **common)
        case Type.NUMBER:
            most = int(LARGEST_NUMBER)
            return forms.DecimalField(
                min_value=-most, max_value=most, decimal_places=DECIMALS, **common
            )
        case Type.DATE:
            day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            return forms.DateField(widget=day, **common)
        case Type.YES_NO:
            offered = [("", "-"), ("yes", _("yes")), ("no", _("no"))]
            return forms.ChoiceField(choices=offered, **common)
        case Type.CHOICE:
            offered = [("", "-"), *one.offered_beside([value] if value else [])]
            return forms.ChoiceField(choices=offered, **common)
        case Type.CHOICES:
            return forms.MultipleChoiceField(
                choices=one.offered_beside(value or []),
                widget=forms.CheckboxSelectMultiple,
                **common,
            )
        case Type.LINK:
            return forms.URLField(max_length=LONGEST[one.type], assume_scheme="https", **common)
    return forms.CharField(max_length=LONGEST[one.type], **common)


def _initial(one: CustomField, value: Any) -> Any:
    if one.type == Type.YES_NO:
        return {True: "yes", False: "no"}.get(value, "")
    return value


def _value(one: CustomField, value: Any) -> Any:
    if one.type == Type.YES_NO:
        return {"yes": True, "no": False}.get(value)
    return None if value in ("", []) else value
