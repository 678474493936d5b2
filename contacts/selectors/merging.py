"""Two people side by side, and what would become of them; the merges there were."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts import birthdays, custom_fields
from contacts.choices import Purpose
from contacts.freshness import custom_name
from contacts.models import Consent, Contact, MergeRecord
from contacts.selectors.persons import Reach, reach_of
from core import merging, privacy
from core.models import User


@dataclass(frozen=True)
class Choice:
    """One field in which they may differ. ``default`` is whose value stays if nobody chooses."""

    name: str
    label: str
    survivor: str
    duplicate: str
    default: str
    why: str

    @property
    def differs(self) -> bool:
        return self.survivor != self.duplicate


@dataclass(frozen=True)
class United:
    """A list of which both keep all; ``shared`` are in both."""

    label: str
    entries: list[tuple[str, bool]]
    """Each entry, and whether it comes from who becomes part of the other."""


@dataclass(frozen=True)
class Word:
    """What counts for one purpose once they are one."""

    purpose: str
    survivor: str
    duplicate: str
    result: str
    is_restricted: bool


@dataclass(frozen=True)
class Follower:
    label: str
    count: int


@dataclass(frozen=True)
class Preview:
    survivor: Contact
    duplicate: Contact
    choices: list[Choice]
    lists: list[United]
    words: list[Word]
    followers: list[Follower]

    @property
    def differing(self) -> list[Choice]:
        return [choice for choice in self.choices if choice.differs]

    @property
    def agreeing(self) -> list[Choice]:
        return [choice for choice in self.choices if not choice.differs and choice.survivor]


_LABELS: list[tuple[str, str | Promise]] = [
    ("birthday", gettext_lazy("Birthday")),
    ("headline", gettext_lazy("Position")),
    ("organisation_name", gettext_lazy("Organisation")),
    ("city", gettext_lazy("City")),
    ("country", gettext_lazy("Country")),
    ("language", gettext_lazy("Language")),
    ("form_of_address", gettext_lazy("Form of address")),
    ("time_zone", gettext_lazy("Time zone")),
    ("unit", gettext_lazy("Kept by")),
]


def preview_of(survivor: Contact, duplicate: Contact, *, now: datetime) -> Preview:
    return Preview(
        survivor=survivor,
        duplicate=duplicate,
        choices=_choices(survivor, duplicate),
        lists=_lists(survivor, duplicate),
        words=_words(survivor, duplicate, now),
        followers=_followers(duplicate),
    )


def merges_for(user: User) -> QuerySet[MergeRecord]:
    """The merges that the user may undo, the newest first."""
    found = MergeRecord.objects.visible_to(user)
    return found.select_related("survivor", "duplicate", "merged_by", "undone_by").order_by("-pk")


def open_merges_into(contact: Contact, *, now: datetime) -> list[MergeRecord]:
    """Of the records that are one with ``contact`` now, those that can still be parted."""
    since = now - MergeRecord.UNDONE_FOR
    rows = MergeRecord.objects.filter(survivor=contact, undone_at=None, created_at__gt=since)
    return list(rows.select_related("survivor", "duplicate", "merged_by").order_by("-pk"))


def _choices(survivor: Contact, duplicate: Contact) -> list[Choice]:
    found = [_name_choice(survivor, duplicate)]
    for name, label in _LABELS:
        mine, theirs = _shown(survivor, name), _shown(duplicate, name)
        found.append(_choice(name, str(label), mine, theirs))
    for field in custom_fields.active_fields():
        held = [contact.custom_values.get(field.key) for contact in (survivor, duplicate)]
        mine, theirs = (custom_fields.shown(field, value) for value in held)
        found.append(_choice(custom_name(field.key), field.label, mine, theirs))
    found.append(_note_choice(survivor, duplicate))
    return found


def _choice(name: str, label: str, mine: str, theirs: str) -> Choice:
    if theirs and not mine:
        return Choice(name, label, mine, theirs, "duplicate", _("the only one that says anything"))
    return Choice(name, label, mine, theirs, "survivor", _("of the record that stays"))


def _name_choice(survivor: Contact, duplicate: Contact) -> Choice:
    mine, theirs = _whole_name(survivor), _whole_name(duplicate)
    return Choice("name", _("Name"), mine, theirs, "survivor", _("of the record that stays"))


def _note_choice(survivor: Contact, duplicate: Contact) -> Choice:
    if survivor.note and duplicate.note:
        return Choice("note", _("Note"), survivor.note, duplicate.note, "", _("both, joined"))
    return _choice("note", _("Note"), survivor.note, duplicate.note)


def _whole_name(contact: Contact) -> str:
    parts = [
        " ".join(filter(None, (contact.given_name, contact.infix, contact.family_name))),
        _("called %(name)s") % {"name": contact.preferred_name} if contact.preferred_name else "",
        contact.native_name,
        contact.given_initials,
        _("at birth %(name)s") % {"name": contact.birth_name} if contact.birth_name else "",
    ]
    return ", ".join(part for part in parts if part)


def _shown(contact: Contact, name: str) -> str:
    if name == "country":
        return contact.country_name
    if name == "birthday":
        return birthdays.shown(contact.birthday)
    if name == "language":
        return str(contact.get_language_display())
    if name == "form_of_address":
        return str(contact.get_form_of_address_display())
    if name == "unit":
        return contact.unit.name if contact.unit else _("The whole organisation")
    return str(getattr(contact, name))


def _lists(survivor: Contact, duplicate: Contact) -> list[United]:
    mine, theirs = reach_of(survivor), reach_of(duplicate)
    kinds: list[tuple[str, Callable[[Reach], Sequence[str]]]] = [
        (_("E-mail addresses"), lambda reach: [row.address for row in reach.emails]),
        (_("Phone numbers"), lambda reach: [row.display for row in reach.phones]),
        (_("Profiles"), lambda reach: [row.url for row in reach.profiles]),
        (_("Numbers in other systems"), lambda reach: [str(row) for row in reach.external_ids]),
    ]
    found = [_united(label, read(mine), read(theirs)) for label, read in kinds]
    found.append(_united(_("Tags"), _tags(survivor), _tags(duplicate)))
    return [united for united in found if united.entries]


def _tags(contact: Contact) -> list[str]:
    return list(contact.tags.order_by("name").values_list("name", flat=True))


def _united(label: str, mine: Sequence[str], theirs: Sequence[str]) -> United:
    held = {entry.casefold() for entry in mine}
    added = [entry for entry in theirs if entry.casefold() not in held]
    return United(label, [*((entry, False) for entry in mine), *((entry, True) for entry in added)])


def _words(survivor: Contact, duplicate: Contact, now: datetime) -> list[Word]:
    """Per purpose of which either said anything: the stricter of the two last words counts."""
    said: dict[tuple[str, int], Consent] = {
        (consent.purpose, consent.contact_id): consent
        for consent in Consent.objects.last_words().filter(contact__in=[survivor, duplicate])
    }
    found = []
    for purpose in Purpose:
        mine = said.get((purpose.value, survivor.pk))
        theirs = said.get((purpose.value, duplicate.pk))
        if mine is None and theirs is None:
            continue
        counts = stricter_of([word for word in (mine, theirs) if word is not None])
        found.append(
            Word(
                purpose=str(purpose.label),
                survivor=_said(mine, now),
                duplicate=_said(theirs, now),
                result=_said(counts, now),
                is_restricted=counts is not mine and mine is not None,
            )
        )
    return found


def stricter_of(words: Sequence[Consent]) -> Consent:
    """Withdrawn before given; of two that were given, the one that ends first."""
    return min(words, key=lambda word: word.openness)


def _said(consent: Consent | None, now: datetime) -> str:
    if consent is None:
        return _("never asked")
    if consent.decision == Consent.Decision.WITHDRAWN:
        return _("withdrawn")
    if consent.expires_at is None:
        return _("given")
    day = formats.date_format(consent.expires_at, "SHORT_DATE_FORMAT")
    if consent.expires_at <= now:
        return _("given, ran out on %(day)s") % {"day": day}
    return _("given until %(day)s") % {"day": day}


def _followers(duplicate: Contact) -> list[Follower]:
    """The rows of every app that change hands, under the names that the privacy registry has."""
    labels: dict[Any, str] = {entry.model: str(entry.label) for entry in privacy.entries()}
    found = [
        Follower(labels.get(model, str(model._meta.verbose_name_plural)), count)
        for model, count in merging.followers(duplicate)
    ]
    return sorted(found, key=lambda follower: (-follower.count, follower.label))
