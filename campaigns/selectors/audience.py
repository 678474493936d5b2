"""Whom a campaign would reach, and why not the others. For a hundred thousand people."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from campaigns.choices import Reason
from campaigns.merge_tags import missing_values, parse
from campaigns.models import Campaign, Enrolment, Step
from contacts import listing
from contacts.listing import Selection
from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from contacts.selectors.consent import contactable
from core.models import User
from relationships.selectors.ownership import Hold, holds_against

CHUNK = 5000
SHOWN = 8


@dataclass(frozen=True)
class Sorted:
    """Some of the audience, parted: whom to enrol, and why not the others. ``held``: those whom a
    colleague keeps in touch with and against whom nothing else speaks.
    """

    included: list[int]
    left_out: dict[int, Reason]
    languages: dict[int, str]
    held: dict[int, Hold] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LeftOutGroup:
    reason: Reason
    count: int
    people: list[Contact]


@dataclass(frozen=True, kw_only=True)
class PlannedStep:
    """A step of a campaign that has not begun: when it would be taken, by how many."""

    step: Step
    at: datetime
    count: int


@dataclass(frozen=True, kw_only=True)
class Preview:
    """``languages`` counts those who are in; ``without_text`` those left out for want of a text;
    ``holders`` the colleagues who hold some of those left out, with how many.
    """

    found: int
    included: int
    people: list[Contact]
    left_out: list[LeftOutGroup]
    languages: dict[str, int]
    without_text: dict[str, int]
    steps: list[PlannedStep]
    holders: list[tuple[User, int]] = field(default_factory=list)

    @property
    def held_count(self) -> int:
        return sum(count for _owner, count in self.holders)

    @property
    def left_out_count(self) -> int:
        return self.found - self.included

    @property
    def mails(self) -> int:
        return sum(one.count for one in self.steps if one.step.action == Step.Action.MAIL)

    @property
    def tasks(self) -> int:
        return sum(one.count for one in self.steps if one.step.action == Step.Action.FOLLOW_UP)


@dataclass
class _Tally:
    found: int = 0
    included: list[int] = field(default_factory=list)
    left_out: defaultdict[Reason, list[int]] = field(default_factory=lambda: defaultdict(list))
    languages: Counter[str] = field(default_factory=Counter)
    without_text: Counter[str] = field(default_factory=Counter)
    holders: Counter[User] = field(default_factory=Counter)


def audience(selection: Selection, user: User) -> ContactQuerySet:
    """The people whom ``selection`` finds for ``user``, each once, whoever they are."""
    people = Contact.objects.visible_to(user).active()
    found = listing.apply(people, listing.clean(selection, user), user)
    return Contact.objects.filter(pk__in=found.order_by().values("pk"))


def is_whole(selection: Selection, user: User) -> bool:
    """Whether every filter still means something: one that fell away would let everybody in."""
    return listing.clean(selection, user) == selection


def chunks(people: ContactQuerySet, *, after: int = 0, size: int = CHUNK) -> Iterator[list[int]]:
    """The ids of ``people`` in their order, in sets, from the one after ``after``."""
    while True:
        ids = list(people.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:size])
        if not ids:
            return
        yield ids
        after = ids[-1]


def sort_out(
    ids: Sequence[int],
    *,
    campaign: Campaign,
    now: datetime,
    again: bool = False,
    by: User | None = None,
    overrides: bool = False,
) -> Sorted:
    """Part some contacts into those to enrol and those left out. Ten queries for a set.

    ``again``: who went through the campaign before may do so once more. ``by``: who takes them in;
    those whom a colleague of theirs holds are left out, unless ``overrides`` says why not.
    """
    steps = list(campaign.steps.all())
    mails = [step for step in steps if step.action == Step.Action.MAIL]
    before = Enrolment.objects.filter(campaign=campaign, contact__in=ids)
    if again:
        before = before.filter(state=Enrolment.State.ACTIVE)
    enrolled = set(before.values_list("contact_id", flat=True))
    standings = contactable(ids, purpose=campaign.purpose, now=now)
    contacts = Contact.objects.filter(pk__in=ids)
    languages = dict(contacts.values_list("pk", "language"))
    lacking = set(contacts.filter(missing_values(needed_tags(mails))).values_list("pk", flat=True))
    without_text = languages_without_text(mails)
    left_out: dict[int, Reason] = {}
    for pk in ids:
        reason = standings[pk].reason
        if pk in enrolled:
            left_out[pk] = Reason.ENROLLED
        elif reason is not None:
            left_out[pk] = Reason(str(reason))
        elif languages.get(pk) in without_text:
            left_out[pk] = Reason.NO_TEXT
        elif pk in lacking:
            left_out[pk] = Reason.MISSING_VALUE
    included = [pk for pk in ids if pk not in left_out]
    held = dict(holds_against(by, included, today=timezone.localdate(now))) if by else {}
    if not overrides:
        left_out |= dict.fromkeys(held, Reason.HELD)
    return Sorted([pk for pk in ids if pk not in left_out], left_out, languages, held)


def preview(*, campaign: Campaign, user: User, now: datetime) -> Preview:
    """Everything that starting now would do, without doing any of it."""
    tally = _Tally()
    for ids in chunks(audience(campaign.audience, user)):
        _count(tally, sort_out(ids, campaign=campaign, now=now, by=user))
    shown = [pk for pks in tally.left_out.values() for pk in pks[:SHOWN]]
    people = Contact.objects.in_bulk([*shown, *tally.included[:SHOWN]])
    groups = [
        LeftOutGroup(reason=reason, count=len(pks), people=[people[pk] for pk in pks[:SHOWN]])
        for reason, pks in tally.left_out.items()
    ]
    return Preview(
        found=tally.found,
        included=len(tally.included),
        people=[people[pk] for pk in tally.included[:SHOWN]],
        left_out=sorted(groups, key=lambda group: -group.count),
        languages=dict(tally.languages.most_common()),
        without_text=dict(tally.without_text.most_common()),
        steps=planned_steps(campaign, count=len(tally.included), now=now),
        holders=tally.holders.most_common(),
    )


def planned_steps(campaign: Campaign, *, count: int, now: datetime) -> list[PlannedStep]:
    """The days of the steps for whoever is enrolled at ``now``; tasks may hold them up."""
    return [
        PlannedStep(step=step, at=now + timedelta(days=step.offset_days), count=count)
        for step in campaign.steps.order_by("position")
    ]


def languages_without_text(steps: Iterable[Step]) -> set[str]:
    """The languages in which some mail has no text."""
    return {
        language
        for language, _name in settings.LANGUAGES
        for step in steps
        if step.action == Step.Action.MAIL
        and not (step.subject.get(language) and step.body.get(language))
    }


def needed_tags(steps: Iterable[Step]) -> frozenset[str]:
    """The merge tags that every recipient must have a value for."""
    texts = [
        parse(text) for step in steps for text in (*step.subject.values(), *step.body.values())
    ]
    return frozenset().union(*(text.needed for text in texts))


def _count(tally: _Tally, part: Sorted) -> None:
    tally.found += len(part.included) + len(part.left_out)
    tally.included += part.included
    tally.holders.update(hold.owner for hold in part.held.values())
    tally.languages.update(part.languages[pk] for pk in part.included)
    for pk, reason in part.left_out.items():
        tally.left_out[reason].append(pk)
        if reason == Reason.NO_TEXT:
            tally.without_text[part.languages[pk]] += 1
