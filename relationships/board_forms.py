"""What is asked of a board: whom to show, and where to move those who are ticked."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from contacts.models import OrgUnit
from core.models import User
from relationships.models import Stage
from relationships.selectors.board import Filters
from relationships.selectors.board_order import Order
from relationships.selectors.colleagues import colleagues


class BoardFilterForm(forms.Form):
    """The filters of a board, as they stand in its address. What makes no sense is left out."""

    q = forms.CharField(label=_("Search this board"), required=False, max_length=100)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(),
        label=_("Unit"),
        required=False,
        to_field_name="uid",
        empty_label=_("All units"),
    )
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            (Order.LATEST.value, _("Latest first")),
            (Order.LONGEST.value, _("Longest at this stage first")),
            (Order.TOUCH.value, _("Next contact first")),
        ],
    )
    due = forms.BooleanField(label=_("Contact is due"), required=False)

    def __init__(self, *args: Any, user: User, units: QuerySet[OrgUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.colleagues = list(colleagues())
        owners = [(str(one.uid), one.name) for one in self.colleagues if one != user]
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            ("", _("All owners")),
            ("me", _("Mine")),
            ("none", _("Without owner")),
            *owners,
        ]
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Filters:
        self.is_valid()
        data = self.cleaned_data
        return Filters(
            owner=self._owner(data.get("owner", "")),
            unit=data.get("unit"),
            text=data.get("q", ""),
            is_due=bool(data.get("due")),
            order=Order(data.get("order", "")),
        )

    def _owner(self, value: str) -> int | None:
        if value in ("me", "none"):
            return self.user.pk if value == "me" else 0
        by_uid = {str(one.uid): one.pk for one in self.colleagues}
        return by_uid.get(value)


class MoveManyForm(forms.Form):
    """Where to: any stage of the kind. Who may not go there is told so, one by one."""

    to_stage = forms.ModelChoiceField(
        Stage.objects.none(), to_field_name="key", empty_label=None, label=_("To")
    )
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = Stage.objects.live().filter(lifecycle__kind=kind).order_by("position")
        self.fields["to_stage"].queryset = stages  # type: ignore[attr-defined]
