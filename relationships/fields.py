"""Fields that several of our forms ask with."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts import names
from contacts.models import Contact
from contacts.selectors.search import suggestions
from core.models import User


def day_field(**options: Any) -> forms.DateField:
    """A day, as browsers send it whatever the reader's language."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, input_formats=["%Y-%m-%d"], **options)


def note_field() -> forms.CharField:
    """A word with what is handed over."""
    return forms.CharField(
        label=gettext_lazy("A word with it"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Stands on their desk."),
        widget=forms.Textarea({"rows": 2}),
    )


class UserField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A colleague, known by ``uid``."""

    def __init__(self, *, queryset: QuerySet[User] | None = None, **options: Any) -> None:
        chosen = User.objects.none() if queryset is None else queryset
        super().__init__(chosen, to_field_name="uid", **options)


class PersonField(forms.CharField):
    """One of the people whom ``user`` may see: by their name, or by an e-mail address where two
    are called the same. With a script, names are proposed while one types.
    """

    user: User | None = None
    # Who stands there already: left as it is, the field means them, whoever else is called so.
    held: Contact | None = None

    def __init__(self, **options: Any) -> None:
        attrs = {"data-combo": reverse_lazy("relationships:people-named"), "autocomplete": "off"}
        super().__init__(max_length=250, widget=forms.TextInput(attrs), **options)

    def prepare_value(self, value: Any) -> Any:
        return person_word(value) if isinstance(value, Contact) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        if self.held is not None and text == person_word(self.held):
            return self.held
        if self.user is None:
            raise ValidationError(_("Nobody we know is called that."), code="unknown")
        found = people_called(text, self.user)
        if not found:
            raise ValidationError(_("Nobody we know is called that."), code="unknown")
        if len(found) > 1:
            raise ValidationError(
                _("Several people are called that. Give an e-mail address."), code="ambiguous"
            )
        return found[0]


def people_called(text: str, user: User) -> list[Contact]:
    """Those whose whole name or e-mail address that is; two are enough to know that it is not one.

    "Bakker, Noor" and "noor bakker" are both Noor Bakker.
    """
    people = Contact.objects.visible_to(user).active()
    if "@" in text:
        return list(people.filter(email_addresses__address__iexact=text.strip()).distinct()[:2])
    likely = suggestions(people, text, limit=25)
    folded = sorted(names.fold(text).replace(",", " ").split())
    return [one for one in likely if sorted(names.fold(one.full_name).split()) == folded][:2]


def person_word(contact: Contact) -> str:
    """What stands in the field for them: it finds them again."""
    address = contact.email_addresses.order_by("-is_primary", "pk").first()
    twins = Contact.objects.active().filter(sort_key=contact.sort_key).exclude(pk=contact.pk)
    return address.address if address and twins.exists() else contact.full_name
