"""Fields that several forms ask for."""

from typing import Any

from django import forms

from contacts.columns import in_tree_order
from contacts.models import OrgUnit


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
