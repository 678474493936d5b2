"""What is done by itself at a stage, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from contacts.models import Contact
from core.models import User
from relationships import stage_acts
from relationships.models import AutomationRun, Stage, StageAutomation
from relationships.stage_acts import FAILED, GONE, MOVED_ON, TAKEN_BACK, TURNED_OFF

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Shown:
    """``problem``: why it could not be done at the moment."""

    automation: StageAutomation
    words: str
    icon: str
    problem: str
    done: int
    waiting: int


@dataclass(frozen=True, kw_only=True)
class Deed:
    """``contact`` is None where the reader may not see the person."""

    run: AutomationRun
    contact: Contact | None
    words: str
    reason: str


def automations_of(stage: Stage) -> list[Shown]:
    """In two queries however many, and what their acts ask for ``problem``."""
    rows = stage.automations.filter(archived_at=None).order_by("moment", "pk")
    counted = rows.annotate(
        done=Count("runs", filter=Q(runs__result=AutomationRun.Result.DONE)),
        waiting=Count("runs", filter=Q(runs__result="")),
    )
    return [
        Shown(
            automation=row,
            words=words_of(row),
            icon=act.icon if (act := stage_acts.find(row.act)) else "circle-help",
            problem=_problem(row),
            done=row.done,
            waiting=row.waiting,
        )
        for row in counted
    ]


def words_of(automation: StageAutomation) -> str:
    act = stage_acts.find(automation.act)
    return act.words(automation.options) if act else automation.act


def _problem(automation: StageAutomation) -> str:
    act = stage_acts.find(automation.act)
    if act is None:
        return _("Nobody knows how to do that any more.")
    return act.problem(automation.options) if act.problem else ""


def history(stage: Stage, user: User, *, before: int | None = None) -> list[Deed]:
    """What was done, left out or waits at a stage, the latest first; also by what was taken out."""
    rows = AutomationRun.objects.filter(automation__stage=stage).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    runs = list(rows.select_related("automation", "contact")[: PAGE + 1])
    seen = _seen((run.contact_id for run in runs), user)
    return [
        Deed(
            run=run,
            contact=run.contact if run.contact_id in seen else None,
            words=words_of(run.automation),
            reason=reason_words(run),
        )
        for run in runs
    ]


def _seen(contact_ids: Iterable[int], user: User) -> set[int]:
    people = Contact.objects.visible_to(user).filter(pk__in=set(contact_ids))
    return set(people.values_list("pk", flat=True))


def reason_words(run: AutomationRun) -> str:
    own = {
        TAKEN_BACK: _("The move was taken back"),
        TURNED_OFF: _("It was switched off or taken out"),
        GONE: _("The person is not there any more"),
        MOVED_ON: _("They were at another stage by then"),
        FAILED: _("Something went wrong, several times"),
    }
    act = stage_acts.find(run.automation.act)
    theirs = act.reasons.get(run.outcome, "") if act else ""
    return own.get(run.outcome) or str(theirs or run.outcome)
