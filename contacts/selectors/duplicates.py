"""People who may be one, as pages and the API show them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts import custom_fields
from contacts.likeness import Certainty, Reason, certainty_of, reasons_of
from contacts.matching.safe import SAFE_RULES, SafeRule
from contacts.matching.statistics import Statistics
from contacts.models import (
    Contact,
    DuplicateFlag,
    DuplicateProposal,
    DuplicateRule,
    DuplicateSearch,
    EmailAddress,
    MatchStatistics,
    PhoneNumber,
    SocialProfile,
)
from contacts.models.duplicate import DuplicateProposalQuerySet
from core.models import User
from core.once import once
from core.prepared import Given, Prepared

PAGE = 20
MOST_COUNTED = 99
COUNTED_FOR = 60
TOLD_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Row:
    """One line of the two side by side."""

    label: str
    one: str
    other: str
    reasons: list[Reason]


@dataclass(frozen=True)
class Pair:
    """A proposal, the one who would stay first."""

    proposal: DuplicateProposal
    survivor: Contact
    duplicate: Contact
    certainty: Certainty
    reasons: list[Reason]
    rule: SafeRule | None
    flags: list[DuplicateFlag]

    @property
    def rows(self) -> list["Row"]:
        """The two side by side, with what each line counts for."""
        return [row for row in _rows(self) if row.one or row.other or row.reasons]

    @property
    def merge_url(self) -> str:
        url = reverse("contacts:merge", args=[self.survivor.uid])
        return f"{url}?with={self.duplicate.uid}"

    @property
    def grounds(self) -> str:
        """The few things that speak most for it, in a line."""
        return ", ".join(reason.text for reason in self.reasons[:3] if reason.speaks_for)

    def other_than(self, contact: Contact) -> Contact:
        return self.duplicate if self.survivor == contact else self.survivor


@dataclass(frozen=True)
class PairPage:
    pairs: list[Pair]
    next: DuplicateProposal | None


@dataclass(frozen=True)
class RuleLine:
    """A rule, whether it is on, and how many pairs it would merge now."""

    rule: SafeRule
    is_active: bool
    count: int
    changed: DuplicateRule | None


def proposals_for(user: User) -> DuplicateProposalQuerySet:
    """Those the user may decide about, of people who are both still there."""
    return _of_people_still_there(DuplicateProposal.objects.visible_to(user))


def _of_people_still_there(found: DuplicateProposalQuerySet) -> DuplicateProposalQuerySet:
    return found.filter(
        first__merged_into=None,
        second__merged_into=None,
        first__erased_at=None,
        second__erased_at=None,
    )


def open_count(user: User, *, now: datetime) -> int:
    """How many wait for a decision, counted no further than is shown."""
    waiting = proposals_for(user).filter(pk__in=DuplicateProposal.objects.open(now).values("pk"))
    return waiting.order_by().values("pk")[: MOST_COUNTED + 1].count()


def waiting_count(user: User) -> int:
    """``open_count`` as the navigation shows it: not older than ``COUNTED_FOR``."""
    key = f"duplicates-waiting:{user.pk}"
    count: int | None = cache.get(key)
    if count is None:
        count = open_count(user, now=timezone.now())
        cache.set(key, count, COUNTED_FOR)
    return count


def forget_count(user: User) -> None:
    """The user decided: what the navigation shows is worked out anew."""
    cache.delete(f"duplicates-waiting:{user.pk}")


def page_of(
    proposals: QuerySet[DuplicateProposal], *, after: DuplicateProposal | None = None
) -> PairPage:
    """A page of pairs, the most certain first, each with all by which one decides."""
    found = proposals.order_by("-points", "pk")
    if after is not None:
        same = found.filter(points=after.points, pk__gt=after.pk)
        found = (found.filter(points__lt=after.points) | same).order_by("-points", "pk")
    parts = [_with_parts(f"{side}__") for side in ("first", "second")]
    flags = Prefetch("flags", DuplicateFlag.objects.select_related("flagged_by").order_by("pk"))
    rows = list(
        found.select_related("first__unit", "second__unit", "decided_by").prefetch_related(
            *parts[0], *parts[1], flags
        )[: PAGE + 1]
    )
    shown = rows[:PAGE]
    needed = needed_points() if shown else 0
    return PairPage(
        [pair_of(row, needed) for row in shown], shown[-1] if len(rows) > PAGE else None
    )


def named(proposals: DuplicateProposalQuerySet, words: str) -> DuplicateProposalQuerySet:
    """Those in which either of the two is found by the words."""
    people = Contact.objects.search(words).values("pk")
    return proposals.filter(Q(first__in=people) | Q(second__in=people))


# Which parts of the sum stand beside which line.
_LINES: list[tuple[str | Promise, tuple[str, ...], Callable[[Contact], str]]] = [
    (_("Name"), ("given", "family", "native"), lambda one: _name(one)),
    (
        _("E-mail"),
        ("email",),
        lambda one: _joined(row.address for row in one.email_addresses.all()),
    ),
    (_("Phone"), ("phone",), lambda one: _joined(row.display for row in one.phone_numbers.all())),
    (_("Organisation"), ("organisation",), lambda one: one.organisation_name),
    (_("City"), ("city", "postcode", "street"), lambda one: one.city),
    (_("Profile"), ("profile",), lambda one: _joined(map(_page, one.social_profiles.all()))),
    (_("Known elsewhere"), ("number",), lambda one: ""),
]
MOST_ENTRIES = 3


def _rows(pair: Pair) -> list[Row]:
    rows = [
        Row(
            str(label),
            read(pair.survivor),
            read(pair.duplicate),
            [reason for reason in pair.reasons if reason.field in fields],
        )
        for label, fields, read in _LINES
    ]
    own = [reason for reason in pair.reasons if reason.field == "extra"]
    shown = custom_fields.by_key()
    for reason in own:
        field = shown.get(reason.detail)
        values = [
            custom_fields.shown(field, one.custom_values.get(reason.detail)) if field else ""
            for one in (pair.survivor, pair.duplicate)
        ]
        rows.append(Row(reason.label, values[0], values[1], [reason]))
    return rows


def _name(contact: Contact) -> str:
    parts = (contact.given_name, contact.infix, contact.family_name)
    written = " ".join(part for part in parts if part) or contact.native_name
    called = contact.preferred_name
    return f"{written} ({called})" if called and called != contact.given_name else written


def _page(profile: SocialProfile) -> str:
    return profile.url.partition("://")[2].rstrip("/")


def _joined(values: Iterable[str]) -> str:
    found = list(values)
    return ", ".join(found[:MOST_ENTRIES]) + (" …" if len(found) > MOST_ENTRIES else "")


def _with_parts(prefix: str) -> list[Any]:
    return [
        Prefetch(f"{prefix}email_addresses", EmailAddress.objects.order_by("-is_primary", "pk")),
        Prefetch(f"{prefix}phone_numbers", PhoneNumber.objects.order_by("-is_primary", "pk")),
        Prefetch(f"{prefix}social_profiles", SocialProfile.objects.order_by("pk")),
    ]


def pair_of(row: DuplicateProposal, needed: int) -> Pair:
    survivor, duplicate = in_order(row.first, row.second)
    return Pair(
        proposal=row,
        survivor=survivor,
        duplicate=duplicate,
        certainty=certainty_of(row.points, needed),
        reasons=reasons_of(row.parts),
        rule=next((rule for rule in SAFE_RULES if rule.key == row.rule), None),
        flags=list(row.flags.all()),
    )


def in_order(one: Contact, other: Contact) -> tuple[Contact, Contact]:
    """Who would stay, and who would become part of them: whom we know longest stays, unless only
    the other is not put aside.
    """
    if (one.archived_at is None) != (other.archived_at is None):
        return (one, other) if one.archived_at is None else (other, one)
    first, second = sorted((one, other), key=lambda contact: (contact.created_at, contact.pk))
    return first, second


def proposal_of(one: Contact, other: Contact) -> DuplicateProposal | None:
    return DuplicateProposal.objects.of(one.pk).of(other.pk).first()


def pairs_of(contact: Contact, user: User) -> list[Pair]:
    """With whom ``contact`` may be one, as far as the user may decide about it."""
    waiting = proposals_for(user).filter(decision="").of(contact.pk)
    return page_of(waiting).pairs


_PAIRS = Prepared(
    lambda: DuplicateProposal.objects.filter(
        Q(first=Given("contact")) | Q(second=Given("contact"))
    ).values_list("pk", "decision", "decided_at")
)


def pairs_seen(contact: Contact, user: User) -> list[Pair]:
    """With whom ``contact`` may be one, of the people whom the user sees."""
    rows = once(("contacts.pairs", contact.pk), lambda: _PAIRS(contact=contact.pk))
    ids = [pk for pk, decision, _at in rows if not decision]
    if not ids:
        return []
    waiting = _of_people_still_there(DuplicateProposal.objects.of_seen_people(user))
    return page_of(waiting.filter(pk__in=ids)).pairs


def flagged_and_parted(contact: Contact, user: User, *, now: datetime) -> list[Pair]:
    """The pairs that the user flagged and of which a colleague found, not long ago, that they are
    two people: so that who asked hears the answer.
    """
    since = now - TOLD_FOR
    rows = once(("contacts.pairs", contact.pk), lambda: _PAIRS(contact=contact.pk))
    ids = [pk for pk, decision, at in rows if decision and at and at > since]
    if not ids:
        return []
    seen = _of_people_still_there(DuplicateProposal.objects.of_seen_people(user))
    return page_of(seen.filter(pk__in=ids, flags__flagged_by=user)).pairs


def needed_points() -> int:
    return statistics().needed


def statistics() -> Statistics:
    row = MatchStatistics.objects.order_by("-pk").first()
    return Statistics.from_json(row.people, row.counts) if row else Statistics()


def last_search() -> DuplicateSearch | None:
    return DuplicateSearch.objects.order_by("-pk").first()


def rule_lines(now: datetime) -> list[RuleLine]:
    """Each rule with what a dry run of it says: the pairs that wait and that it fits."""
    held = {row.key: row for row in DuplicateRule.objects.select_related("changed_by")}
    waiting = DuplicateProposal.objects.open(now).filter(
        first__merged_into=None, second__merged_into=None
    )
    return [
        RuleLine(
            rule=rule,
            is_active=rule.key in held and held[rule.key].is_active,
            count=waiting.filter(rule=rule.key).count(),
            changed=held.get(rule.key),
        )
        for rule in SAFE_RULES
    ]
