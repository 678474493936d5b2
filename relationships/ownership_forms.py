"""What is asked about owners: a colleague beside them, how long they hold, why not to mind it."""

from typing import Any

from django import forms
from django.utils import formats
from django.utils.html import escape
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.models import User
from relationships.fields import UserField, note_field
from relationships.models import OwnershipRule, Relationship
from relationships.selectors.colleagues import colleagues
from relationships.selectors.ownership import Hold


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Why, although somebody else keeps in touch"), required=False, max_length=300
    )


def ask_reason(form: forms.Form, hold: Hold | None) -> None:
    """Ask why, where a colleague holds the person, and say who does and for how long."""
    form.fields["override_reason"] = field = reason_field()
    if hold is None:
        field.widget = forms.HiddenInput()
        return
    needed = _t("Needed if you choose yourself.")
    field.help_text = f"{who_holds(hold)} {needed}"


def who_holds(hold: Hold) -> str:
    """Escaped: help is drawn as HTML."""
    return ngettext(
        "%(name)s keeps in touch, until %(day)s: one day left.",
        "%(name)s keeps in touch, until %(day)s: %(days)d days left.",
        hold.days_left,
    ) % {
        "name": escape(hold.owner.name),
        "day": formats.date_format(hold.until),
        "days": hold.days_left,
    }


class WhyForm(forms.Form):
    """The word that is needed before one writes to whom a colleague holds."""

    override_reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["override_reason"].required = True


class TakeOverForm(forms.Form):
    """Handing over; whoever takes a held person for themselves says why."""

    colleague = UserField(label=_("To"), empty_label=_("Choose a colleague"))

    def __init__(self, *args: Any, without: User | None, hold: Hold | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rest = colleagues().exclude(pk=without.pk) if without else colleagues()
        self.fields["colleague"].queryset = rest  # type: ignore[attr-defined]
        self.fields["note"] = note_field()
        ask_reason(self, hold)


class CoOwnerForm(forms.Form):
    """Whoever chooses themselves beside a colleague who holds the person says why."""

    user = UserField(label=_("Colleague"), empty_label=_("Choose a colleague"))

    def __init__(
        self, *args: Any, relationship: Relationship, hold: Hold | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        there = [relationship.owner_id, *relationship.co_owners.values_list("user_id", flat=True)]
        rest = colleagues().exclude(pk__in=[pk for pk in there if pk])
        self.fields["user"].queryset = rest  # type: ignore[attr-defined]
        ask_reason(self, hold)


class RuleForm(forms.Form):
    basis = forms.ChoiceField(label=_("Counted"), choices=OwnershipRule.Basis)
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=3650)
