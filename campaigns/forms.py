from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Step
from campaigns.services.campaigns import LONGEST_SUBJECT, LONGEST_WAIT_DAYS, Texts
from contacts.choices import Purpose
from contacts.models import OrgUnit
from contacts.models.access import visible_units
from core.models import User


class CampaignForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("For colleagues. The people who are written to do not see it."),
    )
    purpose = forms.ChoiceField(
        label=_("What it is about"),
        choices=Purpose,
        widget=forms.RadioSelect,
        help_text=_("Only people who agreed to hear from us about this are written to."),
    )
    intake = forms.ChoiceField(
        label=_("Who comes into it"),
        choices=Campaign.Intake,
        widget=forms.RadioSelect,
        initial=Campaign.Intake.AUDIENCE,
    )
    unit = forms.ModelChoiceField(
        label=_("Kept by"),
        queryset=OrgUnit.objects.none(),
        required=False,
        empty_label=_("The whole organisation"),
        help_text=_("Colleagues of this unit, and of those above it, see this campaign."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = visible_units(user, "campaigns.run_campaign")
        field = self.fields["unit"]
        units = OrgUnit.objects.order_by("name", "pk")
        field.queryset = units if held is None else units.filter(pk__in=held)  # type: ignore[attr-defined]
        field.required = held is not None
        if held is not None:
            field.empty_label = None  # type: ignore[attr-defined]


class StepForm(forms.Form):
    """A step's day and its texts, two fields per language."""

    offset_days = forms.IntegerField(
        label=_("Days after the start"),
        min_value=0,
        max_value=LONGEST_WAIT_DAYS,
        help_text=_("0 is the day on which someone is taken into the campaign."),
    )

    def __init__(self, *args: Any, action: str, step: Step | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        is_mail = action == Step.Action.MAIL
        for language, _name in settings.LANGUAGES:
            self.fields[f"subject_{language}"] = forms.CharField(
                label=_("Subject") if is_mail else _("What to do"),
                max_length=LONGEST_SUBJECT,
                required=False,
                initial=step.subject.get(language, "") if step else "",
            )
            self.fields[f"body_{language}"] = forms.CharField(
                label=_("Text") if is_mail else _("Notes"),
                required=False,
                widget=forms.Textarea(attrs={"class": "min-h-64" if is_mail else ""}),
                initial=step.body.get(language, "") if step else "",
            )
            for field in (f"subject_{language}", f"body_{language}"):
                self.fields[field].widget.attrs["lang"] = language
        if step is not None:
            self.fields["offset_days"].initial = step.offset_days

    @property
    def languages(self) -> list[tuple[Any, list[BoundField]]]:
        """Each language by its name, with its two fields."""
        return [
            (name, [self[f"subject_{language}"], self[f"body_{language}"]])
            for language, name in settings.LANGUAGES
        ]

    def texts(self, kind: str) -> Texts:
        """What was typed, by language, valid or not: for the trial beside the form."""
        return {
            language: str(self.data.get(f"{kind}_{language}", ""))
            for language, _name in settings.LANGUAGES
        }
