from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from contacts.columns import in_tree_order
from contacts.models import OrgUnit
from contacts.models.access import permissions_of, visible_units
from core.models import Role, User


class GrantForm(forms.Form):
    """A role and the part it holds for; only what ``actor`` may give is offered."""

    role = forms.ModelChoiceField(
        Role.objects.none(), label=_("Role"), empty_label=_("Choose a role")
    )
    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("For"), required=False)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = visible_units(actor, "core.manage_accounts")
        roles = Role.objects.order_by("pk")
        tree = OrgUnit.objects.all()
        if units is not None:
            roles = roles.filter(permissions__contained_by=sorted(permissions_of(actor)))
            tree = tree.filter(pk__in=units)
        whole = [("", _("The whole organisation"))] if units is None else []
        placed = [(unit.pk, "\u2003" * depth + unit.name) for unit, depth in in_tree_order(tree)]
        unit = cast(forms.ModelChoiceField, self.fields["unit"])  # type: ignore[type-arg]
        unit.queryset = tree
        unit.required = units is not None
        unit.choices = [*whole, *placed]
        cast(forms.ModelChoiceField, self.fields["role"]).queryset = roles  # type: ignore[type-arg]


class InvitationForm(GrantForm):
    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the mail"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    field_order = ["email", "name", "role", "unit", "language"]


class AcceptForm(forms.Form):
    """A colleague makes their account: their name, and a password of their own."""

    name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least twelve characters. A short sentence is easy to remember."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if password := cleaned.get("password"):
            user = User(email=self.email, name=cleaned.get("name", ""))
            try:
                validate_password(password, user)
            except forms.ValidationError as refusal:
                self.add_error("password", refusal)
        return cleaned


class RoleForm(forms.Form):
    name = forms.CharField(label=_("Name of the role"), max_length=100)


class AuditFilterForm(forms.Form):
    """What the audit log is narrowed to. Comes from the address, so nonsense is ignored."""

    actor = forms.ModelChoiceField(
        User.objects.order_by("name"),
        to_field_name="uid",
        label=_("Who"),
        required=False,
        empty_label=_("Everyone"),
    )
    act = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    record = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, acts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = [("", _("Everything")), *acts]  # type: ignore[attr-defined]
