"""What is asked about a skill: of one person, and of the catalogue."""

import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contacts.models import Level, SkillSource
from contacts.services.skill_catalogue import LONGEST_NAME

_WITH_LEVEL = re.compile(r"(.*\S)\s+([1-5])")


def _levels() -> list[tuple[str, str]]:
    """Asked for with each form: in the language of who reads it."""
    levels = [(str(level.value), f"{level.value} {level.label}") for level in Level]
    return [("", _t("Level unknown")), *levels]


def _level_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Level"),
        required=False,
        choices=_levels,
        coerce=int,
        empty_value=None,
    )


class SkillForm(forms.Form):
    """One line. "Python 4" is Python at level 4: nobody need leave the first field."""

    name = forms.CharField(
        label=_("Skill"),
        max_length=LONGEST_NAME + 10,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("Python 4")}),
    )
    level = _level_field()
    source = forms.ChoiceField(
        label=_("Said by"), choices=SkillSource.choices, initial=SkillSource.COLLEAGUE
    )
    is_new = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        found = _WITH_LEVEL.fullmatch(cleaned.get("name", ""))
        if found is not None and cleaned.get("level") is None:
            cleaned["name"], cleaned["level"] = found.group(1), int(found.group(2))
        return cleaned


class ContactSkillForm(forms.Form):
    """What is known of a skill that somebody has."""

    level = _level_field()
    source = forms.ChoiceField(label=_("Said by"), choices=SkillSource.choices)
    confirmed_on = forms.DateField(
        label=_("Last confirmed"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The last day on which somebody said that it still holds."),
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        required=False,
        max_length=300,
        help_text=_("A link, or a few words: a project, a certificate, who saw it."),
    )

    def clean_evidence(self) -> str:
        return safe_evidence(self.cleaned_data["evidence"])

    def clean_confirmed_on(self) -> Any:
        day = self.cleaned_data["confirmed_on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_t("This day has yet to come."))
        return day


def safe_evidence(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


class CatalogueForm(forms.Form):
    """The names of a skill."""

    name_en = forms.CharField(label=_("Name in English"), required=False, max_length=LONGEST_NAME)
    name_nl = forms.CharField(label=_("Name in Dutch"), required=False, max_length=LONGEST_NAME)
    synonyms = forms.CharField(
        label=_("Also called"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line. Whoever searches by one of them finds the skill."),
    )
    esco_uri = forms.RegexField(
        label=_("Address in ESCO"),
        regex=r"^https?://[\w./-]+$",
        required=False,
        max_length=200,
        help_text=_("Such as http://data.europa.eu/esco/skill/…, for exchange with others."),
    )

    def clean_synonyms(self) -> list[str]:
        lines = self.cleaned_data["synonyms"].splitlines()
        return [line.strip() for line in lines if line.strip()][:100]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("name_en") and not cleaned.get("name_nl"):
            self.add_error("name_en", _t("Give a name in one of the languages."))
        return cleaned


class MergeForm(forms.Form):
    into = forms.CharField(
        label=_("Into which skill"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
