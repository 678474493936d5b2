"""What the answers of a dossier ask attention for. Never a verdict: no points are added up, and
nothing says whether somebody is an employee. That is for people, and in the end for a judge.

The circumstances are those of the Dutch Supreme Court in Deliveroo (24 March 2023,
ECLI:NL:HR:2023:443), all of which count together; none goes before another.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from relationships.models import Engagement, Questionnaire

YES, NO, UNKNOWN = "yes", "no", "unknown"
# From here on the duration and the hours of an assignment ask for attention by themselves.
LONG_DAYS = 365
FULL_TIME_HOURS = Decimal(32)


@dataclass(frozen=True, kw_only=True)
class Question:
    """In the reader's language. ``notable``: the answer that asks for attention, or empty."""

    key: str
    theme: str
    text: str
    why: str
    notable: str

    @property
    def theme_label(self) -> str:
        return str(Questionnaire.Theme(self.theme).label)


@dataclass(frozen=True, kw_only=True)
class Answered:
    question: Question
    answer: str
    note: str

    @property
    def is_notable(self) -> bool:
        return bool(self.question.notable) and self.answer == self.question.notable

    @property
    def answer_label(self) -> str:
        return {YES: _("Yes"), NO: _("No")}.get(self.answer, _("Not known"))


@dataclass(frozen=True, kw_only=True)
class Point:
    """What asks for attention, and why. ``is_open``: it is not known yet."""

    about: str
    text: str
    why: str
    note: str = ""
    is_open: bool = False


def questions_of(questionnaire: Questionnaire) -> list[Question]:
    return [
        Question(
            key=one["key"],
            theme=one["theme"],
            text=_in_language(one["text"]),
            why=_in_language(one["why"]),
            notable=one["notable"],
        )
        for one in questionnaire.questions
    ]


def _in_language(texts: Mapping[str, str]) -> str:
    first, second = ("nl", "en") if (get_language() or "").startswith("nl") else ("en", "nl")
    return texts.get(first) or texts.get(second, "")


def answered(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> list[Answered]:
    """Every question with its answer; what was not said is not known."""
    found = []
    for question in questions_of(questionnaire):
        said = answers.get(question.key) or {}
        found.append(
            Answered(
                question=question,
                answer=said.get("answer", UNKNOWN),
                note=said.get("note", ""),
            )
        )
    return found


def points_for_attention(
    lines: Sequence[Answered], engagement: Engagement, *, today: date
) -> list[Point]:
    """First what the assignment itself says, then the answers in their order, then what is not
    known yet.
    """
    known = [
        Point(
            about=line.question.theme_label,
            text=f"{line.question.text} {line.answer_label}.",
            why=line.question.why,
            note=line.note,
        )
        for line in lines
        if line.is_notable
    ]
    unknown = [
        Point(
            about=line.question.theme_label,
            text=line.question.text,
            why=line.question.why,
            note=line.note,
            is_open=True,
        )
        for line in lines
        if line.answer == UNKNOWN
    ]
    return [*_facts(engagement, today), *known, *unknown]


def _facts(engagement: Engagement, today: date) -> Iterator[Point]:
    until = engagement.last_day or max(today, engagement.starts_on)
    days = (until - engagement.starts_on).days
    if days > LONG_DAYS:
        months = days * 12 // 365
        yield Point(
            about=_("Duration"),
            text=ngettext(
                "The assignment lasts %(n)d month.", "The assignment lasts %(n)d months.", months
            )
            % {"n": months},
            why=_("Work that goes on for more than a year looks less like a project with an end."),
        )
    hours = engagement.hours_per_week
    if hours is not None and hours >= FULL_TIME_HOURS:
        yield Point(
            about=_("Hours"),
            text=_("It takes %(hours)s hours a week.") % {"hours": f"{hours.normalize():f}"},
            why=_("Who works full-time for one client has little room for others."),
        )
