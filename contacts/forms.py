from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from contacts.choices import Purpose
from contacts.field_forms import add_custom_fields
from contacts.form_fields import BirthdayField, UnitChoiceField
from contacts.models import Consent, Contact, Label, OrgUnit, SocialProfile
from contacts.models.access import visible_units
from contacts.services.addresses import EmailEntry, PhoneEntry, PostalEntry, ProfileEntry
from core.models import User


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """The person's own fields. What there may be several of stands in the formsets below."""

    expected_updated_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    birthday = BirthdayField()
    country = forms.ChoiceField(
        label=_("Country"), required=False, choices=lambda: [("", "-"), *countries]
    )
    unit = UnitChoiceField(
        label=_("Kept by"),
        required=False,
        empty_label=_("The whole organisation"),
        help_text=_("Colleagues of this unit, and of those above it, see this person."),
    )
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=1000, help_text=_("Parted by commas.")
    )

    class Meta:
        model = Contact
        fields = [
            "given_name",
            "infix",
            "family_name",
            "preferred_name",
            "native_name",
            "given_initials",
            "birth_name",
            "birthday",
            "headline",
            "organisation_name",
            "city",
            "country",
            "language",
            "form_of_address",
            "unit",
            "note",
            "do_not_contact",
        ]
        labels = {
            "given_name": _("Given name"),
            "infix": _("Infix"),
            "family_name": _("Family name"),
            "preferred_name": _("Called"),
            "native_name": _("Name in native script"),
            "given_initials": _("Initials"),
            "birth_name": _("Name at birth"),
            "headline": _("Position"),
            "organisation_name": _("Organisation"),
            "city": _("City"),
            "language": _("Language"),
            "form_of_address": _("Form of address"),
            "note": _("Note"),
            "do_not_contact": _("Not to be contacted"),
        }
        help_texts = {
            "infix": _("“van der”, “de”"),
            "preferred_name": _("If other than the given name"),
            "given_initials": _("If other than those of the given name"),
            "birth_name": _("If other than the family name, with its infix"),
            "form_of_address": _("As they like it in what we write. Not known: informal."),
            "do_not_contact": _("No campaign and no bulk message reaches this person."),
        }
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(visible_units(user, "contacts.change_contact"))  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["expected_updated_at"] = self.instance.updated_at.isoformat()
            names = self.instance.tags.order_by("name").values_list("name", flat=True)
            self.initial["tags"] = ", ".join(names)
        for name in ("given_name", "family_name", "native_name", "preferred_name"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self._custom = add_custom_fields(self, self.instance.custom_values)

    @property
    def custom(self) -> list[forms.BoundField]:
        """The fields that the organisation made itself."""
        return [self[name] for name in self._custom]

    def clean_tags(self) -> list[str]:
        return [name.strip() for name in self.cleaned_data["tags"].split(",") if name.strip()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        names = [cleaned.get(name) for name in ("given_name", "family_name", "native_name")]
        if not any(names):
            self.add_error("given_name", _t("Give at least one name."))
        return cleaned

    def _post_clean(self) -> None:
        """The services write; the instance stays as it was read."""


class CellForm(ContactForm):
    """One field of the person, changed in a list."""

    def __init__(self, *args: Any, user: User, field: str, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields = {name: self.fields[name] for name in (field, "expected_updated_at")}

    def clean(self) -> dict[str, Any]:
        """Names are not among them; a person keeps theirs."""
        return self.cleaned_data


class EmailForm(forms.Form):
    address = forms.EmailField(label=_("E-mail address"), required=False, max_length=254)
    label = forms.ChoiceField(label=_("Sort"), choices=Label.choices, initial=Label.WORK)


class PhoneForm(forms.Form):
    number = forms.CharField(label=_("Phone number"), required=False, max_length=40)
    label = forms.ChoiceField(label=_("Sort"), choices=Label.choices, initial=Label.WORK)


class PostalForm(forms.Form):
    lines = forms.CharField(label=_("Street and number"), required=False, max_length=200)
    postcode = forms.CharField(label=_("Postcode"), required=False, max_length=20)
    city = forms.CharField(label=_("City"), required=False, max_length=100)
    country = forms.ChoiceField(
        label=_("Country"), required=False, choices=lambda: [("", _t("Country")), *countries]
    )
    label = forms.ChoiceField(label=_("Sort"), choices=Label.choices, initial=Label.PRIVATE)


class ProfileForm(forms.Form):
    url = forms.URLField(label=_("Address"), required=False, max_length=300, assume_scheme="https")
    network = forms.ChoiceField(label=_("Network"), choices=SocialProfile.Network.choices)


class EntryFormSet(forms.BaseFormSet):  # type: ignore[type-arg]  # not generic at run time
    """Rows of one kind. An emptied row is taken away; ``primary`` names the row that is first."""

    key_field: str
    entry_type: type[Any]
    has_primary = True

    @property
    def primary(self) -> int:
        chosen = str(self.data.get(f"{self.prefix}-primary", "")) if self.is_bound else ""
        return int(chosen) if chosen.isascii() and chosen.isdigit() else 0

    def entries(self) -> list[Any]:
        found = []
        for at, form in enumerate(self.forms):
            values = dict(form.cleaned_data) if form.cleaned_data else {}
            if values.get(self.key_field):
                if self.has_primary:
                    values["is_primary"] = at == self.primary
                found.append(self.entry_type(**values))
        return found


class _Emails(EntryFormSet):
    key_field, entry_type = "address", EmailEntry


class _Phones(EntryFormSet):
    key_field, entry_type = "number", PhoneEntry


class _Postal(EntryFormSet):
    key_field, entry_type = "key", PostalEntry

    def entries(self) -> list[Any]:
        """A row counts that says anything but a sort."""
        found = []
        for at, form in enumerate(self.forms):
            values = dict(form.cleaned_data) if form.cleaned_data else {}
            if any(value for name, value in values.items() if name != "label"):
                found.append(PostalEntry(**values, is_primary=at == self.primary))
        return found


class _Profiles(EntryFormSet):
    key_field, entry_type, has_primary = "url", ProfileEntry, False


EmailFormSet = forms.formset_factory(EmailForm, formset=_Emails, extra=1, max_num=20)
PhoneFormSet = forms.formset_factory(PhoneForm, formset=_Phones, extra=1, max_num=20)
PostalFormSet = forms.formset_factory(PostalForm, formset=_Postal, extra=1, max_num=20)
ProfileFormSet = forms.formset_factory(ProfileForm, formset=_Profiles, extra=1, max_num=20)


def initial_of(entries: Sequence[Any]) -> list[dict[str, Any]]:
    return [{**vars(entry)} for entry in entries]


class ConsentForm(forms.Form):
    purpose = forms.ChoiceField(choices=Purpose.choices)
    decision = forms.ChoiceField(choices=Consent.Decision.choices)


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Add a unit, or rename or move one. A unit is offered no place within its own branch."""

    parent = UnitChoiceField(
        label=_("Part of"), required=False, empty_label=_("Nothing: at the top")
    )

    class Meta:
        model = OrgUnit
        fields = ["name", "code", "parent"]
        labels = {"name": _("Name"), "code": _("Code")}
        help_texts = {"code": _("As other systems know it.")}

    def __init__(self, *args: Any, unit_ids: list[int] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = (
            OrgUnit.objects.all() if unit_ids is None else OrgUnit.objects.filter(pk__in=unit_ids)
        )
        if self.instance.pk:
            units = units.exclude(Q(lineage__contains=[self.instance.pk]))
        parent = self.fields["parent"]
        parent.offer(list(units.values_list("pk", flat=True)))  # type: ignore[attr-defined]
        if unit_ids is None:
            parent.required = False
            parent.choices = [("", parent.empty_label), *parent.choices]  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """The services write; the instance stays as it was read."""
