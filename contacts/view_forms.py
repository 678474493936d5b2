from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.columns import unit_choices
from contacts.models import OrgUnit, SavedView
from contacts.models.access import visible_units
from core.models import User

ONLY_ME, EVERYBODY = "", "all"


class ViewForm(forms.Form):
    """Name and readers of a view."""

    name = forms.CharField(label=_("Name"), max_length=60)
    shared_with = forms.ChoiceField(label=_("Who sees it"), required=False)

    def __init__(
        self, *args: Any, user: User, view: SavedView | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        choices = [(ONLY_ME, _("Only me"))]
        if visible_units(user, "contacts.view_contact") is None:
            choices.append((EVERYBODY, _("Everybody who sees people")))
        choices += [(value, label) for value, label in unit_choices(user)]  # type: ignore[misc]
        self.fields["shared_with"].choices = choices  # type: ignore[attr-defined]
        if view is not None:
            self.initial = {"name": view.name, "shared_with": readers_of(view)}

    def values(self) -> dict[str, Any]:
        """What the services take."""
        chosen = self.cleaned_data["shared_with"]
        is_unit = chosen not in (ONLY_ME, EVERYBODY)
        unit = OrgUnit.objects.filter(uid=chosen).first() if is_unit else None
        return {
            "name": self.cleaned_data["name"],
            "is_shared": chosen != ONLY_ME,
            "unit": unit,
        }


def readers_of(view: SavedView) -> str:
    if not view.is_shared:
        return ONLY_ME
    return str(view.unit.uid) if view.unit else EVERYBODY
