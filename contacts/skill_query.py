"""Asking for people by what they can do: "python >=3 confirmed < 24 months by:manager".

One skill, how well at least, how lately confirmed and by whose word: all four of the same row. Two
asked together, " & " between them, must both be had.
"""

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts import names
from contacts.models import Contact, ContactSkill, Level, Skill, SkillName, SkillSource
from contacts.models.contact import ContactQuerySet

_LEVEL = re.compile(r"(?:>\s*=|≥|=>)\s*([1-5])(?!\d)")
_ABOVE = re.compile(r">\s*([1-4])(?!\d)")
_AGE = re.compile(
    r"(?:\b(?:last\s+)?(?:confirmed|bevestigd)\s*)?(?:<|\bwithin\b|\bbinnen\b)\s*(\d{1,3})\s*"
    r"(months?|maanden|maand|mnd|mo|m|years?|jaar|jr|yr|y|j)?(?!\w)",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"\b(?:by|door)\s*:\s*([a-z]+)", re.IGNORECASE)
_OPERATOR = re.compile(r"\s*(?:[<>≥=]|(?:by|door)\s*:|confirmed\b|bevestigd\b)", re.IGNORECASE)
_AND = re.compile(r"\s+&\s+")
_MOST = 20


@dataclass(frozen=True, kw_only=True)
class SkillQuery:
    """``name`` is any name of the skill, or its uid. What is None or empty is not asked."""

    name: str
    min_level: int | None = None
    within_months: int | None = None
    sources: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Nothing but a name: what might as well be a word to search for."""
        return self.min_level is None and self.within_months is None and not self.sources


Asked = list[list[SkillQuery]]


def read_skill(text: str) -> SkillQuery | None:
    """The skill that ``text`` asks for, where it is known that one is meant; None if none is."""
    rest, level = _taken(_LEVEL, text)
    above = ""
    if not level:
        rest, above = _taken(_ABOVE, rest)
    rest, months = _months(rest)
    sources = [word.casefold() for word in _SOURCE.findall(rest)]
    name = " ".join(_SOURCE.sub(" ", rest).split())
    if not name or _OPERATOR.match(name):
        return None
    return SkillQuery(
        name=name[:120],
        min_level=int(level) if level else int(above) + 1 if above else None,
        within_months=months,
        sources=tuple(word for word in sources if word in SkillSource.values),
    )


def asked_in_box(text: str) -> Asked:
    """The skills that a search box is asked for: with a level, an age or a source, and each by a
    name that we know. Else these are words like any other, and no skill is asked for.
    """
    read = [read_skill(part) for part in _AND.split(text)]
    skills = [one for one in read if one is not None and not one.name.startswith("-")]
    if len(skills) < len(read) or all(one.is_plain for one in skills):
        return []
    return [skills] if all(skill_ids(one.name for one in skills).values()) else []


def found_by(people: ContactQuerySet, text: str) -> ContactQuerySet:
    """``people`` narrowed by what was typed into a search box: words, or skills with a level."""
    asked = asked_in_box(text)
    return with_skills(people, asked, today=timezone.localdate()) if asked else people.search(text)


def words_of(text: str) -> str:
    """What was typed into a search box as words alone: of skills with a level, their names."""
    asked = asked_in_box(text)
    return " ".join(one.name for together in asked for one in together) if asked else text


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.search(text)
    if found is None:
        return text, ""
    return f"{text[: found.start()]} {text[found.end() :]}", found.group(1)


def _months(text: str) -> tuple[str, int | None]:
    found = _AGE.search(text)
    if found is None:
        return text, None
    number, unit = int(found.group(1)), (found.group(2) or "m").casefold()
    months = number * 12 if unit[0] in "yj" else number
    return f"{text[: found.start()]} {text[found.end() :]}", min(months, 1200)


def read_values(values: Iterable[str]) -> Asked:
    """The values of the filter: alternatives, each a list of skills that must all be had.

    A value that begins with a sign goes on about the skill before it, so that a form without a
    script can send "python", ">=3" and "<24m" apart.
    """
    texts: list[str] = []
    for value in values:
        if texts and _OPERATOR.match(value):
            texts[-1] = f"{texts[-1]} {value}"
        else:
            texts.append(value)
    asked = [
        [read for part in _AND.split(text) if (read := read_skill(part)) is not None]
        for text in texts[:_MOST]
    ]
    return [together[:_MOST] for together in asked if together]


def with_skills(people: ContactQuerySet, asked: Asked, *, today: date) -> ContactQuerySet:
    """The people who have all of any of the alternatives. A skill that nobody knows, nobody has."""
    ids = skill_ids([query.name for together in asked for query in together])
    anyone = Q(pk__in=[])
    any_of = Q(pk__in=[])
    for together in asked:
        fitting = [_row(query, ids[query.name], today) for query in together]
        if len(fitting) == 1:
            any_of |= fitting[0]
        else:
            anyone |= reduce(and_, (Q(pk__in=_holders(row)) for row in fitting))
    # One subquery for all that stand alone: PostgreSQL joins it, and would not join several.
    return people.filter(anyone | Q(pk__in=_holders(any_of)))


def _holders(row: Q) -> QuerySet[ContactSkill, Any]:
    return ContactSkill.objects.filter(row).values("contact_id")


def _row(query: SkillQuery, ids: Sequence[int], today: date) -> Q:
    row = Q(skill__in=ids)
    if query.min_level is not None:
        row &= Q(level__gte=query.min_level)
    if query.within_months is not None:
        row &= Q(confirmed_on__gt=months_before(today, query.within_months))
    if query.sources:
        row &= Q(source__in=query.sources)
    return row


def months_before(day: date, months: int) -> date:
    """The same day of a month as many months ago, or the last of that month."""
    number = day.year * 12 + day.month - 1 - months
    year, month = max(number // 12, 1), number % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def bare(text: str) -> str:
    """A name without blanks and signs but those that make another skill ("C", "C++", "C#")."""
    return "".join(c for c in names.fold(text) if c.isalnum() or c in "+#")


def skill_ids(asked: Iterable[str]) -> dict[str, list[int]]:
    """The skills meant by each name: by the name itself, else however it is set apart, or by uid.

    One that was merged into another means the other.
    """
    wanted = list(dict.fromkeys(asked))
    folded = {text: names.fold(text) for text in wanted}
    held = SkillName.objects.filter(
        Q(folded__in=folded.values()) | Q(bare__in=[bare(text) or "-" for text in wanted])
    )
    by_fold: dict[str, int] = {}
    by_bare: dict[str, list[int]] = {}
    for name in held:
        by_fold[name.folded] = name.skill_id
        by_bare.setdefault(name.bare, []).append(name.skill_id)
    by_uid = _by_uid(wanted)
    return {
        text: [by_fold[folded[text]]]
        if folded[text] in by_fold
        else by_uid.get(text) or sorted(set(by_bare.get(bare(text), [])))
        for text in wanted
    }


def _by_uid(wanted: Iterable[str]) -> dict[str, list[int]]:
    uids: dict[UUID, str] = {}
    for text in wanted:
        try:
            uids[UUID(text)] = text
        except ValueError:
            continue
    if not uids:
        return {}
    rows = Skill.objects.filter(uid__in=uids).values_list("uid", "pk", "merged_into")
    return {uids[uid]: [merged_into or pk] for uid, pk, merged_into in rows}


def in_words(asked: Asked) -> str:
    """How the filter reads: "Python (independent or higher, confirmed within 24 months)"."""
    ids = skill_ids([query.name for together in asked for query in together])
    skills = Skill.objects.in_bulk([pk for found in ids.values() for pk in found])
    shown = [
        get_text_list([_one_in_words(query, ids, skills) for query in together], _("and"))
        for together in asked
    ]
    return str(get_text_list(shown, _("or")))


def _one_in_words(query: SkillQuery, ids: dict[str, list[int]], skills: dict[int, Skill]) -> str:
    found = ids[query.name]
    name = skills[found[0]].name if found else _("“%(name)s”, which is no skill we know")
    if not found:
        name = name % {"name": query.name}
    details = [_level_in_words(query.min_level), _age_in_words(query.within_months)]
    if query.sources:
        sources = [str(SkillSource(source).label) for source in query.sources]
        details.append(_("source: %(sources)s") % {"sources": get_text_list(sources, _("or"))})
    said = [detail for detail in details if detail]
    return f"{name} ({', '.join(said)})" if said else name


def _level_in_words(level: int | None) -> str:
    if level is None:
        return ""
    label = str(Level(level).label)
    if level == Level.EXPERT:
        return label.lower()
    return _("%(level)s or higher") % {"level": label.lower()}


def _age_in_words(months: int | None) -> str:
    if months is None:
        return ""
    return ngettext("confirmed within %(n)d month", "confirmed within %(n)d months", months) % {
        "n": months
    }


def holders_of(query: SkillQuery, *, today: date) -> ContactQuerySet:
    """The people who have what ``query`` asks for; narrow them to what a user may see."""
    return with_skills(Contact.objects.all(), [[query]], today=today)
