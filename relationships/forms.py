from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from core.models import User
from relationships.choices import Channel, Direction, Kind, Party
from relationships.fields import UserField, day_field, note_field
from relationships.models import AllowedMove, DigestSetting, FollowUp, Relationship, Stage
from relationships.ownership_forms import ask_reason
from relationships.selectors.colleagues import colleagues
from relationships.selectors.ownership import hold_against


class StageField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A stage, known by its ``key``, called by its label."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Stage.objects.none(), to_field_name="key", empty_label=None, **options)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class MoveForm(forms.Form):
    """Offers the stages that one may move to; another is left for the service to refuse."""

    to_stage = StageField(label=_("To"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)

    def __init__(
        self,
        *args: Any,
        relationship: Relationship,
        moves: Iterable[AllowedMove],
        lacking: Mapping[int, list[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        """``lacking``: what each stage asks for that is not there, by stage id."""
        super().__init__(*args, **kwargs)
        self.moves = list(moves)
        self.options = [(move, (lacking or {}).get(move.to_stage_id, [])) for move in self.moves]
        field = self.fields["to_stage"]
        field.queryset = Stage.objects.filter(lifecycle__stages=relationship.stage_id)  # type: ignore[attr-defined]
        field.widget.choices = [(move.to_stage.key, move.to_stage.label) for move in self.moves]


class LogForm(forms.Form):
    """A contact moment: the usual answers are given already, so that one line is enough."""

    channel = forms.ChoiceField(
        label=_("How"), choices=Channel, widget=forms.RadioSelect, initial=Channel.PHONE
    )
    direction = forms.ChoiceField(
        label=_("Who spoke"),
        choices=Direction,
        widget=forms.RadioSelect,
        initial=Direction.TWO_WAY,
    )
    initiated_by = forms.ChoiceField(
        label=_("Who began it"), choices=Party, widget=forms.RadioSelect, initial=Party.US
    )
    summary = forms.CharField(
        label=_("In a line"),
        max_length=200,
        widget=forms.TextInput({"autofocus": True, "data-autofocus": True, "autocomplete": "off"}),
    )
    body = forms.CharField(label=_("Notes"), required=False, widget=forms.Textarea({"rows": 3}))
    happened_at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    next_step = forms.CharField(
        label=_("Next step"),
        required=False,
        max_length=200,
        help_text=_("Becomes a task for you."),
    )
    next_on = day_field(label=_("By"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["happened_at"].initial = timezone.localtime().replace(second=0, microsecond=0)
        self.fields["next_on"].initial = timezone.localdate() + timedelta(days=7)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("next_step") and not data.get("next_on"):
            self.add_error("next_on", _("Say by when."))
        return data


class FollowUpForm(forms.Form):
    title = forms.CharField(label=_("What to do"), max_length=200)
    due_on = day_field(label=_("By"))
    assignee = UserField(label=_("For"), required=False, empty_label=_("Nobody yet"))
    body = forms.CharField(label=_("Notes"), required=False, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = colleagues()  # type: ignore[attr-defined]
        self.fields["assignee"].initial = user.uid
        self.fields["due_on"].initial = timezone.localdate() + timedelta(days=1)


class CloseForm(forms.Form):
    state = forms.ChoiceField(
        choices=[
            (state.value, state.label) for state in (FollowUp.State.DONE, FollowUp.State.NOT_NEEDED)
        ],
        widget=forms.HiddenInput,
    )
    outcome = forms.CharField(label=_("Why not"), required=False, max_length=300)


class LaterForm(forms.Form):
    """Until when; ``days`` from today is what the quick choices send."""

    until = day_field(label=_("Until"), required=False)
    days = forms.IntegerField(required=False, min_value=1, max_value=365, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("days"):
            data["until"] = timezone.localdate() + timedelta(days=data["days"])
        if not data.get("until"):
            self.add_error("until", _("Say until when."))
        return data

    @property
    def day(self) -> date:
        day: date = self.cleaned_data["until"]
        return day


class DigestForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Whether one wants the desk by mail, and when."""

    hour = forms.TypedChoiceField(
        label=_("From what hour"),
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        initial=8,
        help_text=_("By your own clock, as in your preferences."),
    )

    class Meta:
        model = DigestSetting
        fields = ["is_on", "hour", "workdays_only"]


class NotNeededForm(forms.Form):
    reason = forms.CharField(label=_("Why not"), max_length=300)


class IntroductionForm(forms.Form):
    """Who of us knows them is asked to bring us together."""

    colleague = UserField(label=_("Who knows them"), empty_label=_("Choose a colleague"))
    note = forms.CharField(
        label=_("What it is about"), max_length=300, widget=forms.Textarea({"rows": 2})
    )
    due_on = day_field(label=_("By"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].queryset = colleagues().exclude(pk=user.pk)  # type: ignore[attr-defined]
        self.fields["due_on"].initial = timezone.localdate() + timedelta(days=7)


class HandOverForm(forms.Form):
    colleague = UserField(label=_("To"), empty_label=_("Choose a colleague"))
    note = note_field()

    def __init__(self, *args: Any, without: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rest = colleagues().exclude(pk=without.pk) if without else colleagues()
        self.fields["colleague"].queryset = rest  # type: ignore[attr-defined]


class _StagesByKind(ModelChoiceIterator):  # type: ignore[type-arg]
    """Stages under the name of their kind, for one question instead of two."""

    def __iter__(self) -> Any:
        by_kind: dict[str, list[tuple[str, str]]] = {}
        for stage in self.queryset:
            by_kind.setdefault(stage.lifecycle.kind, []).append((str(stage.uid), stage.label))
        for kind in Kind:
            if kind in by_kind:
                yield str(kind.label), by_kind[kind]


class _StageByKindField(forms.ModelChoiceField):  # type: ignore[type-arg]
    iterator = _StagesByKind


class BeginForm(forms.Form):
    """A relationship to begin, of a kind that is not open yet; ``stage`` says which kind. Whoever
    begins one of their own with somebody whom a colleague holds says why.
    """

    stage = _StageByKindField(
        Stage.objects.none(), label=_("As what, and at which stage"), to_field_name="uid"
    )
    owner = UserField(label=_("Owner"), required=False, empty_label=_("Nobody yet"))
    started_on = day_field(label=_("Since"))

    def __init__(self, *args: Any, contact: Contact, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Relationship.objects.open().filter(contact=contact).values("kind")
        stages = Stage.objects.live().filter(is_closed=False).exclude(lifecycle__kind__in=held)
        self.fields["stage"].queryset = stages.select_related("lifecycle").order_by("position")  # type: ignore[attr-defined]
        self.fields["owner"].queryset = colleagues()  # type: ignore[attr-defined]
        self.fields["owner"].initial = user.uid
        self.fields["started_on"].initial = timezone.localdate()
        ask_reason(self, hold_against(user, contact, today=timezone.localdate()))


class CadenceForm(forms.Form):
    days = forms.IntegerField(
        label=_("Days between contact moments"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_("Empty: that of their segments, or else of the stage."),
    )


class SegmentCadenceForm(forms.Form):
    days = forms.IntegerField(
        label=_("Days between contact moments"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_("Empty: this segment says nothing about it."),
    )
