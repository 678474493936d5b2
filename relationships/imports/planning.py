"""What the rows of a batch mean for our relationships; nothing is written here."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.utils import timezone

from contacts.imports.drafts import Draft
from contacts.imports.notes import note
from contacts.imports.targets import TargetOutcome, TargetRow
from contacts.models import OrgUnit
from contacts.names import fold
from relationships.choices import Kind
from relationships.imports.carrying import Plan
from relationships.imports.standing import Engaged, Standing, standings, whose
from relationships.imports.words import Form
from relationships.models import Stage

# How long ago someone began or left to stand at the later stage.
SETTLED_AFTER = timedelta(days=180)
DORMANT_AFTER = timedelta(days=365)


class Planner:
    """Plans one batch: what is known of all its people is read once, in four statements."""

    def __init__(self, rows: Sequence[TargetRow], options: dict[str, str], today: date) -> None:
        self.today = today
        self.default_kind = options.get("kind", "")
        self.plan = Plan(owns=options.get("owner") == "me")
        self._standings = standings(rows)
        self._units = _units_by_name(rows)
        self._stages = {
            (stage.lifecycle.kind, stage.key): stage
            for stage in Stage.objects.live().select_related("lifecycle").filter(is_closed=False)
        }

    def add(self, row: TargetRow) -> None:
        outcome = TargetOutcome()
        self.plan.outcomes.append(outcome)
        standing = self._standings[whose(row)]
        kind, form = row.draft.extras.get("kind") or (self._kind_for(standing), None)
        if not kind:
            return
        start, end = self._days(row.draft, outcome)
        if end is not None and end > self.today:
            outcome.holds_until = end
        if kind == Kind.ALUMNUS and end is not None and end > self.today:
            outcome.notes.append(note("relationships.end_ahead", day=end.isoformat()))
        if kind == Kind.EMPLOYEE and end is not None and end <= self.today:
            kind = Kind.ALUMNUS
        self._begin(row, standing, kind, start, end, outcome)
        if form is not None:
            self._engage(row, standing, form, start, end, outcome)

    def _kind_for(self, standing: Standing) -> str:
        return "" if standing.kinds else self.default_kind

    def _days(self, draft: Draft, outcome: TargetOutcome) -> tuple[date | None, date | None]:
        start, end = draft.day("started_on"), draft.day("ended_on")
        if start and end and end < start:
            values_of = {"start": start.isoformat(), "end": end.isoformat()}
            outcome.notes.append(note("relationships.ends_before_start", **values_of))
            end = None
        return start, end

    def _begin(
        self,
        row: TargetRow,
        standing: Standing,
        kind: str,
        start: date | None,
        end: date | None,
        outcome: TargetOutcome,
    ) -> None:
        has_left = end is not None and end <= self.today
        if kind == Kind.ALUMNUS:
            if Kind.EMPLOYEE in standing.open_kinds:
                outcome.notes.append(note("relationships.still_open"))
            elif start and has_left:
                self._write(row, standing, Kind.EMPLOYEE, start, end, outcome)
            self._write(row, standing, kind, end if has_left else None, None, outcome)
        elif kind == Kind.PROSPECT:
            self._write(row, standing, kind, row.draft.day("known_since"), None, outcome)
        else:
            self._write(row, standing, kind, start, None, outcome)

    def _write(
        self,
        row: TargetRow,
        standing: Standing,
        kind: str,
        started_on: date | None,
        ended_on: date | None,
        outcome: TargetOutcome,
    ) -> None:
        if kind in standing.kinds:
            return
        standing.kinds.add(kind)
        if ended_on is None:
            standing.open_kinds.add(kind)
        stage = None
        if ended_on is None:
            stage = self._stages.get((kind, _stage_key(kind, started_on, row.draft, self.today)))
        said = {"kind": kind, "stage": stage, "started_on": started_on, "ended_on": ended_on}
        self.plan.beginnings.append((row.person, said))
        outcome.changes.append(("kind", "", str(kind)))

    def _engage(
        self,
        row: TargetRow,
        standing: Standing,
        form: Form,
        start: date | None,
        end: date | None,
        outcome: TargetOutcome,
    ) -> None:
        if start is None:
            if "started_on" not in row.draft.extras and form != Form.ASSIGNMENT:
                outcome.notes.append(note("relationships.no_start"))
            return
        held = standing.engagements.get((form, start))
        if held is not None:
            self._go_on(held, end, outcome)
            return
        unit = self._unit(row.draft, outcome)
        engagement = Engaged(
            form=form,
            starts_on=start,
            ends_on=end,
            role=str(row.draft.extras.get("role") or row.draft.headline)[:150],
            unit_id=unit.pk if unit else None,
        )
        standing.engagements[form, start] = engagement
        self.plan.engagements.append((row.person, engagement))
        outcome.changes.append(("started_on", "", start.isoformat()))

    def _go_on(self, held: Engaged, end: date | None, outcome: TargetOutcome) -> None:
        """What is written already is given an end if it had none; the rest is left as it is."""
        if end is None or held.ends_on is not None:
            return
        held.ends_on = end
        if held.pk is not None:
            self.plan.endings[held.pk] = end
        outcome.changes.append(("ended_on", "", end.isoformat()))

    def _unit(self, draft: Draft, outcome: TargetOutcome) -> OrgUnit | None:
        name = str(draft.extras.get("unit") or "")
        if not name:
            return None
        found = self._units.get(fold(name), [])
        if len(found) == 1:
            return found[0]
        code = "relationships.several_units" if found else "relationships.unknown_unit"
        outcome.notes.append(note(code, value=name))
        return None


def _stage_key(kind: str, started_on: date | None, draft: Draft, today: date) -> str:
    """The stage that the dates speak of; "" for the entry."""
    end = draft.day("ended_on")
    if kind == Kind.EMPLOYEE and started_on is not None and started_on <= today:
        return "settled" if today - started_on > SETTLED_AFTER else "onboarding"
    if kind == Kind.ALUMNUS and started_on is not None and today - started_on > DORMANT_AFTER:
        return "dormant"
    if kind == Kind.FREELANCER and started_on is not None and started_on <= today:
        return "between-assignments" if end is not None and end <= today else "on-assignment"
    return ""


def _units_by_name(rows: Iterable[TargetRow]) -> dict[str, list[OrgUnit]]:
    """The units by folded name and by code; asked only where a row names one."""
    units: dict[str, list[OrgUnit]] = defaultdict(list)
    if any("unit" in row.draft.extras for row in rows):
        for unit in OrgUnit.objects.order_by("pk"):
            for name in {fold(unit.name), fold(unit.code)} - {""}:
                units[name].append(unit)
    return units


def plan(rows: Sequence[TargetRow], options: dict[str, str]) -> Plan:
    planner = Planner(rows, options, timezone.localdate())
    for row in rows:
        planner.add(row)
    return planner.plan
