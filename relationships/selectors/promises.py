"""Promises as pages and other apps ask for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from contacts.models import Contact, OrgUnit
from core.models import User
from core.once import once
from core.prepared import Given, Prepared
from relationships.choices import Party
from relationships.groups import shown_of
from relationships.models import Promise

MOST = 100
SHOWN = 50
SETTLED_SHOWN = 10

State = Promise.State

_ALL = Prepared(
    lambda: (
        Promise.objects.filter(contact=Given("contact"))
        .select_related("promiser", "created_by")
        .order_by(F("closed_at").desc(nulls_first=True), "due_on", "-pk")[:MOST]
    )
)


@dataclass(frozen=True, kw_only=True)
class Promises:
    """``open``: the first due on top; ``settled``: the last settled on top."""

    open: Sequence[Promise]
    settled: Sequence[Promise]


@dataclass(frozen=True, kw_only=True)
class TeamRate:
    """Of ``n`` promises of ours that fell due, ``kept`` were kept. ``people``: made to how many."""

    unit: OrgUnit | None
    kept: int
    n: int
    people: int

    @property
    def rate(self) -> float:
        return self.kept / self.n

    @property
    def percentage(self) -> int:
        return round(100 * self.rate)

    @property
    def missed(self) -> int:
        return self.n - self.kept

    @property
    def missed_percentage(self) -> int:
        return 100 - self.percentage


@dataclass(frozen=True, kw_only=True)
class KeptRates:
    """Our kept-promise rate from ``since`` to ``until``, both days counted.

    ``teams``: by the unit that keeps the person, those with promises to five people and more.
    ``total`` is None where it, or the difference between it and the teams, would tell of fewer.
    """

    since: date
    until: date
    teams: Sequence[TeamRate]
    total: TeamRate | None

    @property
    def is_empty(self) -> bool:
        return not self.teams and self.total is None


def promises_of(contact: Contact) -> Promises:
    found = all_promises_of(contact)
    held = sorted((row for row in found if row.is_open), key=lambda row: (row.due_on, row.pk))
    settled = [row for row in found if not row.is_open]
    return Promises(open=held[:SHOWN], settled=settled[:SETTLED_SHOWN])


def all_promises_of(contact: Contact) -> Sequence[Promise]:
    """Those that are open, then the last settled; asked once for all parts of a page."""
    return once(("relationships.promises", contact.pk), lambda: _read(contact))


def _read(contact: Contact) -> Sequence[Promise]:
    found = _ALL(contact=contact.pk)
    for row in found:
        row.contact = contact
    return found


def holding_mail(contact_ids: Collection[int], *, today: date) -> set[int]:
    """The people to whom we have not kept our word: nothing automated goes to them until we do."""
    ours = Promise.objects.overdue(today).filter(side=Party.US, contact__in=contact_ids)
    return set(ours.order_by().values_list("contact", flat=True).distinct())


def due_of(user: User, *, today: date) -> QuerySet[Promise]:
    """What ``user`` promised that is due today or overdue, to people they may see."""
    rows = Promise.objects.visible_to(user).open().filter(side=Party.US, promiser=user)
    return rows.filter(due_on__lte=today, contact__archived_at=None).order_by("due_on", "pk")


def kept_rates(user: User, *, since: date, until: date) -> KeptRates:
    """Kept over kept, broken and overdue; by the day they were due. One query.

    What was agreed anew counts by what came in its place; what was withdrawn does not count.
    """
    overdue = Q(state=State.OPEN, due_on__lt=timezone.localdate())
    counted = (
        Promise.objects.visible_to(user)
        .filter(Q(state__in=[State.KEPT, State.BROKEN]) | overdue, side=Party.US)
        .filter(due_on__gte=since, due_on__lte=until, contact__erased_at=None)
        .order_by()
        .values_list("contact__unit")
        .annotate(
            kept=Count("pk", filter=Q(state=State.KEPT)),
            n=Count("pk"),
            people=Count("contact", distinct=True),
        )
    )
    rows = list(counted)
    units = OrgUnit.objects.in_bulk([unit_id for unit_id, *_rest in rows if unit_id])
    teams = [
        TeamRate(unit=units[unit_id] if unit_id else None, kept=kept, n=n, people=people)
        for unit_id, kept, n, people in rows
    ]
    return rates_of(teams, since=since, until=until)


def rates_of(teams: Sequence[TeamRate], *, since: date, until: date) -> KeptRates:
    """Those of five people and more by name, and all together where no small group follows."""
    shown, may_sum = shown_of(teams, lambda team: team.people)
    shown.sort(key=lambda team: (team.unit.name if team.unit else "", team.n))
    total = TeamRate(
        unit=None,
        kept=sum(team.kept for team in teams),
        n=sum(team.n for team in teams),
        people=sum(team.people for team in teams),
    )
    return KeptRates(since=since, until=until, teams=shown, total=total if may_sum else None)
