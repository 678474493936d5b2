"""What a file of people may say of our relationships: kind, dates of service, department, role.

What becomes of it, where the file's words leave room:

- An intern is an employee whose engagement is an internship; volunteers likewise.
- A last day in the past makes an employee an alumnus: the employment is written as ended, and the
  alumnus relationship begins on that day. "Former employee" with a last day still ahead is taken
  at its word, with a warning.
- Someone begins where their dates put them (an employee of years does not begin in preboarding),
  if the lifecycle still has that stage; else at its entry.
- The kind chosen for the whole file is for people who are nothing to us yet.
- Who has a relationship of a kind, open or ended, is given no second one by a file.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.imports import notes, values
from contacts.imports.drafts import Draft
from contacts.imports.notes import Note, Weight, note
from contacts.imports.targets import (
    ImportTarget,
    TargetField,
    TargetOption,
    TargetOutcome,
    TargetRow,
    register,
)
from contacts.imports.undoing import Brought
from contacts.models import OrgUnit
from contacts.names import fold
from core.bulk import like
from core.models import User
from relationships.choices import Kind
from relationships.models import Engagement, Relationship, Stage, StageTransition
from relationships.services import timeline
from relationships.services.beginnings import Beginning, begin_relationships
from relationships.services.engagements import begin_engagements, end_engagement

Form = Engagement.Form

# How long ago someone began or left to stand at the later stage.
SETTLED_AFTER = timedelta(days=180)
DORMANT_AFTER = timedelta(days=365)


def _words(kind: Kind, form: Form | None, text: str) -> dict[str, tuple[Kind, Form | None]]:
    return {" ".join(word.split()): (kind, form) for word in text.split(",")}


KIND_WORDS = {
    **_words(
        Kind.PROSPECT,
        None,
        """kandidaat, kandidate, sollicitant, prospect, talent, lead, candidate, applicant,
        belangstellende, talentpool, potentieel""",
    ),
    **_words(
        Kind.EMPLOYEE,
        Form.EMPLOYMENT,
        """medewerker, medewerkster, werknemer, werkneemster, collega, vast, vast dienstverband,
        tijdelijk, tijdelijk dienstverband, in dienst, loondienst, intern, oproepkracht, employee,
        staff, permanent, colleague, internal, fixed term""",
    ),
    **_words(
        Kind.EMPLOYEE,
        Form.INTERNSHIP,
        "stagiair, stagiaire, stage, afstudeerder, trainee, intern (stage), internship, bbl, bol",
    ),
    **_words(Kind.EMPLOYEE, Form.VOLUNTEER, "vrijwilliger, vrijwilligster, volunteer"),
    **_words(
        Kind.FREELANCER,
        Form.ASSIGNMENT,
        """zzp, zzp'er, zzper, zzp-er, freelance, freelancer, zelfstandige, zelfstandig, interim,
        interimmer, inhuur, externe, extern, opdrachtnemer, contractor, self-employed,
        self employed, consultant, external""",
    ),
    **_words(
        Kind.ALUMNUS,
        Form.EMPLOYMENT,
        """oud-medewerker, oud medewerker, oudmedewerker, ex-medewerker, ex medewerker,
        voormalig medewerker, oud-werknemer, oud-collega, ex-collega, uit dienst, alumnus, alumna,
        alumni, gepensioneerd, gepensioneerde, former employee, ex-employee, ex employee, leaver,
        retired, retiree""",
    ),
}

notes.register(
    "relationships.unknown_kind",
    Weight.WARNING,
    _("Kind of relationship we do not know"),
    _("“%(value)s” is no kind of relationship we know; the choice for the whole file counts."),
)
notes.register(
    "relationships.end_ahead",
    Weight.WARNING,
    _("Left, but the last day lies ahead"),
    _("Said to have left, but the last day, %(day)s, lies ahead. Taken as having left."),
)
notes.register(
    "relationships.ends_before_start",
    Weight.WARNING,
    _("Last day before the first"),
    _("The last day, %(end)s, comes before the first, %(start)s; the last day was left out."),
)
notes.register(
    "relationships.unknown_unit",
    Weight.WARNING,
    _("Department not in our organisation"),
    _("There is no unit “%(value)s” in the organisation; the engagement is kept without one."),
)
notes.register(
    "relationships.several_units",
    Weight.WARNING,
    _("Department that several units are called"),
    _("Several units are called “%(value)s”; use the code. The engagement is kept without one."),
)
notes.register(
    "relationships.no_start",
    Weight.WARNING,
    _("No first day"),
    _("Without a first day no engagement can be kept; the relationship begins today."),
)
notes.register(
    "relationships.still_open",
    Weight.WARNING,
    _("Left, but still an employee here"),
    _("The file says they left; here they are still an employee. End that on the board."),
)


def _read_kind(text: str) -> tuple[Any, list[Note]]:
    found = KIND_WORDS.get(" ".join(text.casefold().split()))
    if found is None:
        return None, [note("relationships.unknown_kind", value=text[:100])]
    return found, []


def _read_day(column: str) -> Any:
    def read(text: str) -> tuple[date | None, list[Note]]:
        day = values.day(text)
        if day is None:
            return None, [note("bad_date", column=column, value=text[:100])]
        return day, []

    return read


def _read_text(text: str) -> tuple[str, list[Note]]:
    return " ".join(text.split())[:150], []


def _show_kind(value: str) -> str:
    return str(Kind(value).label) if value in Kind.values else value


def _show_day(value: str) -> str:
    try:
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    except ValueError:
        return value


@dataclass(slots=True)
class _Engaged:
    """An engagement as it is (then it has a ``pk``) or will be."""

    form: str
    starts_on: date
    ends_on: date | None
    role: str = ""
    unit_id: int | None = None
    pk: int | None = None


@dataclass(slots=True)
class _Standing:
    """What someone is to us: as it is, and then as the rows of the file leave it."""

    kinds: set[str] = field(default_factory=set)
    open_kinds: set[str] = field(default_factory=set)
    engagements: dict[tuple[str, date], _Engaged] = field(default_factory=dict)


@dataclass(slots=True)
class _Plan:
    """See ``TargetPlan``. Each entry names the person it is for."""

    outcomes: list[TargetOutcome] = field(default_factory=list)
    beginnings: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    engagements: list[tuple[int, _Engaged]] = field(default_factory=list)
    endings: dict[int, date] = field(default_factory=dict)
    owns: bool = False
    made: dict[int, dict[str, Any]] = field(default_factory=dict)

    def carry_out(self, contact_ids: dict[int, int], actor: User) -> None:
        begun = begin_relationships(
            beginnings=[
                Beginning(
                    contact_id=contact_ids[person],
                    owner=actor if self.owns and said["ended_on"] is None else None,
                    **said,
                )
                for person, said in self.beginnings
            ],
            actor=actor,
        )
        blank = Engagement()
        engaged = begin_engagements(
            engagements=[
                like(
                    blank,
                    contact_id=contact_ids[person],
                    form=one.form,
                    starts_on=one.starts_on,
                    ends_on=one.ends_on,
                    role=one.role,
                    unit_id=one.unit_id,
                )
                for person, one in self.engagements
            ],
            actor=actor,
        )
        ended = list(Engagement.objects.filter(pk__in=self.endings))
        for engagement in ended:
            end_engagement(engagement=engagement, actor=actor, ends_on=self.endings[engagement.pk])
        self._remember(contact_ids, begun, engaged, ended)

    def _remember(
        self,
        contact_ids: dict[int, int],
        begun: Sequence[Relationship],
        engaged: Sequence[Engagement],
        ended: Sequence[Engagement],
    ) -> None:
        made: defaultdict[int, dict[str, list[int]]] = defaultdict(dict)
        for name, rows in (("begun", begun), ("engaged", engaged), ("ended", ended)):
            for row in rows:
                made[row.contact_id].setdefault(name, []).append(row.pk)
        self.made = {
            person: made[contact_id]
            for person, contact_id in contact_ids.items()
            if contact_id in made
        }


class _Planner:
    """Plans one batch: what is known of all its people is read once, in four statements."""

    def __init__(self, rows: Sequence[TargetRow], options: dict[str, str], today: date) -> None:
        self.today = today
        self.default_kind = options.get("kind", "")
        self.plan = _Plan(owns=options.get("owner") == "me")
        self._standings = _standings(rows)
        self._units = _units_by_name(rows)
        self._stages = {
            (stage.lifecycle.kind, stage.key): stage
            for stage in Stage.objects.select_related("lifecycle").filter(is_closed=False)
        }

    def add(self, row: TargetRow) -> None:
        outcome = TargetOutcome()
        self.plan.outcomes.append(outcome)
        standing = self._standings[_whose(row)]
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

    def _kind_for(self, standing: _Standing) -> str:
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
        standing: _Standing,
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
        standing: _Standing,
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
        standing: _Standing,
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
        engagement = _Engaged(
            form=form,
            starts_on=start,
            ends_on=end,
            role=str(row.draft.extras.get("role") or row.draft.headline)[:150],
            unit_id=unit.pk if unit else None,
        )
        standing.engagements[form, start] = engagement
        self.plan.engagements.append((row.person, engagement))
        outcome.changes.append(("started_on", "", start.isoformat()))

    def _go_on(self, held: _Engaged, end: date | None, outcome: TargetOutcome) -> None:
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


def _whose(row: TargetRow) -> tuple[str, int]:
    """Two persons of a file may turn out to be one that we have."""
    return ("row", row.person) if row.contact_id is None else ("contact", row.contact_id)


def _standings(rows: Sequence[TargetRow]) -> defaultdict[tuple[str, int], _Standing]:
    standings: defaultdict[tuple[str, int], _Standing] = defaultdict(_Standing)
    people = {row.contact_id for row in rows if row.contact_id is not None}
    if not people:
        return standings
    held = Relationship.objects.filter(contact_id__any=people)
    for pk, kind, ended_on in held.values_list("contact_id", "kind", "ended_on"):
        standing = standings["contact", pk]
        standing.kinds.add(kind)
        if ended_on is None:
            standing.open_kinds.add(kind)
    engagements = Engagement.objects.filter(contact_id__any=people).order_by("-pk")
    for contact_id, form, starts_on, ends_on, pk in engagements.values_list(
        "contact_id", "form", "starts_on", "ends_on", "pk"
    ):
        engaged = _Engaged(form, starts_on, ends_on, pk=pk)
        standings["contact", contact_id].engagements[form, starts_on] = engaged
    return standings


def _units_by_name(rows: Iterable[TargetRow]) -> dict[str, list[OrgUnit]]:
    """The units by folded name and by code; asked only where a row names one."""
    units: dict[str, list[OrgUnit]] = defaultdict(list)
    if any("unit" in row.draft.extras for row in rows):
        for unit in OrgUnit.objects.order_by("pk"):
            for name in {fold(unit.name), fold(unit.code)} - {""}:
                units[name].append(unit)
    return units


def plan(rows: Sequence[TargetRow], options: dict[str, str]) -> _Plan:
    planner = _Planner(rows, options, timezone.localdate())
    for row in rows:
        planner.add(row)
    return planner.plan


def undo(made: Sequence[tuple[Brought, Any]], actor: User) -> None:
    """Take back relationships and engagements that nobody touched since, with their lines."""
    begun = _untouched(Relationship, "begun", made, "kind")
    engaged = _untouched(Engagement, "engaged", made, "started_on")
    ended = _untouched(Engagement, "ended", made, "ended_on")
    StageTransition.objects.filter(relationship__in=begun).delete()
    Relationship.objects.filter(pk__in=begun).delete()
    Engagement.objects.filter(pk__in=engaged).delete()
    Engagement.objects.filter(pk__in=ended).update(ends_on=None, updated_at=timezone.now())
    timeline.forget(
        [
            *(f"relationship.began:{pk}" for pk in begun),
            *(f"engagement.began:{pk}" for pk in engaged),
            *(f"engagement.ended:{pk}" for pk in (*engaged, *ended)),
        ]
    )


def _untouched(
    model: type[Relationship] | type[Engagement],
    name: str,
    made: Sequence[tuple[Brought, Any]],
    key: str,
) -> list[int]:
    """Those rows that are as the import left them; of the others it is said that they stay."""
    of = {pk: brought for brought, said in made for pk in said.get(name, ())}
    found = []
    for pk, at in model._default_manager.filter(pk__in=of).values_list("pk", "updated_at"):
        if at > of[pk].done_at:
            of[pk].keep(key)
        else:
            of[pk].restored.add(key)
            found.append(pk)
    return found


_ADDRESS_BOOKS = ("linkedin", "google", "outlook", "vcard", "resume")


def _kind_choices() -> list[tuple[str, str | Promise]]:
    return [("", pgettext_lazy("kind of relationship", "No relationship")), *Kind.choices]


def _owner_choices() -> list[tuple[str, str | Promise]]:
    return [("", pgettext_lazy("owner", "Nobody yet")), ("me", _("Me"))]


def _headers(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split(","))


register(
    ImportTarget(
        key="relationships",
        label=_("What is between us"),
        fields=(
            TargetField(
                key="kind",
                label=_("Kind of relationship"),
                headers=_headers("""
                    soort relatie, relatie, relatiesoort, type relatie, relatietype, soort, type,
                    soort dienstverband, type dienstverband, kind, relationship, contact type,
                    relationship type, employment type, worker type
                """),
                read=_read_kind,
                show=_show_kind,
            ),
            TargetField(
                key="started_on",
                label=_("First day with us"),
                headers=_headers("""
                    in dienst, datum in dienst, indienst, in dienst per, in dienst sinds,
                    indiensttreding, datum indiensttreding, startdatum, begindatum, start date,
                    hire date, date of hire, joined, joined on, employed since, begin date
                """),
                read=_read_day("In dienst"),
                show=_show_day,
            ),
            TargetField(
                key="ended_on",
                label=_("Last day with us"),
                headers=_headers("""
                    uit dienst, datum uit dienst, uitdienst, uit dienst per, uitdiensttreding,
                    datum uitdiensttreding, einddatum, end date, leave date, left on,
                    termination date, last day
                """),
                read=_read_day("Uit dienst"),
                show=_show_day,
            ),
            TargetField(
                key="known_since",
                label=_("Known since"),
                headers=_headers("connected on, kennen sinds, bekend sinds, known since, met on"),
                read=_read_day("Connected on"),
                show=_show_day,
            ),
            TargetField(
                key="unit",
                label=_("Department"),
                headers=_headers("""
                    afdeling, afdelingsnaam, team, organisatieonderdeel, eenheid, kostenplaats,
                    department, division, unit, business unit, org unit, cost centre
                """),
                read=_read_text,
            ),
            TargetField(
                key="role",
                label=_("Role with us"),
                headers=_headers("rol bij ons, functie bij ons, role with us, internal role"),
                read=_read_text,
            ),
        ),
        options=(
            TargetOption(
                key="kind",
                label=_("Kind, where the file does not say"),
                help=_("Only for people with whom we have no relationship yet."),
                choices=_kind_choices,
                preset=lambda layout: Kind.PROSPECT.value if layout in _ADDRESS_BOOKS else "",
            ),
            TargetOption(
                key="owner",
                label=_("Owner of new relationships"),
                help=_("The owner is asked to keep in touch."),
                choices=_owner_choices,
                preset=lambda layout: "me" if layout in _ADDRESS_BOOKS else "",
            ),
        ),
        plan=plan,
        undo=undo,
    )
)
