"""Tags and skills as words that one can search for."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Func, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, ContactSkill, SkillName, Tag
from contacts.searching.vocabularies import MOST_COMPARED, MOST_ENTRIES, Vocabulary, register
from core.models import User

Named = Mapping[int, list[str]]


class Unaccent(Func):
    """Letters without their marks."""

    function = "UNACCENT"
    arity = 1


def _with_words(
    rows: QuerySet[Any], column: str, words: Sequence[str], *, is_exact: bool
) -> QuerySet[Any]:
    """Rows in whose ``column`` each of ``words`` begins a word, or is one. A word is of letters and
    digits alone, so nothing in it means anything to a regular expression.
    """
    end = r"\M" if is_exact else ""
    for word in words:
        rows = rows.filter(**{f"{column}__regex": rf"\m{word}{end}"})
    return rows


def _tags(words: Sequence[str], is_exact: bool) -> list[int]:
    rows = Tag.objects.alias(folded=Unaccent(Lower("name")))
    found = _with_words(rows, "folded", words, is_exact=is_exact)
    return list(found.values_list("pk", flat=True)[:MOST_ENTRIES])


def _words_of_tags() -> Iterator[str]:
    rows = Tag.objects.annotate(folded=Unaccent(Lower("name"))).order_by("pk")
    return _words(rows.values_list("folded", flat=True)[:MOST_COMPARED])


def _tagged(ids: Sequence[int]) -> QuerySet[Any]:
    return Contact.tags.through.objects.filter(tag__in=ids)


def _names_of_tags(contact_ids: Sequence[int], ids: Sequence[int], user: User) -> Named:
    rows = _tagged(ids).filter(contact__in=contact_ids).order_by("tag__name")
    return _grouped(rows.values_list("contact_id", "tag__name"))


def _skills(words: Sequence[str], is_exact: bool) -> list[int]:
    found = _with_words(SkillName.objects.all(), "folded", words, is_exact=is_exact)
    return list(found.order_by("skill").values_list("skill", flat=True).distinct()[:MOST_ENTRIES])


def _words_of_skills() -> Iterator[str]:
    rows = SkillName.objects.order_by("pk")
    return _words(rows.values_list("folded", flat=True)[:MOST_COMPARED])


def _skilled(ids: Sequence[int]) -> QuerySet[Any]:
    return ContactSkill.objects.filter(skill__in=ids)


def _names_of_skills(contact_ids: Sequence[int], ids: Sequence[int], user: User) -> Named:
    rows = ContactSkill.objects.visible_to(user).filter(skill__in=ids, contact__in=contact_ids)
    found = rows.select_related("skill").order_by("-level", "pk")
    return _grouped((row.contact_id, row.skill.name) for row in found)


def _words(names: Iterable[str]) -> Iterator[str]:
    return (word for name in names for word in re.findall(r"\w+", name))


def _grouped(rows: Any) -> Named:
    grouped: dict[int, list[str]] = {}
    for contact_id, name in rows:
        grouped.setdefault(contact_id, []).append(name)
    return grouped


register(
    Vocabulary(
        key="tags",
        label=_("Tag"),
        icon="tag",
        entries=_tags,
        holders=_tagged,
        named=_names_of_tags,
        words=_words_of_tags,
        weight=30,
    )
)
register(
    Vocabulary(
        key="skills",
        label=_("Skill"),
        icon="graduation-cap",
        entries=_skills,
        holders=_skilled,
        named=_names_of_skills,
        words=_words_of_skills,
        weight=35,
    )
)
