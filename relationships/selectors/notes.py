"""What is understood of a note about a person: which colleague, which topic, which promise.

The preview before saving and the saving itself (``services.notes``) read it here, so that what is
shown is what happens.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from contacts import names
from contacts.models import Contact, Tag
from core.models import User
from relationships.models import Mention
from relationships.notes import MentionMark, PromiseMark, TopicMark, read
from relationships.selectors.colleagues import colleagues
from relationships.selectors.named import named

CHOICES = 8
UNREAD = 8


@dataclass(frozen=True, kw_only=True)
class NotedPromise:
    """``is_dated``: the note names the day; else it is the usual one."""

    mark: PromiseMark
    due_on: date
    is_dated: bool


@dataclass(frozen=True, kw_only=True)
class Understood:
    """``unknown``: what looks like a mark and is none, with why, in words."""

    colleagues: Sequence[User] = ()
    topics: Sequence[str] = ()
    promises: Sequence[NotedPromise] = ()
    unknown: Sequence[tuple[str, str]] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not (self.colleagues or self.topics or self.promises or self.unknown)


def understand(text: str, *, contact: Contact, today: date) -> Understood:
    """Read ``text`` about ``contact``. ``today`` is the day on which it was written."""
    marks = read(text, today=today)
    mentioned = [mark.name for mark in marks if isinstance(mark, MentionMark)]
    found, unknown = _colleagues(mentioned, contact)
    topics = [mark.name for mark in marks if isinstance(mark, TopicMark)]
    promises: dict[str, NotedPromise] = {}
    for mark in marks:
        if isinstance(mark, PromiseMark):
            promises.setdefault(mark.key, _dated(mark, today))
    return Understood(
        colleagues=found,
        topics=list({names.fold(topic): topic for topic in reversed(topics)}.values())[::-1],
        promises=list(promises.values()),
        unknown=unknown,
    )


def handle_of(user: User) -> str:
    """How a colleague is named behind an @: "Iris de Wit" is ``iris.de.wit``."""
    return ".".join(re.findall(r"\w+", names.fold(user.name).replace("'", "")))


def mentionable(typed: str, contact: Contact) -> list[tuple[str, User]]:
    """Colleagues to choose from for what was typed behind an @: those who may see the person."""
    wanted = names.fold(typed).replace(".", " ")
    found = []
    for user in colleagues():
        if not wanted or any(part.startswith(wanted) for part in _beginnings(user)):
            if _may_see(user, contact):
                found.append((handle_of(user), user))
            if len(found) == CHOICES:
                break
    return found


def topics_like(typed: str) -> list[str]:
    """Tags that can be written behind a #, those that begin so first."""
    written = Tag.objects.filter(name__regex=r"^[^\W\d_][\w-]*$")
    begin = written.filter(name__istartswith=typed).order_by("name")
    return list(begin.values_list("name", flat=True)[:CHOICES])


def unread_mentions(user: User) -> list[Mention]:
    rows = Mention.objects.unread_by(user).filter(interaction__contact__archived_at=None)
    found = named(rows.select_related("author"), by="interaction__contact")
    return list(found.order_by("-created_at", "-pk")[:UNREAD])


def _beginnings(user: User) -> list[str]:
    words = names.fold(user.name).split()
    return [" ".join(words[at:]) for at in range(len(words))]


def _colleagues(
    mentioned: Sequence[str], contact: Contact
) -> tuple[list[User], list[tuple[str, str]]]:
    if not mentioned:
        return [], []
    known = list(colleagues())
    found: dict[int, User] = {}
    unknown: dict[str, str] = {}
    for name in mentioned:
        fitting = _named(name, known)
        if len(fitting) > 1:
            unknown[f"@{name}"] = _("more than one colleague is called so")
        elif not fitting:
            unknown[f"@{name}"] = _("no colleague is called so")
        elif fitting[0].pk not in found:
            if _may_see(fitting[0], contact):
                found[fitting[0].pk] = fitting[0]
            else:
                unknown[f"@{name}"] = _("this colleague cannot see this person")
    return list(found.values()), list(unknown.items())


def _named(name: str, known: Sequence[User]) -> list[User]:
    """By the whole handle or the left side of the address; else by first name."""
    wanted = names.fold(name)
    exact = [
        user
        for user in known
        if wanted in (handle_of(user), user.email.partition("@")[0].casefold())
    ]
    return exact or [user for user in known if names.fold(user.name).split()[:1] == [wanted]]


def _may_see(user: User, contact: Contact) -> bool:
    return Contact.objects.visible_to(user).filter(pk=contact.pk).exists()


def _dated(mark: PromiseMark, today: date) -> NotedPromise:
    usual = today + timedelta(days=settings.PROMISE_DAYS)
    return NotedPromise(mark=mark, due_on=mark.due_on or usual, is_dated=mark.due_on is not None)
