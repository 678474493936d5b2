"""What is asked of a segment beside its rule, of a talent pool, and of who is in them."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.form_fields import UnitChoiceField
from contacts.models import PoolMember, PoolStep, Segment, StepTemplate, TalentPool
from contacts.models.access import visible_units
from contacts.services.pools import StepEntry
from core.models import User

MANAGE = "contacts.manage_segments"


class SegmentForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    purpose = forms.CharField(
        label=_("What it is for"), max_length=300, required=False, help_text=_("For colleagues.")
    )
    unit = UnitChoiceField(
        label=_("About the people of"),
        empty_label=_("The whole organisation"),
        help_text=_("Colleagues of this unit, and of those above it, see this segment."),
    )
    is_private = forms.BooleanField(label=_("Only for me"), required=False)
    is_reviewed = forms.BooleanField(
        label=_("Review first"),
        required=False,
        help_text=_("Who fits waits until a colleague says yes."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(visible_units(user, MANAGE))  # type: ignore[attr-defined]
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    @staticmethod
    def initial_of(segment: Segment) -> dict[str, Any]:
        return {
            "name": segment.name,
            "purpose": segment.purpose,
            "unit": segment.unit_id,
            "is_private": segment.is_private,
            "is_reviewed": segment.is_reviewed,
        }

    @property
    def chosen_unit(self) -> Any:
        """The unit as it stands in the form, valid or not: for the preview."""
        self.is_valid()
        return self.cleaned_data.get("unit") if self.is_bound else None


class DecisionForm(forms.Form):
    """A yes or a no to some who wait. A no says why, and may say until when."""

    decision = forms.ChoiceField(choices=[("accept", ""), ("decline", "")])
    reason = forms.CharField(
        label=_("Why not"), max_length=300, required=False, help_text=_("Needed to decline.")
    )
    not_before = forms.DateField(
        label=_("Ask again from"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Empty: do not ask again."),
    )


class OnForm(forms.Form):
    """A day in the past, or today."""

    on = forms.DateField(
        label=_("On"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        if day.year < 1970:
            raise forms.ValidationError(_("Nothing was kept that long ago."))
        return day


class PoolForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    purpose = forms.CharField(
        label=_("What it is for"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whom you keep here, and for what. Read again at each review."),
    )
    unit = UnitChoiceField(
        label=_("Kept by"),
        empty_label=_("The whole organisation"),
        help_text=_("Colleagues of this unit, and of those above it, see this pool."),
    )
    is_private = forms.BooleanField(
        label=_("Only for me"),
        required=False,
        help_text=_("Nobody else sees that this pool exists, or who is in it."),
    )
    template = forms.ModelChoiceField(
        label=_("Steps from a template"),
        queryset=StepTemplate.objects.none(),
        required=False,
        to_field_name="uid",
        empty_label=_("None: those above"),
        help_text=_("Taken where no steps are written above."),
    )
    filled_from = forms.ModelChoiceField(
        label=_("Filled from"),
        queryset=Segment.objects.none(),
        required=False,
        empty_label=_("Nothing: by hand only"),
        help_text=_(
            "Every night the people of this segment are added, with why. "
            "Whoever you take out stays out."
        ),
    )

    def __init__(
        self, *args: Any, user: User, pool: TalentPool | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(visible_units(user, MANAGE))  # type: ignore[attr-defined]
        segments = Segment.objects.visible_to(user).live().order_by("name", "pk")
        self.fields["filled_from"].queryset = segments  # type: ignore[attr-defined]
        if pool is not None and pool.owner_id != user.pk:
            del self.fields["is_private"]
        templates = StepTemplate.objects.order_by("name", "pk")
        self.fields["template"].queryset = templates  # type: ignore[attr-defined]
        if (pool is not None and pool.steps.exists()) or not templates:
            del self.fields["template"]

    @staticmethod
    def initial_of(pool: TalentPool) -> dict[str, Any]:
        return {
            "name": pool.name,
            "purpose": pool.purpose,
            "unit": pool.unit_id,
            "is_private": pool.is_private,
            "filled_from": pool.filled_from_id,
        }


class StepForm(forms.Form):
    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Step"), required=False, max_length=60)


class _Steps(forms.BaseFormSet):  # type: ignore[type-arg]  # not generic at run time
    """The steps in their order; an emptied row is taken away."""

    def entries(self) -> list[StepEntry]:
        typed = [form.cleaned_data for form in self.forms if form.cleaned_data]
        return [
            StepEntry(values["name"], values.get("uid")) for values in typed if values.get("name")
        ]


StepFormSet = forms.formset_factory(StepForm, formset=_Steps, extra=1, max_num=20)


class TemplateForm(forms.Form):
    """Under which name steps are kept."""

    name = forms.CharField(label=_("Name of the template"), max_length=120)


class PoolMoveForm(forms.Form):
    """Offers the other steps of the pool; another is left for the service to refuse."""

    to_stage = forms.ModelChoiceField(
        label=_("To"),
        queryset=PoolStep.objects.none(),
        to_field_name="uid",
        widget=forms.RadioSelect,
        empty_label=None,
    )
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)

    def __init__(self, *args: Any, member: PoolMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = PoolStep.objects.filter(pool=member.pool_id).order_by("position")
        self.fields["to_stage"].queryset = steps  # type: ignore[attr-defined]
        self.others = [step for step in steps if step.pk != member.step_id]


class PoolChoiceForm(forms.Form):
    """Into which pool, and why."""

    pool = forms.ModelChoiceField(
        label=_("Talent pool"), queryset=TalentPool.objects.none(), to_field_name="uid"
    )
    why = forms.CharField(
        label=_("Why"),
        max_length=300,
        required=False,
        help_text=_("What you saw in them. Shown in the pool."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = pools_for(user)
        self.fields["pool"].queryset = held  # type: ignore[attr-defined]

    def options(self) -> dict[str, Any]:
        """As an act on many keeps it."""
        pool: UUID = self.cleaned_data["pool"].uid
        return {"pool": str(pool), "why": self.cleaned_data["why"]}


def pools_for(user: User) -> Any:
    """The pools that ``user`` may put people into."""
    pools = TalentPool.objects.visible_to(user).live().order_by("name", "pk")
    units = visible_units(user, MANAGE)
    if units is None:
        return pools
    return pools.filter(owner=user) | pools.filter(unit__in=units)
