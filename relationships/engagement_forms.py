"""The forms of work for us: beginning it, changing it, its end, its phase, and lists of it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import OrgUnit
from core.models import User
from relationships.fields import PersonField, day_field
from relationships.models import Engagement
from relationships.selectors.engagements import SOON_DAYS, Filters

Form = Engagement.Form


def _bases() -> list[tuple[str, Any]]:
    """Each basis under the form that it goes with."""
    groups: list[tuple[str, Any]] = [("", "-")]
    for form, bases in Engagement.BASES.items():
        label = str(Form(form).label)
        groups.append((label, [(one, Engagement.Basis(one).label) for one in bases]))
    return groups


class EngagementForm(forms.Form):
    """``shows_rate``: whoever fills it in may know what people are paid."""

    form = forms.ChoiceField(label=_("Form"), choices=Form)
    phase = forms.ChoiceField(
        label=_("Phase"),
        required=False,
        choices=[("", _("As its days say")), *Engagement.Phase.choices],
        help_text=_("Of an assignment: a brief or a proposal is not yet work for us."),
    )
    basis = forms.ChoiceField(label=_("Basis"), required=False, choices=_bases)
    role = forms.CharField(label=_("Role"), required=False, max_length=150)
    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("Unit"), required=False, to_field_name="uid"
    )
    manager = PersonField(
        label=_("Manager"),
        required=False,
        help_text=_("A name, or an e-mail address where two are called the same."),
    )
    starts_on = day_field(label=_("Starts on"))
    expected_end_on = day_field(label=_("Expected to end on"), required=False)
    ends_on = day_field(
        label=_("Ends on"), required=False, help_text=_("The last day, once it is certain.")
    )
    hours_per_week = forms.DecimalField(
        label=_("Hours a week"),
        required=False,
        max_digits=4,
        decimal_places=1,
        min_value=0,
        max_value=168,
    )
    rate = forms.DecimalField(
        label=_("Rate"), required=False, max_digits=9, decimal_places=2, min_value=0
    )
    rate_per = forms.ChoiceField(
        label=_("Rate per"), required=False, choices=[("", "-"), *Engagement.Per.choices]
    )

    def __init__(self, *args: Any, user: User, shows_rate: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["manager"].user = user  # type: ignore[attr-defined]
        self.fields["unit"].queryset = OrgUnit.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = timezone.localdate()
        if not shows_rate:
            del self.fields["rate"], self.fields["rate_per"]


class ChangeForm(EngagementForm):
    """Another field says whether the terms changed, or had been written down wrongly."""

    act = forms.ChoiceField(
        label=_("What is this"),
        choices=[
            ("change", _("A change: the terms are others from a day on")),
            ("correction", _("A correction: it was written down wrongly")),
        ],
        widget=forms.RadioSelect,
        initial="change",
        required=False,
    )
    counts_from = day_field(label=_("From"), required=False)
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["phase"]
        self.fields["counts_from"].initial = timezone.localdate()

    @property
    def arguments(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        is_correction = given.pop("act") == "correction"
        return {**given, "is_correction": is_correction}


class EndForm(forms.Form):
    ends_on = day_field(label=_("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].initial = timezone.localdate()


class PhaseForm(forms.Form):
    phase = forms.ChoiceField(label=_("To"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=300,
        help_text=_("Needed where it does not go ahead."),
    )

    def __init__(self, *args: Any, moves: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phase"].choices = moves  # type: ignore[attr-defined]
        if moves:
            self.fields["phase"].initial = moves[0][0]


class ListForm(forms.Form):
    """The filters of the list, as they stand in its address. What makes no sense is left out."""

    q = forms.CharField(label=_("Name or role"), required=False, max_length=100)
    form = forms.ChoiceField(
        label=_("Form"), required=False, choices=[("", _("All forms")), *Form.choices]
    )
    phase = forms.ChoiceField(
        label=_("Phase"),
        required=False,
        choices=[("", _("All that is open")), *Engagement.Phase.choices],
    )
    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(),
        label=_("Unit"),
        required=False,
        to_field_name="uid",
        empty_label=_("All units"),
    )
    days = forms.TypedChoiceField(
        label=_("Within"),
        required=False,
        coerce=int,
        choices=[
            (30, _("within 30 days")),
            (60, _("within 60 days")),
            (90, _("within 90 days")),
            (180, _("within 180 days")),
        ],
    )

    def __init__(self, *args: Any, view: str, units: QuerySet[OrgUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.view = view
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.initial["days"] = SOON_DAYS

    @property
    def chosen(self) -> Filters:
        self.is_valid()
        data = self.cleaned_data
        return Filters(
            view=self.view,
            days=data.get("days") or SOON_DAYS,
            form="" if self.view == "assignments" else data.get("form", ""),
            phase=data.get("phase", "") if self.view == "assignments" else "",
            unit=data.get("unit"),
            text=data.get("q", ""),
        )
