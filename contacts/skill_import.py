"""What a file may say of what people can do."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from contacts import names
from contacts.imports.notes import Note
from contacts.imports.targets import (
    ImportTarget,
    TargetField,
    TargetOutcome,
    TargetRow,
    register,
)
from contacts.models import ContactSkill, SkillName, SkillSource
from contacts.services.skill_catalogue import named_skills, tidy
from contacts.services.skills import MOST_PER_CONTACT, SkillEntry, put_skills
from core.models import User

_BETWEEN = re.compile(r"\s*(?::::|[;|\n])\s*")
_COMMA = re.compile(r"\s*,\s*")


def _read(text: str) -> tuple[list[str], list[Note]]:
    """A comma parts them only where nothing else does."""
    between = _BETWEEN if _BETWEEN.search(text) else _COMMA
    found = dict.fromkeys(tidy(part) for part in between.split(text))
    return [name for name in found if name][:MOST_PER_CONTACT], []


@dataclass
class SkillPlan:
    """Who is said to have a skill that they were not known for. What is held stays as it is."""

    outcomes: list[TargetOutcome] = field(default_factory=list)
    added: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    def carry_out(self, contact_ids: dict[int, int], actor: User) -> None:
        wanted = {name for said in self.added.values() for name in said}
        if not wanted:
            return
        found = named_skills(wanted=wanted, actor=actor)
        put_skills(
            entries=[
                SkillEntry(
                    contact_id=contact_ids[person],
                    skill=found[names.fold(name)[:200]],
                    source=SkillSource.IMPORT,
                )
                for person, said in self.added.items()
                for name in said
                if names.fold(name)[:200] in found
            ],
            actor=actor,
        )


def plan(rows: Sequence[TargetRow], options: dict[str, str]) -> SkillPlan:
    made = SkillPlan()
    said = {name for row in rows for name in row.draft.extras.get("skills", ())}
    if not said:
        made.outcomes = [TargetOutcome() for _row in rows]
        return made
    known = _known(said)
    held = _held([row.contact_id for row in rows if row.contact_id is not None])
    for row in rows:
        outcome = TargetOutcome()
        made.outcomes.append(outcome)
        whose = ("contact", row.contact_id) if row.contact_id else ("row", row.person)
        theirs = held[whose]
        for name in row.draft.extras.get("skills", ()):
            key = known.get(names.fold(name)[:200], names.fold(name)[:200])
            if key in theirs:
                continue
            theirs.add(key)
            made.added[row.person].append(name)
            outcome.changes.append(("skills", "", name))
    return made


def _known(said: set[str]) -> dict[str, int | str]:
    """The skill that each folded name leads to."""
    folded = [names.fold(name)[:200] for name in said]
    rows = SkillName.objects.filter(folded__any=folded).values_list("folded", "skill_id")
    return dict(rows)


def _held(
    contact_ids: Sequence[int],
) -> defaultdict[tuple[str, int | None], set[int | str]]:
    held: defaultdict[tuple[str, int | None], set[int | str]] = defaultdict(set)
    rows = ContactSkill.objects.filter(contact_id__any=contact_ids)
    for contact_id, skill_id in rows.values_list("contact_id", "skill_id"):
        held["contact", contact_id].add(skill_id)
    return held


register(
    ImportTarget(
        key="skills",
        label=_("What they can do"),
        fields=(
            TargetField(
                key="skills",
                label=_("Skills"),
                headers=(
                    *("skills", "skill", "vaardigheden", "competenties", "kennis", "expertise"),
                    *("talenten", "skillset", "competencies"),
                ),
                read=_read,
            ),
        ),
        options=(),
        plan=plan,
    )
)
