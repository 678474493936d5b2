"""The words of a text that differ per person: ``{{ given_name }}``, ``{{ city | your town }}``.

A fixed list, each with its source. Nothing that a user writes is ever run: a text is cut once
at its tags, and per person the values are put between the pieces. What follows the bar
is said when the value is not known; a tag without it keeps the mail from leaving.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError


class MergeTagRefused(DomainError):
    code = "merge_tag"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """The values of one recipient, as they were when the batch was read."""

    given_name: str
    family_name: str
    full_name: str
    organisation: str
    position: str
    city: str
    sender_name: str
    sender_email: str
    unsubscribe_url: str
    profile_url: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class MergeTag:
    """There is one of each, equal to itself alone. ``value`` reads it from a person. ``missing``
    finds the contacts that have none, so that a preview of a hundred thousand is one query;
    None for what everyone has.
    """

    key: str
    label: str | Promise
    example: str
    value: Callable[[Person], str]
    missing: Q | None = None


_TAGS = (
    MergeTag(
        key="given_name",
        label=gettext_lazy("Given name"),
        example="Sanne",
        value=lambda person: person.given_name,
        missing=Q(given_name="", preferred_name=""),
    ),
    MergeTag(
        key="family_name",
        label=gettext_lazy("Family name"),
        example="de Vries",
        value=lambda person: person.family_name,
        missing=Q(family_name=""),
    ),
    MergeTag(
        key="full_name",
        label=gettext_lazy("Full name"),
        example="Sanne de Vries",
        value=lambda person: person.full_name,
        missing=Q(given_name="", preferred_name="", family_name="", native_name=""),
    ),
    MergeTag(
        key="organisation",
        label=gettext_lazy("Their organisation"),
        example="Waterschap Rijnland",
        value=lambda person: person.organisation,
        missing=Q(organisation_name=""),
    ),
    MergeTag(
        key="position",
        label=gettext_lazy("Their position"),
        example="Hydrologist",
        value=lambda person: person.position,
        missing=Q(headline=""),
    ),
    MergeTag(
        key="city",
        label=gettext_lazy("Their city"),
        example="Leiden",
        value=lambda person: person.city,
        missing=Q(city=""),
    ),
    MergeTag(
        key="sender_name",
        label=gettext_lazy("Name of the sender"),
        example="Joris Bakker",
        value=lambda person: person.sender_name,
    ),
    MergeTag(
        key="sender_email",
        label=gettext_lazy("E-mail address of the sender"),
        example="joris@example.org",
        value=lambda person: person.sender_email,
    ),
    MergeTag(
        key="unsubscribe_url",
        label=gettext_lazy("Link to their preferences"),
        example="https://…/u/…/",
        value=lambda person: person.unsubscribe_url,
    ),
    MergeTag(
        key="profile_url",
        label=gettext_lazy("Link to what we hold of them"),
        example="https://…/u/…/profile/",
        value=lambda person: person.profile_url,
    ),
)
# Tags whose value is an address: in HTML one can click on it.
LINKS = frozenset({"unsubscribe_url", "profile_url"})
REGISTRY = {tag.key: tag for tag in _TAGS}

_BRACES = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_INSIDE = re.compile(r"\s*(\w+)\s*(?:\|\s*([^{}|\r\n]*?)\s*)?\Z")


@dataclass(frozen=True, slots=True)
class Slot:
    """A tag at its place in a text. An empty ``fallback`` means that there is none."""

    tag: MergeTag
    fallback: str = ""

    def value_for(self, person: Person) -> str:
        """What stands here for ``person``; empty when it is not known and nothing replaces it."""
        return self.tag.value(person) or self.fallback


@dataclass(frozen=True, slots=True)
class Text:
    """A text cut at its tags, in order."""

    EMPTY: ClassVar["Text"]

    parts: tuple[str | Slot, ...]

    @property
    def slots(self) -> Iterator[Slot]:
        return (part for part in self.parts if isinstance(part, Slot))

    @property
    def needed(self) -> frozenset[str]:
        """The tags that must have a value: used somewhere without a fallback."""
        return frozenset(slot.tag.key for slot in self.slots if not slot.fallback)

    def fill(self, person: Person) -> str:
        return "".join(
            part if isinstance(part, str) else part.value_for(person) for part in self.parts
        )


Text.EMPTY = Text(())


def parse(text: str) -> Text:
    """Cut ``text`` at its tags. Raises ``MergeTagRefused`` for one that we do not have, and for
    braces that are not a whole tag: nobody is to read ``{{ given_nme }}``.
    """
    parts: list[str | Slot] = []
    at = 0
    for found in _BRACES.finditer(text):
        parts.append(_literal(text[at : found.start()]))
        parts.append(_slot(found.group(1)))
        at = found.end()
    parts.append(_literal(text[at:]))
    return Text(tuple(part for part in parts if part != ""))


def readable(text: str) -> str:
    """The text for the eye of a colleague: each tag by its name, in square brackets."""
    return _BRACES.sub(lambda found: f"[{_label(found.group(1))}]", text)


def _label(inside: str) -> str:
    found = _INSIDE.match(inside)
    known = REGISTRY.get(found.group(1)) if found else None
    return str(known.label) if known else inside.strip()


def missing_values(keys: frozenset[str]) -> Q:
    """The contacts that lack one of those values."""
    lacking = Q(pk__in=[])
    for key in sorted(keys):
        missing = REGISTRY[key].missing
        if missing is not None:
            lacking |= missing
    return lacking


def _literal(text: str) -> str:
    if "{{" in text or "}}" in text:
        raise MergeTagRefused(_("A merge tag is opened or closed, but not both."))
    return text


def _slot(inside: str) -> Slot:
    found = _INSIDE.match(inside)
    if found is None or found.group(1) not in REGISTRY:
        written = " ".join(inside.split())
        raise MergeTagRefused(_("There is no merge tag “%(tag)s”.") % {"tag": written})
    return Slot(REGISTRY[found.group(1)], found.group(2) or "")
