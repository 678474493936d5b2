"""What is asked of a tie. Whom it leads to is typed: a name finds the person."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, Organisation
from core.models import User
from relationships import part_days
from relationships.fields import UserField
from relationships.models import Tie, TieKind
from relationships.selectors.colleagues import colleagues
from relationships.selectors.ties import NOBODY, kind_choices, people_named
from relationships.services.ties import organisation_named

Among = TieKind.Among


class PartDayField(forms.CharField):
    """A year or a day. Its value is ``(day, is_year)``."""

    def __init__(self, *, is_end: bool = False, **options: Any) -> None:
        super().__init__(max_length=10, **options)
        self.is_end = is_end
        self.widget.attrs |= {
            "placeholder": _("2019 or 31-12-2019"),
            "inputmode": "numeric",
            "autocomplete": "off",
        }

    def clean(self, value: Any) -> Any:
        try:
            return part_days.read(super().clean(value), is_end=self.is_end)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class DetailsForm(forms.Form):
    """What there is to know of a tie besides whom it leads to."""

    since = PartDayField(label=_("Since"), required=False)
    until = PartDayField(label=_("Until"), required=False, is_end=True)
    detail = forms.CharField(label=_("How, or where"), required=False, max_length=200)
    source = forms.ChoiceField(label=_("How we know"), choices=Tie.Source)

    @classmethod
    def of(cls, tie: Tie, data: Any = None) -> "DetailsForm":
        initial = {
            "since": part_days.written(tie.since, is_year=tie.is_since_year),
            "until": part_days.written(tie.until, is_year=tie.is_until_year),
            "detail": tie.detail,
            "source": tie.source,
        }
        return cls(data, initial=initial)

    def details(self) -> dict[str, Any]:
        """As the services take them."""
        since, is_since_year = self.cleaned_data["since"]
        until, is_until_year = self.cleaned_data["until"]
        return {
            "since": since,
            "is_since_year": is_since_year,
            "until": until,
            "is_until_year": is_until_year,
            "detail": self.cleaned_data["detail"],
            "source": self.cleaned_data["source"],
        }


class TieForm(DetailsForm):
    """A new tie of ``contact``. ``target`` is whom it leads to, once the form is valid; ``meant``
    are those whom the name may mean, where they are several.
    """

    among: str
    kind = forms.ChoiceField(label=_("What they are"))
    field_order = ("kind", "who", "who_uid", "organisation", "organisation_kind", "colleague")

    def __init__(self, *args: Any, contact: Contact, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact, self.user = contact, user
        self.meant: Sequence[Contact] = ()
        self.target: Contact | Organisation | User | None = None
        self.fields["kind"].choices = kind_choices(self.among)  # type: ignore[attr-defined]
        self.fields["source"].initial = Tie.Source.THEMSELVES

    @property
    def chosen_kind(self) -> tuple[TieKind, bool]:
        """The kind, and whether it is meant the other way round."""
        uid, _colon, inverse = self.cleaned_data["kind"].partition(":")
        return TieKind.objects.get(uid=uid), bool(inverse)


class PersonTieForm(TieForm):
    among = Among.PERSON

    who = forms.CharField(label=_("Name"), max_length=100)
    who_uid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("who_uid"):
            people = Contact.objects.visible_to(self.user).active().exclude(pk=self.contact.pk)
            self.target = people.filter(uid=data["who_uid"]).first()
        if self.target is None and data.get("who"):
            self._find(data["who"].replace("\x00", ""))
        return data

    def _find(self, name: str) -> None:
        found = people_named(self.user, name, but=self.contact)
        same = [one for one in found if one.full_name.casefold() == name.strip().casefold()]
        likely = same or found
        if not likely:
            self.add_error("who", str(NOBODY))
        elif len(likely) == 1:
            self.target = likely[0]
        else:
            self.meant = likely
            self.add_error("who", _t("Several people are found by that name."))


class OrganisationTieForm(TieForm):
    among = Among.ORGANISATION

    organisation = forms.CharField(label=_("Organisation"), max_length=200)
    organisation_kind = forms.ChoiceField(
        label=_("Kind of organisation"), choices=Organisation.Kind
    )

    def find_target(self) -> Organisation:
        """Made where it is new: so only once all else is right."""
        data = self.cleaned_data
        return organisation_named(name=data["organisation"], kind=data["organisation_kind"])


class ColleagueTieForm(TieForm):
    among = Among.COLLEAGUE

    colleague = UserField(label=_("Colleague"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["colleague"]
        field.queryset = colleagues()  # type: ignore[attr-defined]
        field.initial = self.user.uid
        self.fields["source"].initial = Tie.Source.COLLEAGUE

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        self.target = data.get("colleague")
        return data


FORMS: dict[str, type[TieForm]] = {
    Among.PERSON: PersonTieForm,
    Among.ORGANISATION: OrganisationTieForm,
    Among.COLLEAGUE: ColleagueTieForm,
}


class EndForm(forms.Form):
    until = PartDayField(label=_("Until"), is_end=True)


class TieKindForm(forms.Form):
    among = forms.ChoiceField(label=_("Leads to"), choices=Among)
    name_en = forms.CharField(label=_("In English"), required=False, max_length=60)
    name_nl = forms.CharField(label=_("In Dutch"), required=False, max_length=60)
    inverse_en = forms.CharField(
        label=_("The other way round, in English"), required=False, max_length=60
    )
    inverse_nl = forms.CharField(
        label=_("The other way round, in Dutch"), required=False, max_length=60
    )

    def __init__(self, *args: Any, kind: TieKind | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind is not None:
            del self.fields["among"]
            self.initial = {name: getattr(kind, name) for name in self.fields}
        if kind is not None and kind.among != Among.PERSON:
            del self.fields["inverse_en"], self.fields["inverse_nl"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("name_en") and not data.get("name_nl"):
            self.add_error("name_en", _t("Give it a name in one of the languages."))
        return data
