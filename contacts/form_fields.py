"""Fields that several forms ask for."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts import birthdays
from contacts.columns import in_tree_order
from contacts.models import OrgUnit


class BirthdayField(forms.CharField):
    """A day and a month, the year where it is known; as people write it (``birthdays``)."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "label": _("Birthday"),
            "required": False,
            "max_length": 40,
            "help_text": _("“12 April 1984”, or “12 April”"),
        }
        super().__init__(**(given | kwargs))

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return birthdays.read(text, today=timezone.localdate()) if text else ""
        except ValueError as error:
            raise forms.ValidationError(str(error), code="birthday") from error

    def prepare_value(self, value: Any) -> Any:
        is_kept = isinstance(value, str) and birthdays.KEPT.fullmatch(value)
        return birthdays.shown(value) if is_kept else value


class UnitChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A unit of the tree, indented by its depth."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=OrgUnit.objects.none(), **kwargs)

    def offer(self, unit_ids: list[int] | None) -> None:
        """Offer those units, or with None all of them, and then also none."""
        units = OrgUnit.objects.all()
        self.queryset = units if unit_ids is None else units.filter(pk__in=unit_ids)
        placed = in_tree_order(self.queryset)
        offered: list[tuple[Any, str]] = [
            (unit.pk, f"{' ' * 3 * depth}{unit.name}") for unit, depth in placed
        ]
        self.required = unit_ids is not None
        self.choices = offered if self.required else [("", self.empty_label or ""), *offered]
