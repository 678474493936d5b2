"""Forms of the settings of lifecycles."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from relationships import entry_rules
from relationships.choices import Tone
from relationships.models import Stage


class StageForm(forms.Form):
    """A stage that is there, or (without ``stage``) a new one."""

    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    cadence_days = forms.IntegerField(
        label=_("Days between contact moments"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_("Empty: nobody is reminded."),
    )
    tone = forms.ChoiceField(label=_("Colour"), required=False, choices=Tone.choices)
    is_closed = forms.BooleanField(
        label=_("Ends the relationship"),
        required=False,
        help_text=_("Set once: what ended there stays ended."),
    )
    is_entry = forms.BooleanField(label=_("Relationships begin here"), required=False)
    is_onward = forms.BooleanField(
        label=_("Who becomes something else to us ends here"),
        required=False,
        help_text=_("A prospect who is hired, an employee who leaves, an alumnus who returns."),
    )

    def __init__(self, *args: Any, stage: Stage | None = None, **kwargs: Any) -> None:
        if stage is not None:
            names = ("name", "cadence_days", "tone", "is_entry", "is_onward")
            kwargs["initial"] = {name: getattr(stage, name) for name in names}
        super().__init__(*args, **kwargs)
        self.stage = stage
        for name in self._not_asked():
            del self.fields[name]
        if stage is not None and stage.seeded_label != stage.key:
            self.fields["name"].help_text = _(
                "Empty: “%(name)s”, in the language of each reader."
            ) % {"name": stage.seeded_label}
        else:
            self.fields["name"].required = True

    def _not_asked(self) -> list[str]:
        """Where a part is already, it stays until another stage takes it over."""
        if self.stage is None:
            return ["is_entry", "is_onward"]
        if self.stage.is_closed:
            asked_not = ["is_closed", "is_entry", "cadence_days"]
            return [*asked_not, "is_onward"] if self.stage.is_onward else asked_not
        asked_not = ["is_closed", "is_onward"]
        return [*asked_not, "is_entry"] if self.stage.is_entry else asked_not


class EntryRulesForm(forms.Form):
    """A box for everything that a stage may ask for, by the sort of thing; ``rule:value``."""

    rules = forms.MultipleChoiceField(
        label=_("Before somebody comes here there must be"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Who stands here already stays. Several ask for all of them."),
    )

    def __init__(self, *args: Any, stage: Stage, **kwargs: Any) -> None:
        kept = [f"{rule.key}:{value}" for rule, value in entry_rules.known(stage.entry_rules)]
        kwargs["initial"] = {"rules": kept}
        super().__init__(*args, **kwargs)
        self.fields["rules"].choices = [  # type: ignore[attr-defined]
            (rule.label, [(f"{rule.key}:{value}", label) for value, label in rule.choices()])
            for rule in entry_rules.registered()
        ]

    def chosen(self) -> list[tuple[str, str]]:
        pairs = (one.partition(":") for one in self.cleaned_data["rules"])
        return [(rule, value) for rule, _colon, value in pairs]


class TemplateNameForm(forms.Form):
    """Under which name stages are kept."""

    name = forms.CharField(label=_("Name of the template"), max_length=120)


class PutAsideForm(forms.Form):
    """Where those go who stand at the stage."""

    to_stage = forms.ModelChoiceField(
        Stage.objects.none(), label=_("They go to"), to_field_name="uid", empty_label=None
    )

    def __init__(self, *args: Any, stage: Stage, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not count:
            del self.fields["to_stage"]
            return
        others = Stage.objects.live().filter(lifecycle=stage.lifecycle_id, is_closed=False)
        self.fields["to_stage"].queryset = others.exclude(pk=stage.pk).order_by("position")  # type: ignore[attr-defined]


class MovesForm(forms.Form):
    """The matrix of a lifecycle: a box per pair of stages, and one for the reason beside it.

    Names are ``move:<from uid>:<to uid>`` and ``reason:<from uid>:<to uid>``.
    """

    def __init__(self, *args: Any, stages: Iterable[Stage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stages = {stage.uid: stage for stage in stages}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        chosen: dict[tuple[int, int], bool] = {}
        for name in self.data:
            pair = self._pair(name)
            if pair is not None:
                here, there = pair
                reason = f"reason:{here.uid}:{there.uid}"
                chosen[here.pk, there.pk] = reason in self.data
        data["moves"] = chosen
        return data

    def _pair(self, name: str) -> tuple[Stage, Stage] | None:
        parts = name.split(":")
        if len(parts) != 3 or parts[0] != "move":
            return None
        try:
            here, there = (self.stages.get(UUID(part)) for part in parts[1:])
        except ValueError:
            return None
        return (here, there) if here and there and here != there else None
