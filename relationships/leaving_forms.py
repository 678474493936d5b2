"""The forms of the way out: its steps, what both sides say, and whether we stay in touch."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relationships.choices import Party
from relationships.fields import UserField, day_field
from relationships.models import ClosingFeedback, ClosingStep, Leaving, WhatToDo
from relationships.selectors.colleagues import colleagues


class FeedbackForm(forms.Form):
    went_well = forms.CharField(
        label=_("What went well"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
    )
    could_be_better = forms.CharField(
        label=_("What could be better"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
    )
    again = forms.ChoiceField(
        required=False,
        choices=[*ClosingFeedback.Again.choices, ("", _("Not said"))],
        widget=forms.RadioSelect,
    )
    given_on = day_field(label=_("Said on"))

    def __init__(self, *args: Any, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_ours = side == Party.US
        self.fields["again"].label = (
            _("Would we work together again") if is_ours else _("Would they come back")
        )
        self.fields["given_on"].initial = timezone.localdate()


class StayInTouchForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("May we stay in touch"), choices=Leaving.Answer, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("How, and about what"),
        required=False,
        max_length=300,
        help_text=_("In their words: by mail, about reunions and vacancies in Utrecht."),
    )


class StepForm(forms.Form):
    """One step; a row that says nothing is no step."""

    what = forms.ChoiceField(
        label=_("What for"), required=False, choices=[("", "-"), *WhatToDo.choices]
    )
    name = forms.CharField(label=_("In other words"), required=False, max_length=200)
    days = forms.IntegerField(
        label=_("Days from the last day"), required=False, min_value=-180, max_value=180
    )
    who = forms.ChoiceField(
        label=_("By whom"), choices=ClosingStep.Who, initial=ClosingStep.Who.OWNER, required=False
    )
    colleague = UserField(label=_("Colleague"), required=False, empty_label="-")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].queryset = colleagues()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("what") and data.get("days") is None and "days" not in self.errors:
            self.add_error("days", _("Say on which day: 0 is the last day, -7 a week before."))
        data["who"] = data.get("who") or ClosingStep.Who.OWNER
        return data


StepFormSet = forms.formset_factory(StepForm, extra=1, max_num=20, absolute_max=40)


def steps_of(rows: "forms.BaseFormSet[StepForm]") -> list[dict[str, Any]]:
    """What the rows say, but for those that say nothing."""
    return [dict(row.cleaned_data) for row in rows.forms if row.cleaned_data.get("what")]
