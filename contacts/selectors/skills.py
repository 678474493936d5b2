"""What pages show of skills: a person's, those one may choose from, and the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Length, Lower
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from contacts import names
from contacts.models import Contact, ContactSkill, Skill, SkillName
from contacts.skill_query import bare
from core.models import User

SUGGESTED = 8
CANDIDATES = 60
STALE_AFTER_MONTHS = 24
ALIKE = 0.8


@dataclass(frozen=True)
class HeldSkill:
    """A skill of a person, with how long ago it was last confirmed."""

    row: ContactSkill
    months: int | None

    @property
    def dots(self) -> list[bool]:
        """Five, of which as many are filled as the level says."""
        return [at < (self.row.level or 0) for at in range(5)]

    @property
    def is_stale(self) -> bool:
        return self.months is None or self.months >= STALE_AFTER_MONTHS

    @property
    def age(self) -> str:
        """In a word or two: "this month", "7 months", "3 years"."""
        if self.months is None:
            return _("not confirmed")
        if self.months < 1:
            return _("this month")
        if self.months < STALE_AFTER_MONTHS:
            return ngettext("%(n)d month ago", "%(n)d months ago", self.months) % {"n": self.months}
        years = self.months // 12
        return ngettext("%(n)d year ago", "%(n)d years ago", years) % {"n": years}


def skills_of(contact: Contact, *, today: date) -> list[HeldSkill]:
    """The best first, and of those the latest confirmed."""
    rows = _ranked(ContactSkill.objects.filter(contact=contact).select_related("skill"))
    return [HeldSkill(row, _months_since(row.confirmed_on, today)) for row in rows]


def _ranked(rows: QuerySet[ContactSkill]) -> QuerySet[ContactSkill]:
    return rows.order_by(Coalesce("level", 0).desc(), F("confirmed_on").desc(nulls_last=True), "pk")


def _months_since(day: date | None, today: date) -> int | None:
    if day is None:
        return None
    months = (today.year - day.year) * 12 + today.month - day.month
    return max(months - (today.day < day.day), 0)


def skill_names_of(contact_ids: Sequence[int], user: User) -> Mapping[int, list[ContactSkill]]:
    """For a column of a list: each person's skills, the best first, in one query."""
    rows = _ranked(ContactSkill.objects.filter(contact__in=contact_ids).select_related("skill"))
    found: dict[int, list[ContactSkill]] = {}
    for row in rows:
        found.setdefault(row.contact_id, []).append(row)
    return found


def skill_words(contact_ids: Sequence[int]) -> dict[int, str]:
    """By contact, every name of every skill they have, synonyms too: for a search to look in."""
    rows = SkillName.objects.filter(skill__holders__contact__in=contact_ids)
    found: dict[int, list[str]] = {}
    for contact_id, text in rows.order_by("pk").values_list("skill__holders__contact_id", "text"):
        found.setdefault(contact_id, []).append(text)
    return {contact_id: " ".join(texts) for contact_id, texts in found.items()}


@dataclass(frozen=True)
class Suggestion:
    """``found_as`` is the name that was met, where it is another than the skill's own."""

    skill: Skill
    found_as: str


def suggestions(typed: str, *, limit: int = SUGGESTED) -> list[Suggestion]:
    """The likeliest for what was typed so far: equal, then begun by it, then holding it."""
    folded = names.fold(typed)[:100]
    if not folded:
        return []
    offered = SkillName.objects.filter(skill__retired_at=None, skill__merged_into=None)
    rank = Case(
        When(folded=folded, then=Value(0)),
        When(folded__startswith=folded, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    met = offered.filter(folded__contains=folded).annotate(rank=rank)
    found: dict[int, Suggestion] = {}
    for name in met.order_by("rank", Length("folded"), "folded").select_related("skill")[
        :CANDIDATES
    ]:
        own = names.fold(name.skill.name) == name.folded
        found.setdefault(name.skill_id, Suggestion(name.skill, "" if own else name.text))
    return list(found.values())[:limit]


def near_skills(text: str, *, limit: int = 3) -> list[Skill]:
    """Skills whose name is nearly this one: set apart otherwise, or a slip of the pen.

    Looked for among the names that begin alike or share most of their letters in threes.
    """
    folded, wanted = names.fold(text)[:100], bare(text)
    if not wanted:
        return []
    alike = Q(bare__startswith=wanted[:2]) | Q(folded__trigram_similar=folded)
    close = SkillName.objects.filter(alike, skill__merged_into=None).exclude(folded=folded)
    shares = TrigramSimilarity("folded", folded)
    met = close.order_by(shares.desc(), "pk").select_related("skill")[:CANDIDATES]
    scored = [(_likeness(name.bare, wanted), name) for name in met]
    skills: dict[int, Skill] = {}
    for score, name in sorted(scored, key=lambda pair: -pair[0]):
        if score >= ALIKE:
            skills.setdefault(name.skill_id, name.skill)
    return list(skills.values())[:limit]


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def find_skill(text: str) -> Skill | None:
    """The one of exactly that name, in whatever capitals."""
    name = SkillName.objects.filter(folded=names.fold(text)[:200]).select_related("skill").first()
    return name.skill if name else None


def catalogue(*, words: str = "", is_retired: bool = False) -> QuerySet[Skill]:
    """The skills by name, with how many people have each."""
    rows = Skill.objects.filter(merged_into=None, retired_at__isnull=not is_retired)
    if words:
        rows = rows.filter(pk__in=skills_named(words))
    is_dutch = (get_language() or "").startswith("nl")
    first, second = ("name_nl", "name_en") if is_dutch else ("name_en", "name_nl")
    return rows.annotate(
        title=Lower(Coalesce(_filled(first), second)),
        people=Count("holders", filter=_still_here()),
    ).order_by("title", "pk")


def skills_named(words: str) -> QuerySet[SkillName, Any]:
    """The ids of skills that have these words in one of their names: for a subquery."""
    met = SkillName.objects.filter(folded__contains=names.fold(words)[:100])
    return met.values("skill_id")


def _filled(column: str) -> Case:
    return Case(When(~Q(**{column: ""}), then=F(column)), default=None)


def _still_here() -> Q:
    return Q(
        holders__contact__archived_at=None,
        holders__contact__merged_into=None,
        holders__contact__erased_at=None,
    )


def synonyms_of(skills: Sequence[Skill]) -> dict[int, list[str]]:
    """By skill, the names that are not its own in one of the languages."""
    own = {skill.pk: {names.fold(skill.name_en), names.fold(skill.name_nl)} for skill in skills}
    found: dict[int, list[str]] = {skill.pk: [] for skill in skills}
    for name in SkillName.objects.filter(skill__in=own).order_by("folded"):
        if name.folded not in own[name.skill_id]:
            found[name.skill_id].append(name.text)
    return found
