import zoneinfo

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import User


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """How the signed-in user wants to see things. A field that is not sent keeps its value."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Times on every page are shown in this zone."),
    )

    class Meta:
        model = User
        fields = ["language", "theme", "time_zone"]
        labels = {"language": _("Language"), "theme": _("Theme")}
        widgets = {"language": forms.RadioSelect, "theme": forms.RadioSelect}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        zones = sorted(zoneinfo.available_timezones())
        self.fields["time_zone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]
        if self.is_bound:
            for name in [name for name in self.fields if name not in self.data]:
                del self.fields[name]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """How colleagues see the signed-in user. The e-mail address has a page of its own."""

    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": _("Name")}
        help_texts = {"name": _("Colleagues see it beside what you do.")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
