"""What a file of people may say of what they can do: "Python (4); SQL; Excel: 3".

Semicolons and line breaks part them, or commas where neither does (some skills have a comma in
their name); a level from 1 to 5 may stand behind each. A level
that we know is written over only if the whole import may overwrite; nothing counts as confirmed
because it stood in a file.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from contacts import names
from contacts.imports import notes
from contacts.imports.notes import Note, Weight, note
from contacts.imports.targets import (
    ImportTarget,
    TargetField,
    TargetOutcome,
    TargetRow,
    register,
)
from contacts.imports.undoing import Brought
from contacts.models import ContactSkill, SkillName, SkillSource
from contacts.services.skill_catalogue import LONGEST_NAME, named_skills, tidy
from contacts.services.skills import MOST_PER_CONTACT, SkillEntry, put_skills, remove_skills
from core.bulk import update_all
from core.models import User

_BETWEEN = re.compile(r"\s*(?::::|[;|\n\u2022])\s*")
_COMMA = re.compile(r"\s*,\s*")
_LEVEL = re.compile(r"(.*?\S)\s*(?:[(:\[]\s*([1-5])(?:\s*/\s*5)?\s*[)\]]?|\s([1-5])\s*/\s*5)")

notes.register(
    "skill_too_long",
    Weight.WARNING,
    _("Skill with too long a name"),
    _("“%(value)s” is too long for a skill; it was left out."),
)

# In place of a level: the skill was not theirs before.
NEW = "new"
Said = dict[str, tuple[str, int | None]]


def read(text: str) -> tuple[list[tuple[str, int | None]] | None, list[Note]]:
    """``[(name, level), …]`` in the order of the cell, none twice."""
    said: Said = {}
    problems: list[Note] = []
    between = _BETWEEN if _BETWEEN.search(text) else _COMMA
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
    return tidy(found.group(1)), int(found.group(2) or found.group(3))


@dataclass(slots=True)
class _Plan:
    """See ``TargetPlan``. ``wanted`` is by person, then by the folded name."""

    outcomes: list[TargetOutcome] = field(default_factory=list)
    wanted: defaultdict[int, Said] = field(default_factory=lambda: defaultdict(dict))
    levels: defaultdict[int, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    made: dict[int, list[Any]] = field(default_factory=dict)

    def carry_out(self, contact_ids: dict[int, int], actor: User) -> None:
        said = [name for skills in self.wanted.values() for name, _level in skills.values()]
        if not said:
            return
        skills = named_skills(wanted=said, actor=actor)
        rows = put_skills(
            entries=[
                SkillEntry(
                    contact_id=contact_ids[person],
                    skill=skills[folded],
                    level=level,
                    source=SkillSource.IMPORT,
                )
                for person, wanted in self.wanted.items()
                for folded, (_name, level) in wanted.items()
                if folded in skills
            ],
            actor=actor,
        )
        told = {
            (contact_ids[person], skills[folded].pk): (person, self.levels[person][folded])
            for person, wanted in self.wanted.items()
            for folded in wanted
            if folded in skills
        }
        for row in rows:
            person, level = told[row.contact_id, row.skill_id]
            self.made.setdefault(person, []).append([row.pk, level])


def undo(made: Sequence[tuple[Brought, Any]], actor: User) -> None:
    """Take away what was new, and put back the level where that changed."""
    of = {pk: (brought, level) for brought, rows in made for pk, level in rows}
    gone, lowered = [], []
    for row in ContactSkill.objects.filter(pk__in=of):
        brought, level = of[row.pk]
        if row.updated_at > brought.done_at:
            brought.keep("skills")
            continue
        brought.restored.add("skills")
        if level == NEW:
            gone.append(row)
        else:
            row.level = level
            lowered.append(row)
    update_all(lowered, ["level"])
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
        for name, level in row.draft.extras.get("skills") or ():
            folded = names.fold(tidy(name))[:200]
            key: Any = skill_of.get(folded, folded)
            if key in theirs:
                known = theirs[key]
                if level is None or level == known or (known is not None and not overwrites):
                    continue
                outcome.changes.append(("skills", _shown(name, known), _shown(name, level)))
                made.levels[row.person].setdefault(folded, known)
            else:
                outcome.changes.append(("skills", "", _shown(name, level)))
                made.levels[row.person][folded] = NEW
            theirs[key] = level
            made.wanted[row.person][folded] = (name, level)
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


def _held(rows: Sequence[TargetRow]) -> defaultdict[tuple[str, int], dict[Any, int | None]]:
    """By person, the level of each skill that they have; asked only where a row names one."""
    held: defaultdict[tuple[str, int], dict[Any, int | None]] = defaultdict(dict)
    people = {
        row.contact_id
        for row in rows
        if row.contact_id is not None and row.draft.extras.get("skills")
    }
    if people:
        known = ContactSkill.objects.filter(contact__in=people)
        for contact_id, skill_id, level in known.values_list("contact_id", "skill_id", "level"):
            held["contact", contact_id][skill_id] = level
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
        ),
        options=(),
        plan=plan,
        undo=undo,
    )
)
