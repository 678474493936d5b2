"""The forms of the dossier, and of its questions."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from relationships.dossiers import NO, UNKNOWN, YES, Answered
from relationships.models import Dossier, Questionnaire

ANSWERS = [(YES, _("Yes")), (NO, _("No")), (UNKNOWN, _("Not known"))]


class DossierForm(forms.Form):
    """A question is ``answer_<key>`` with what it rests on as ``note_<key>``."""

    why = forms.ChoiceField(label=_("Why now"), choices=Dossier.Why.choices)
    remarks = forms.CharField(
        label=_("Remarks"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("The person may read all of this: they can ask for it."),
    )

    def __init__(self, *args: Any, lines: Sequence[Answered], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            question = line.question
            self.fields[f"answer_{question.key}"] = forms.ChoiceField(
                label=question.text,
                choices=ANSWERS,
                initial=line.answer,
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[f"note_{question.key}"] = forms.CharField(
                label=_("What it rests on"), initial=line.note, required=False, max_length=1000
            )

    @property
    def answers(self) -> dict[str, dict[str, str]]:
        data = self.cleaned_data
        return {
            line.question.key: {
                "answer": data[f"answer_{line.question.key}"] or UNKNOWN,
                "note": data[f"note_{line.question.key}"],
            }
            for line in self.lines
        }

    @property
    def themes(self) -> list[tuple[str, list[tuple[Answered, Any, Any]]]]:
        """The fields under what they are about."""
        found: dict[str, list[tuple[Answered, Any, Any]]] = {}
        for line in self.lines:
            key = line.question.key
            fields = (line, self[f"answer_{key}"], self[f"note_{key}"])
            found.setdefault(line.question.theme_label, []).append(fields)
        return list(found.items())


class QuestionForm(forms.Form):
    """One question; a row without a text is none."""

    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    theme = forms.ChoiceField(label=_("About"), choices=Questionnaire.Theme, required=False)
    notable = forms.ChoiceField(
        label=_("Asks for attention"),
        required=False,
        choices=[("", _("no answer")), (YES, _("when yes")), (NO, _("when no"))],
    )
    text_nl = forms.CharField(
        label=_("Question in Dutch"),
        required=False,
        max_length=400,
        widget=forms.Textarea({"rows": 2, "lang": "nl"}),
    )
    text_en = forms.CharField(
        label=_("Question in English"),
        required=False,
        max_length=400,
        widget=forms.Textarea({"rows": 2, "lang": "en"}),
    )
    why_nl = forms.CharField(
        label=_("Why it matters, in Dutch"),
        required=False,
        max_length=600,
        widget=forms.Textarea({"rows": 2, "lang": "nl"}),
    )
    why_en = forms.CharField(
        label=_("Why it matters, in English"),
        required=False,
        max_length=600,
        widget=forms.Textarea({"rows": 2, "lang": "en"}),
    )


QuestionFormSet = forms.formset_factory(QuestionForm, extra=1, max_num=60, absolute_max=80)


class NoteForm(forms.Form):
    note = forms.CharField(label=_("What changed"), required=False, max_length=300)


def rows_of(questionnaire: Questionnaire) -> list[dict[str, str]]:
    return [
        {
            "key": one["key"],
            "theme": one["theme"],
            "notable": one["notable"],
            "text_nl": one["text"]["nl"],
            "text_en": one["text"]["en"],
            "why_nl": one["why"]["nl"],
            "why_en": one["why"]["en"],
        }
        for one in questionnaire.questions
    ]


def questions_in(rows: "forms.BaseFormSet[QuestionForm]") -> list[dict[str, Any]]:
    """As the services take them."""
    said = [row.cleaned_data for row in rows.forms]
    return [
        {
            "key": one["key"],
            "theme": one["theme"],
            "notable": one["notable"],
            "text": {"nl": one["text_nl"], "en": one["text_en"]},
            "why": {"nl": one["why_nl"], "en": one["why_en"]},
        }
        for one in said
        if one.get("text_nl") or one.get("text_en")
    ]
