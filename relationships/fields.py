"""Fields that several of our forms ask with."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from core.models import User


def day_field(**options: Any) -> forms.DateField:
    """A day, as browsers send it whatever the reader's language."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, input_formats=["%Y-%m-%d"], **options)


class UserField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A colleague, known by ``uid``."""

    def __init__(self, *, queryset: QuerySet[User] | None = None, **options: Any) -> None:
        chosen = User.objects.none() if queryset is None else queryset
        super().__init__(chosen, to_field_name="uid", **options)
