"""What the lifecycle says of a move: which it allows, and what it asks for first."""

from collections.abc import Mapping, Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from core.errors import DomainError
from relationships import entry_rules
from relationships.entry_rules import Asked
from relationships.models import AllowedMove, Relationship, Stage


class TransitionRefused(DomainError):
    code = "transition_refused"


class ReasonNeeded(TransitionRefused):
    code = "reason_needed"


class EntryRefused(TransitionRefused):
    """``lacking``: what would have to be there first, in words."""

    code = "entry_rule_unmet"

    def __init__(self, stage: Stage, lacking: Sequence[str]) -> None:
        words = {"stage": stage.label, "what": get_text_list(list(lacking), _("and"))}
        super().__init__(_("Before “%(stage)s” there must be: %(what)s.") % words)
        self.lacking = list(lacking)


def put_aside(stage: Stage) -> TransitionRefused:
    return TransitionRefused(_("The stage “%(stage)s” was put aside.") % {"stage": stage.label})


def another_open() -> TransitionRefused:
    return TransitionRefused(
        _("A newer relationship of this kind is open; this one cannot be opened again.")
    )


def as_asked(row: Relationship) -> Asked:
    return Asked(row.contact_id, row.owner_id, row.stage_since)


class MoveRules:
    """Read once for all rows of one move. ``to_stage`` is as it is now, and locked."""

    def __init__(self, rows: Sequence[Relationship], to_stage: Stage) -> None:
        self.to_stage = to_stage
        from_ids = {row.stage_id for row in rows}
        self.moves: Mapping[int, AllowedMove] = {
            move.from_stage_id: move
            for move in AllowedMove.objects.filter(from_stage__in=from_ids, to_stage=to_stage)
        }
        self.stages = Stage.objects.in_bulk(from_ids)
        ended = [row for row in rows if row.ended_on is not None]
        self.with_open = set(
            Relationship.objects.open()
            .filter(contact__in=[row.contact_id for row in ended])
            .values_list("contact", "kind")
            if ended
            else ()
        )
        self.lacking = entry_rules.unmet(to_stage.entry_rules, [as_asked(row) for row in rows])

    def check(self, row: Relationship, reason: str) -> None:
        here, there = self.stages[row.stage_id], self.to_stage
        if here == there:
            raise TransitionRefused(
                _("This relationship is already at “%(stage)s”.") % {"stage": there.label}
            )
        if here.lifecycle_id != there.lifecycle_id:
            raise TransitionRefused(_("The stage belongs to another lifecycle."))
        if there.archived_at is not None:
            raise put_aside(there)
        move = self.moves.get(here.pk)
        if move is None:
            raise TransitionRefused(
                _("The lifecycle does not allow a move from “%(here)s” to “%(there)s”.")
                % {"here": here.label, "there": there.label}
            )
        if move.needs_reason and not reason.strip():
            raise ReasonNeeded(
                _("Say why: a move from “%(here)s” to “%(there)s” needs a reason.")
                % {"here": here.label, "there": there.label}
            )
        lacking = self.lacking.get(as_asked(row))
        if lacking:
            raise EntryRefused(there, lacking)
        reopens = row.ended_on is not None and not there.is_closed
        if reopens and (row.contact_id, row.kind) in self.with_open:
            raise another_open()
