"""What can be done by itself when somebody comes to a stage or leaves it.

Apps above register acts of their own, in ``apps.ready()``; ours stand in ``own_stage_acts``. An act
works in sets, in the transaction that also notes down that it was done, so that what it writes is
written once. It writes rows only; what goes out to the world is found in those rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise

from contacts.models import Contact
from core.models import User
from relationships.models import AutomationRun, Relationship

Options = dict[str, Any]

# Why something was not done, whatever the act: what the run itself keeps as its outcome.
TAKEN_BACK, TURNED_OFF = "taken_back", "turned_off"
GONE, MOVED_ON, FAILED = "person_gone", "moved_on", "failed"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One move that asks for the act. ``mover`` is None where a machine moved them."""

    run_id: int
    contact: Contact
    relationship: Relationship
    owner: User | None
    mover: User | None


@dataclass(frozen=True)
class Outcome:
    """``reason``: why it was left out, one of the act's ``reasons``; ``made_id``: what was made."""

    is_done: bool
    reason: str = ""
    made_id: int | None = None


def done(made_id: int | None = None) -> Outcome:
    return Outcome(True, made_id=made_id)


def left_out(reason: str) -> Outcome:
    return Outcome(False, reason)


@dataclass(frozen=True, kw_only=True)
class StageAct:
    """``form(data, user=…, initial=…)`` asks how; its ``options()`` are plain JSON and hold all
    that ``words`` says ("a task for the owner …"): no query is made to read a timeline.

    ``run`` answers for every entry by its ``run_id``. ``undo`` takes back what was made when the
    move is taken back. ``problem``: why it could not be done at the moment, for the settings.
    """

    key: str
    label: str | Promise
    icon: str
    form: type[forms.Form]
    words: Callable[[Options], str]
    run: Callable[[Sequence[Entry], Options, datetime], Mapping[int, Outcome]]
    undo: Callable[[Sequence[AutomationRun], datetime], None] | None = None
    problem: Callable[[Options], str] | None = None
    permission: str = ""
    reasons: Mapping[str, str | Promise] = field(default_factory=dict)


_acts: dict[str, StageAct] = {}


def register(act: StageAct) -> None:
    _acts[act.key] = act


def find(key: str) -> StageAct | None:
    """None where the app that did it is gone."""
    return _acts.get(key)


def offered_to(user: User) -> list[StageAct]:
    return [act for act in _acts.values() if not act.permission or user.has_perm(act.permission)]
