from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from core import scopes


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("What uses it: “Sync with our ATS”."),
    )
    scope_names = forms.MultipleChoiceField(
        label=_("It may"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("And never more than you may yourself."),
    )
    days = forms.TypedChoiceField(
        label=_("It works for"),
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
        coerce=int,
        initial=90,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["scope_names"].choices = [  # type: ignore[attr-defined]
            (scope.name, scope.label) for scope in scopes.catalogue()
        ]

    @property
    def lifetime(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])


class RotateForm(forms.Form):
    hours = forms.TypedChoiceField(
        label=_("The old one goes on working for"),
        choices=[(0, _("no time: it stops now")), (24, _("a day")), (168, _("a week"))],
        coerce=int,
        initial=24,
        widget=forms.RadioSelect,
    )

    @property
    def overlap(self) -> timedelta:
        return timedelta(hours=self.cleaned_data["hours"])
