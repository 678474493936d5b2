"""The forms of what is between us: promises, goodwill, personal facts, notes."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from core.models import User
from relationships.choices import Channel, Direction, Party
from relationships.fields import UserField, day_field
from relationships.models import GoodwillEntry, Interaction, PersonalFact, Promise
from relationships.selectors.colleagues import colleagues
from relationships.services.facts import kept_by_default

# The contact moments that an entry of the ledger may be said to rest on.
MOMENTS = 20


class PromiseForm(forms.Form):
    side = forms.ChoiceField(
        label=_("Whose word"),
        choices=[(Party.US, _("We promised")), (Party.THEM, _("They promised"))],
        widget=forms.RadioSelect,
        initial=Party.US,
    )
    text = forms.CharField(label=_("What was promised"), max_length=300)
    due_on = day_field(label=_("By"))
    promiser = UserField(
        label=_("Who of us"),
        required=False,
        empty_label=_("All of us"),
        help_text=_("Who gave our word, or was given theirs."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["promiser"].queryset = colleagues()  # type: ignore[attr-defined]
        self.fields["promiser"].initial = user.uid
        usual = timezone.localdate() + timedelta(days=settings.PROMISE_DAYS)
        self.fields["due_on"].initial = usual


class RenegotiateForm(forms.Form):
    due_on = day_field(label=_("The new day"))
    text = forms.CharField(label=_("What is promised now"), max_length=300)
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)

    def __init__(self, *args: Any, promise: Promise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].initial = promise.text
        usual = timezone.localdate() + timedelta(days=settings.PROMISE_DAYS)
        self.fields["due_on"].initial = max(promise.due_on, usual)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required


class MomentField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        day = timezone.localdate(obj.happened_at).isoformat()
        return f"{day} · {obj.summary or obj.get_channel_display()}"


class GoodwillForm(forms.Form):
    """What is usual is chosen already: two answers are enough."""

    direction = forms.ChoiceField(
        label=_("Who gave"),
        choices=GoodwillEntry.Direction,
        widget=forms.RadioSelect,
        initial=GoodwillEntry.Direction.THEY_GAVE,
        help_text=_("Of a breach: whose it was."),
    )
    kind = forms.ChoiceField(label=_("What"))
    value = forms.TypedChoiceField(
        label=_("Worth to whoever received it"),
        choices=GoodwillEntry.Worth,
        coerce=int,
        widget=forms.RadioSelect,
        initial=GoodwillEntry.Worth.HELP,
    )
    note = forms.CharField(label=_("In a line"), required=False, max_length=300)
    happened_on = day_field(label=_("When"))
    interaction = MomentField(
        Interaction.objects.none(),
        label=_("Rests on"),
        required=False,
        to_field_name="uid",
        empty_label=_("No contact moment"),
    )

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given: list[tuple[str, Any]] = []
        breaches: list[tuple[str, Any]] = []
        for kind in GoodwillEntry.Kind:
            (breaches if kind in GoodwillEntry.BREACHES else given).append((kind, kind.label))
        self.fields["kind"].choices = [(_("Given"), given), (_("A breach"), breaches)]  # type: ignore[attr-defined]
        self.fields["happened_on"].initial = timezone.localdate()
        rows = Interaction.objects.filter(contact=contact, is_automated=False)
        latest = rows.order_by("-happened_at").values("pk")[:MOMENTS]
        chosen = Interaction.objects.filter(pk__in=list(latest.values_list("pk", flat=True)))
        self.fields["interaction"].queryset = chosen.order_by("-happened_at")  # type: ignore[attr-defined]


class FactForm(forms.Form):
    text = forms.CharField(label=_("Fact"), max_length=300)
    purpose = forms.CharField(
        label=_("Why we keep it"),
        max_length=200,
        help_text=_("In words that this person may read: they can ask for them."),
    )
    shows_on = day_field(
        label=_("Its moment"),
        required=False,
        help_text=_("It comes to the desk of their owner then."),
    )
    is_month = forms.BooleanField(label=_("Some time in that month"), required=False)
    source = forms.ChoiceField(label=_("How we know"), choices=PersonalFact.Source)
    kept_until = day_field(
        label=_("Kept until"), help_text=_("After that day it is removed by itself.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept_until"].initial = kept_by_default(timezone.localdate())


class NoteForm(forms.Form):
    """What was written of a contact moment, to be put right by who wrote it. What is left out of
    the form stays as it is.
    """

    channel = forms.ChoiceField(label=_("How"), choices=Channel, required=False)
    direction = forms.ChoiceField(label=_("Who spoke"), choices=Direction, required=False)
    initiated_by = forms.ChoiceField(label=_("Who began it"), choices=Party, required=False)
    happened_at = forms.DateTimeField(
        label=_("When"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    summary = forms.CharField(label=_("In a line"), max_length=200, required=False)
    body = forms.CharField(label=_("Notes"), required=False, widget=forms.Textarea({"rows": 6}))

    def __init__(self, data: Any = None, *, row: Interaction) -> None:
        names = ("channel", "direction", "initiated_by", "summary", "body")
        initial = {name: getattr(row, name) for name in names}
        self.row = row
        super().__init__(data, initial={**initial, "happened_at": self._moment()})

    def clean(self) -> dict[str, Any]:
        """The field knows no seconds: the moment stays as it was unless the minute changed."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("happened_at") == self._moment():
            data["happened_at"] = None
        return data

    def _moment(self) -> datetime:
        return timezone.localtime(self.row.happened_at).replace(second=0, microsecond=0)
