from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from campaigns.models import Campaign
from community.models import ProfileAsk
from contacts.choices import FormOfAddress
from contacts.form_fields import BirthdayField


class ProfileForm(forms.Form):
    """What someone may mend of what we hold of them, phone first."""

    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    infix = forms.CharField(
        label=_("Infix"), max_length=30, required=False, help_text=_("“van der”, “de”")
    )
    family_name = forms.CharField(label=_("Family name"), max_length=100, required=False)
    preferred_name = forms.CharField(label=_("What we call you"), max_length=100, required=False)
    birthday = BirthdayField(
        help_text=_("If we may think of it. “12 April” is enough; empty, we keep none.")
    )
    headline = forms.CharField(label=_("Position"), max_length=200, required=False)
    organisation_name = forms.CharField(label=_("Organisation"), max_length=200, required=False)
    phone = forms.CharField(label=_("Phone number"), max_length=40, required=False)
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    country = forms.ChoiceField(
        label=_("Country"), required=False, choices=lambda: [("", "-"), *countries]
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    form_of_address = forms.ChoiceField(
        label=_("How we write to you"),
        required=False,
        choices=[
            ("", _("No preference")),
            (FormOfAddress.INFORMAL, _("Informally, by your first name")),
            (FormOfAddress.FORMAL, _("Formally")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, hint in _AUTOCOMPLETE.items():
            self.fields[name].widget.attrs["autocomplete"] = hint
        self.fields["phone"].widget.input_type = "tel"


_AUTOCOMPLETE = {
    "given_name": "given-name",
    "family_name": "family-name",
    "birthday": "bday",
    "headline": "organization-title",
    "organisation_name": "organization",
    "phone": "tel",
    "city": "address-level2",
    "country": "country",
}


class AskForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    class Meta:
        model = ProfileAsk
        fields = ["is_on", "campaign", "per_day"]
        labels = {
            "is_on": _("Ask people every year"),
            "campaign": _("By the campaign"),
            "per_day": _("People a day, at most"),
        }
        help_texts = {
            "campaign": _("One that runs, and has the link to one's own profile in its mail."),
        }

    def __init__(self, *args: Any, campaigns: list[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["campaign"]
        field.queryset = Campaign.objects.filter(pk__in=[one.pk for one in campaigns])  # type: ignore[attr-defined]
        self.fields["per_day"].min_value = 1  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """The service writes; the instance stays as it was read."""
