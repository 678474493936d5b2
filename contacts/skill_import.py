"""What a file of people may say of what they can do: "Python (4); SQL; Excel: 3".

Semicolons and line breaks part them, or commas where neither does (some skills have a comma in
their name); a level from 1 to 5 may stand behind each. A level that we know is written over only
if the whole import may overwrite. Nothing counts as confirmed because it stood in a file, unless
the file says by whom and when, in a column of its own ("Skill details", as our exports have it).
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts import names
from contacts.imports import notes, values
from contacts.imports.listed import rows_in
from contacts.imports.notes import Note, Weight, note
from contacts.imports.targets import (
    ImportTarget,
    TargetField,
    TargetOutcome,
    TargetRow,
    register,
)
from contacts.imports.undoing import Brought
from contacts.models import ContactSkill, Skill, SkillName, SkillSource
from contacts.services.skill_catalogue import LONGEST_NAME, named_skills, tidy
from contacts.services.skills import MOST_PER_CONTACT, SkillEntry, put_skills, remove_skills
from core.bulk import update_all
from core.models import User

_BETWEEN = re.compile(r"\s*[;|\n\u2022]\s*")
_ALL = re.compile(r"\s*:::\s*")
_COMMA = re.compile(r"\s*,\s*")
_LEVEL = re.compile(r"(.*?\S)\s*(?:[(:\[]\s*([1-5])(?:\s*/\s*5)?\s*[)\]]?|\s([1-5])\s*/\s*5|\(-\))")

notes.register(
    "skill_too_long",
    Weight.WARNING,
    _("Skill with too long a name"),
    _("“%(value)s” is too long for a skill; it was left out."),
)

notes.register(
    "bad_skill_detail",
    Weight.WARNING,
    _("Who says so of a skill, or since when"),
    _("%(name)s: “%(value)s” is no source and past day that we know; it was left out."),
)

SAID = ("level", "source", "evidence", "confirmed_on")
# In place of what was said before: the skill was not theirs before.
NEW = "new"
Said = dict[str, tuple[str, int | None]]


def read(text: str) -> tuple[list[tuple[str, int | None]] | None, list[Note]]:
    """``[(name, level), …]`` in the order of the cell, none twice."""
    said: Said = {}
    problems: list[Note] = []
    between = _BETWEEN if _BETWEEN.search(text) else _COMMA
    between = _ALL if ":::" in text else between
    for part in between.split(text)[:MOST_PER_CONTACT]:
        name, level = _parted(part)
        if not any(c.isalnum() for c in name):
            continue
        if len(name) > LONGEST_NAME:
            problems.append(note("skill_too_long", value=name[:60]))
        else:
            said.setdefault(names.fold(name), (name, level))
    return list(said.values()) or None, problems


def _parted(part: str) -> tuple[str, int | None]:
    found = _LEVEL.fullmatch(part.strip())
    if found is None:
        return " ".join(part.replace("\x00", "").split()), None
    level = found.group(2) or found.group(3)
    return tidy(found.group(1)), int(level) if level else None


Detail = tuple[str, date | None, str]


def read_details(text: str) -> tuple[dict[str, Detail] | None, list[Note]]:
    """By the folded name of a skill, who says so, when it was last found right, the evidence; of
    a file of our own. A source or a day that we do not know is left out, and said.
    """
    details: dict[str, Detail] = {}
    problems: list[Note] = []
    for row in rows_in(text)[:MOST_PER_CONTACT]:
        name, source, day, evidence = (*row, *[""] * 4)[:4]
        on = values.day(day) if day else None
        is_known = not source or source in SkillSource.values
        if not is_known or (day and (on is None or on > timezone.localdate())):
            problems.append(note("bad_skill_detail", name=name[:60], value=f"{source} {day}"[:60]))
            on = None
        source = source if is_known else ""
        details[names.fold(tidy(name))[:200]] = (source or SkillSource.IMPORT, on, evidence)
    return details or None, problems


@dataclass(slots=True)
class _Plan:
    """See ``TargetPlan``. ``wanted`` is by person, then by the folded name."""

    outcomes: list[TargetOutcome] = field(default_factory=list)
    wanted: defaultdict[int, Said] = field(default_factory=lambda: defaultdict(dict))
    before: defaultdict[int, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    details: defaultdict[int, dict[str, Detail]] = field(default_factory=lambda: defaultdict(dict))
    made: dict[int, list[Any]] = field(default_factory=dict)

    def carry_out(self, contact_ids: dict[int, int], actor: User) -> None:
        said = [name for skills in self.wanted.values() for name, _level in skills.values()]
        if not said:
            return
        skills = named_skills(wanted=said, actor=actor)
        rows = put_skills(
            entries=[
                self._entry(person, contact_ids[person], skills[folded], folded, level)
                for person, wanted in self.wanted.items()
                for folded, (_name, level) in wanted.items()
                if folded in skills
            ],
            actor=actor,
        )
        told = {
            (contact_ids[person], skills[folded].pk): (person, self.before[person][folded])
            for person, wanted in self.wanted.items()
            for folded in wanted
            if folded in skills
        }
        for row in rows:
            person, before = told[row.contact_id, row.skill_id]
            self.made.setdefault(person, []).append([row.pk, before])

    def _entry(
        self, person: int, contact_id: int, skill: Skill, folded: str, level: int | None
    ) -> SkillEntry:
        source, on, evidence = self.details[person].get(folded, (SkillSource.IMPORT, None, ""))
        before = self.before[person][folded]
        kept = "" if before == NEW else before.get("evidence", "")
        return SkillEntry(
            contact_id=contact_id,
            skill=skill,
            level=level,
            source=source,
            evidence=evidence or kept,
            confirmed_on=on,
        )


def undo(made: Sequence[tuple[Brought, Any]], actor: User) -> None:
    """Take away what was new, and put back what was said before of what changed."""
    of = {pk: (brought, before) for brought, rows in made for pk, before in rows}
    gone, changed = [], []
    for row in ContactSkill.objects.filter(pk__in=of):
        brought, before = of[row.pk]
        if row.updated_at > brought.done_at:
            brought.keep("skills")
            continue
        brought.restored.add("skills")
        if before == NEW:
            gone.append(row)
            continue
        # An import of before this was kept says the level alone.
        said = before if isinstance(before, dict) else {"level": before}
        for name, value in said.items():
            setattr(row, name, value)
        changed.append(row)
    update_all(changed, SAID)
    remove_skills(skills=gone, actor=actor)


def plan(rows: Sequence[TargetRow], options: dict[str, str]) -> _Plan:
    """What is new: skills that somebody lacks, levels that we did not know."""
    made = _Plan()
    skill_of = _skills_named(rows)
    held = _held(rows)
    overwrites = options.get("policy") == "overwrite"
    for row in rows:
        outcome = TargetOutcome()
        made.outcomes.append(outcome)
        theirs = held[_whose(row)]
        details = row.draft.extras.get("skill_details") or {}
        for name, level in row.draft.extras.get("skills") or ():
            folded = names.fold(tidy(name))[:200]
            key: Any = skill_of.get(folded, folded)
            if key in theirs:
                before = theirs[key]
                known = before["level"]
                if level is None or level == known or (known is not None and not overwrites):
                    continue
                outcome.changes.append(("skills", _shown(name, known), _shown(name, level)))
                made.before[row.person].setdefault(folded, before)
            else:
                outcome.changes.append(("skills", "", _shown(name, level)))
                made.before[row.person][folded] = NEW
            theirs[key] = {"level": level}
            made.wanted[row.person][folded] = (name, level)
            if folded in details:
                made.details[row.person][folded] = details[folded]
    return made


def _shown(name: str, level: int | None) -> str:
    return name if level is None else f"{name} ({level})"


def _whose(row: TargetRow) -> tuple[str, int]:
    return ("row", row.person) if row.contact_id is None else ("contact", row.contact_id)


def _skills_named(rows: Sequence[TargetRow]) -> dict[str, int]:
    wanted = {
        names.fold(tidy(name))[:200]
        for row in rows
        for name, _level in row.draft.extras.get("skills") or ()
    }
    if not wanted:
        return {}
    return dict(SkillName.objects.filter(folded__in=wanted).values_list("folded", "skill_id"))


def _held(rows: Sequence[TargetRow]) -> defaultdict[tuple[str, int], dict[Any, dict[str, Any]]]:
    """By person, what is said of each skill that they have; asked only where a row names one."""
    held: defaultdict[tuple[str, int], dict[Any, dict[str, Any]]] = defaultdict(dict)
    people = {
        row.contact_id
        for row in rows
        if row.contact_id is not None and row.draft.extras.get("skills")
    }
    if people:
        known = ContactSkill.objects.filter(contact__in=people)
        for contact_id, skill_id, *said in known.values_list("contact_id", "skill_id", *SAID):
            held["contact", contact_id][skill_id] = {
                name: value.isoformat() if isinstance(value, date) else value
                for name, value in zip(SAID, said, strict=True)
            }
    return held


def _headers(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split(","))


register(
    ImportTarget(
        key="skills",
        label=_("What they can do"),
        fields=(
            TargetField(
                key="skills",
                label=_("Skills"),
                headers=_headers("""
                    skills, skill, vaardigheden, vaardigheid, competenties, competentie,
                    competencies, expertise, kennis, kennisgebieden, specialisaties,
                    specialismen, technologies, tech stack, talenten, skillset
                """),
                read=read,
            ),
            TargetField(
                key="skill_details",
                label=_("Skills: who says so, since when"),
                headers=_headers("skill details, details van vaardigheden"),
                read=read_details,
            ),
        ),
        options=(),
        plan=plan,
        undo=undo,
    )
)
