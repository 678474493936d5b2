"""The forms of an engagement's papers."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.document_forms import ACCEPTED
from relationships.fields import day_field
from relationships.models import Paper


class PaperForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Paper.Kind)
    file = forms.FileField(
        label=_("File"), max_length=400, widget=forms.FileInput(attrs={"accept": ACCEPTED})
    )
    expires_on = day_field(label=_("Valid until"), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
    basis = forms.CharField(
        label=_("Law that asks for a copy"),
        required=False,
        max_length=200,
        help_text=_(
            "Only for a copy of an identity document of an employee. Of anybody else, write down"
            " that you checked it, and keep no copy."
        ),
    )


class CheckForm(forms.Form):
    checked_on = day_field(label=_("Checked on"))
    expires_on = day_field(
        label=_("The document is valid until"),
        required=False,
        help_text=_("No number and no copy: that it was checked is what we need to know."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["checked_on"].initial = timezone.localdate()
