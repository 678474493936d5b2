"""What is asked about a document."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import Document

ACCEPTED = ".pdf,.docx,.odt,.png,.jpg,.jpeg,.txt"


def _day_field() -> forms.DateField:
    return forms.DateField(
        label=_("Valid until"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def _file_field(**options: Any) -> forms.FileField:
    widget = forms.FileInput(attrs={"accept": ACCEPTED})
    return forms.FileField(widget=widget, max_length=400, **options)


class UploadForm(forms.Form):
    file = _file_field(label=_("File"))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Document.Kind.choices, initial=Document.Kind.CV
    )
    expires_on = _day_field()


class DocumentForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=150)
    kind = forms.ChoiceField(label=_("Kind"), choices=Document.Kind.choices)
    expires_on = _day_field()
    file = _file_field(
        label=_("New version"),
        required=False,
        help_text=_("The file before it is kept among the earlier versions."),
    )

    @property
    def said(self) -> dict[str, Any]:
        """Everything but the file."""
        return {name: self.cleaned_data[name] for name in ("title", "kind", "expires_on")}
