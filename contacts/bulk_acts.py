"""What can be done to many people at once. Apps register it in ``apps.ready()``.

The list of people offers the acts for whom one ticked, or for all who match; a worker runs them
(``services.bulk_work``) in batches of some hundreds, each its own transaction. An act is given the
ids of a batch and says what became of each; it need not ask who may: whoever is not visible to
the actor, is gone, or is kept where the actor lacks ``permission`` was left out before, batch by
batch, and the contacts are locked. It writes no audit (one entry tells of the whole), but
publishes its events. What it gives as ``before`` is handed back to ``undo``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models import BulkRow, BulkRun
from core.models import User
from core.permissions import held

Options = dict[str, Any]
Before = dict[str, Any]
# How long what people had is kept, to be given back.
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Result:
    """What became of one person; ``reason`` is one of the act's ``reasons``."""

    outcome: BulkRow.Outcome
    reason: str = ""
    before: Before = field(default_factory=dict)


UNCHANGED = Result(BulkRow.Outcome.UNCHANGED)


def done(**before: Any) -> Result:
    return Result(BulkRow.Outcome.DONE, before=before)


def skipped(reason: str) -> Result:
    return Result(BulkRow.Outcome.SKIPPED, reason)


class OptionsForm(Protocol):
    """What must be chosen before an act can begin: a Django form that is also asked for JSON."""

    def is_valid(self) -> bool: ...
    def options(self) -> Options: ...


@dataclass(frozen=True, kw_only=True)
class BulkAct:
    """``words`` says what is done as an order ("tag with “Java”").

    ``run(ids, options, actor)`` answers by contact id; who is not in the answer is unchanged.
    ``undo({contact id: before}, options, actor)`` gives back what each had, and answers those it
    left because they were changed since, each with its reason; without it, an act is for good.
    ``form(data, user=…)`` is asked for ``options()`` once valid; without one there are none.
    """

    key: str
    label: str | Promise
    icon: str
    position: int
    permission: str
    words: Callable[[Options], str]
    run: Callable[[Sequence[int], Options, User], Mapping[int, Result]]
    undo: Callable[[Mapping[int, Before], Options, User], Mapping[int, str]] | None = None
    form: Callable[..., OptionsForm] | None = None
    reasons: Mapping[str, str | Promise] = field(default_factory=dict)

    @property
    def is_undoable(self) -> bool:
        return self.undo is not None


GONE, NOT_ALLOWED, CHANGED, NOT_WRITTEN = "gone", "not_allowed", "changed", "not_written"
_acts: dict[str, BulkAct] = {}
_reasons: dict[str, str | Promise] = {
    GONE: _("No longer in the list: put aside, merged, erased or out of sight"),
    NOT_ALLOWED: _("You may not change this person"),
    CHANGED: _("Changed since"),
    NOT_WRITTEN: _("The database refused it"),
}


def register(act: BulkAct) -> None:
    if len(act.key) > 40:
        raise ValueError(f"the key {act.key} is too long")
    _acts[act.key] = act
    _reasons.update(act.reasons)


def known(key: str) -> BulkAct | None:
    return _acts.get(key)


def acts_for(user: User) -> list[BulkAct]:
    """The acts that ``user`` may begin for some part of the organisation, in order."""
    return sorted(held(_acts.values(), user), key=lambda act: act.position)


def reason_words(code: str) -> str:
    return str(_reasons.get(code, code))


def words_of(run: BulkRun) -> str:
    """What is done, as an order: "tag with “Java”"."""
    act = known(run.act)
    return act.words(run.options) if act else run.act


def is_undoable(run: BulkRun) -> bool:
    act = known(run.act)
    ended = (BulkRun.State.DONE, BulkRun.State.STOPPED, BulkRun.State.FAILED)
    return (
        act is not None
        and act.is_undoable
        and run.state in ended
        and run.undone_by_id is None
        and run.outcomes["done"] > 0
        and run.created_at > timezone.now() - KEPT_FOR
    )
