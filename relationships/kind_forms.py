"""The form by which somebody becomes something else to us."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import OrgUnit
from core.models import User
from relationships.choices import Kind
from relationships.fields import UserField, day_field
from relationships.kinds import FORMS
from relationships.models import Engagement, Relationship, Stage
from relationships.ownership_forms import ask_reason
from relationships.selectors.colleagues import colleagues
from relationships.selectors.ownership import hold_against
from relationships.services.kind_changes import NewWork


class StageChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class WorkChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.role or obj.get_form_display())


class KindChangeForm(forms.Form):
    """Asks only what the change asks for: no work of who becomes an alumnus, no work to end of who
    has none. ``to_kind`` is one of those that ``relationship`` may become.
    """

    on = day_field()
    ends_work = WorkChoice(
        Engagement.objects.none(),
        label=_("Work that ends with it"),
        required=False,
        to_field_name="uid",
        widget=forms.CheckboxSelectMultiple,
    )
    begins_work = forms.BooleanField(
        label=_("Record the work that begins"), required=False, initial=True
    )
    form = forms.ChoiceField(label=_("Form"), required=False)
    role = forms.CharField(label=_("Role"), required=False, max_length=150)
    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("Unit"), required=False, to_field_name="uid"
    )
    hours_per_week = forms.DecimalField(
        label=_("Hours a week"), required=False, max_digits=4, decimal_places=1, min_value=0
    )
    stage = StageChoice(
        Stage.objects.none(), label=_("Begins at"), to_field_name="uid", empty_label=None
    )
    owner = UserField(label=_("Owner"), required=False, empty_label=_("Nobody yet"))
    reason = forms.CharField(label=_("Why they become this"), required=False, max_length=300)

    def __init__(
        self, *args: Any, relationship: Relationship, to_kind: Kind, user: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        fields: dict[str, Any] = self.fields
        fields["on"].initial = today
        fields["on"].label = (
            _("Last day of work") if to_kind == Kind.ALUMNUS else _("First day as that")
        )
        stages = Stage.objects.live().filter(lifecycle__kind=to_kind, is_closed=False)
        fields["stage"].queryset = stages.order_by("position")
        fields["stage"].initial = next((one.uid for one in stages if one.is_entry), None)
        fields["owner"].queryset = colleagues()
        fields["owner"].initial = relationship.owner.uid if relationship.owner else None
        ask_reason(self, hold_against(user, relationship.contact, today=today))
        if to_kind in FORMS:
            labels = dict(Engagement.Form.choices)
            fields["form"].choices = [(one, labels[one]) for one in FORMS[to_kind]]
            fields["unit"].queryset = OrgUnit.objects.order_by("name", "pk")
        else:
            for name in ("begins_work", "form", "role", "unit", "hours_per_week"):
                del self.fields[name]
        running = work_to_end(relationship)
        if running:
            found = Engagement.objects.filter(pk__in=[one.pk for one in running])
            fields["ends_work"].queryset = found.order_by("starts_on", "pk")
            fields["ends_work"].initial = [one.uid for one in running]
        else:
            del self.fields["ends_work"]

    def arguments(self) -> dict[str, Any]:
        """As the service takes it."""
        data = self.cleaned_data
        work = None
        if data.get("begins_work"):
            names = ("form", "role", "unit", "hours_per_week")
            work = NewWork(**{name: data[name] for name in names})
        kept = {name: data[name] for name in ("on", "stage", "owner", "reason", "override_reason")}
        return {**kept, "work": work, "ends_work": list(data.get("ends_work") or ())}


def work_to_end(relationship: Relationship) -> list[Engagement]:
    """What this kind of relationship rests on and what still runs."""
    forms_of = FORMS.get(Kind(relationship.kind), ())
    rows = Engagement.objects.binding().filter(contact=relationship.contact_id, form__in=forms_of)
    running = rows.filter(Q(ends_on=None) | Q(ends_on__gt=timezone.localdate()))
    return list(running.exclude(phase=Engagement.Phase.CLOSED).order_by("starts_on", "pk"))
