"""How much of our contact is between people: by team, by pool, and one's own (docs/measures.md).

High-touch ratio = human conversations both ways / everything outbound: those conversations, what
people said from our side alone, and what machines sent. Of staff only figures of teams, and two of
one's own that nobody else reads: of contact with the people one keeps in touch with, whoever of us
had it, and of what one said oneself, to anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.models import Touchpoint
from contacts.models import OrgUnit, TalentPool
from contacts.models.access import visible_units
from core.models import User
from relationships.choices import Channel, Direction, Party
from relationships.groups import SMALLEST_GROUP, shown_of
from relationships.models import Interaction, Relationship
from relationships.selectors.ownership import kept_by

SEE = "relationships.view_relationship"
# So many pools are there at once, the others on asking.
FIRST_POOLS = 10


@dataclass(frozen=True, kw_only=True)
class Touch:
    """Of one group in a period. ``begun_by_us`` of the conversations ``two_way``; ``people`` is
    with how many that contact was.
    """

    label: str
    two_way: int = 0
    begun_by_us: int = 0
    one_way: int = 0
    automated: int = 0
    people: int = 0

    @property
    def human(self) -> int:
        return self.two_way + self.one_way

    @property
    def outbound(self) -> int:
        return self.human + self.automated

    @property
    def ratio(self) -> float | None:
        return self.two_way / self.outbound if self.outbound else None

    @property
    def percentage(self) -> int | None:
        return None if self.ratio is None else round(100 * self.ratio)

    @property
    def begun_by_them(self) -> int:
        return self.two_way - self.begun_by_us


@dataclass(frozen=True, kw_only=True)
class Touches:
    """``with_mine``: with the people whom the reader owns or co-owns; ``by_me``: what they said
    themselves. ``total`` is None where a small group would follow from it. ``small_pools``: how
    many more pools there are, with too few people to show.
    """

    since: date
    until: date
    with_mine: Touch
    by_me: Touch
    total: Touch | None
    teams: Sequence[Touch] = field(default_factory=list)
    pools: Sequence[Touch] = field(default_factory=list)
    small_pools: int = 0

    @property
    def first_pools(self) -> Sequence[Touch]:
        return self.pools[:FIRST_POOLS]

    @property
    def more_pools(self) -> Sequence[Touch]:
        return self.pools[FIRST_POOLS:]


def touches(user: User, *, since: date, until: date) -> Touches:
    """The days from ``since`` to ``until``, both included."""
    span = (_begin(since), _begin(until + timedelta(days=1)))
    talks, sent = _talks(user, span), _sent(user, span)
    by_team = _by(talks, sent, "contact__unit")
    names = dict(OrgUnit.objects.filter(pk__in=by_team).values_list("pk", "name"))
    teams = [_touch(str(names.get(pk) or ""), counts) for pk, counts in by_team.items()]
    shown, may_sum = shown_of(teams, lambda team: team.people)
    shown.sort(key=lambda team: (team.ratio or 0, team.label))
    pools, small_pools = _pools(user, talks, sent)
    return Touches(
        since=since,
        until=until,
        with_mine=_with_mine(user, talks, sent),
        by_me=_by_me(user, talks, sent),
        total=_sum(teams) if may_sum else None,
        teams=shown,
        pools=pools,
        small_pools=small_pools,
    )


def _talks(user: User, span: tuple[datetime, datetime]) -> QuerySet[Interaction]:
    """What people said from our side, or with us: notes and talk among ourselves are no contact."""
    rows = Interaction.objects.filter(
        happened_at__gte=span[0],
        happened_at__lt=span[1],
        direction__in=[Direction.TWO_WAY, Direction.OUTBOUND],
    ).exclude(channel=Channel.NOTE)
    return _seen(rows, user)


def _sent(user: User, span: tuple[datetime, datetime]) -> QuerySet[Touchpoint]:
    sent = Touchpoint.objects.filter(
        result=Touchpoint.Result.SENT, done_at__gte=span[0], done_at__lt=span[1]
    )
    return _seen(sent, user)


def _seen(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    unit_ids = visible_units(user, SEE)
    return rows if unit_ids is None else rows.filter(contact__unit__in=unit_ids)


_HUMAN = Q(is_automated=False)
_TWO_WAY = _HUMAN & Q(direction=Direction.TWO_WAY)
_COUNTED = {
    "two_way": Count("pk", filter=_TWO_WAY),
    "begun_by_us": Count("pk", filter=_TWO_WAY & Q(initiated_by=Party.US)),
    "one_way": Count("pk", filter=_HUMAN & Q(direction=Direction.OUTBOUND)),
    "machine": Count("pk", filter=Q(is_automated=True)),
}


def _by(
    talks: QuerySet[Interaction], sent: QuerySet[Touchpoint], column: str
) -> dict[Any, dict[str, int]]:
    """The counts by a column of both: two queries."""
    counted: dict[Any, dict[str, int]] = {}
    rows: Any = talks.order_by().values(key=F(column))
    for row in rows.annotate(**_COUNTED, people=Count("contact", distinct=True)):
        key = row.pop("key")
        row["automated"] = row.pop("machine")
        counted[key] = row
    mails = sent.order_by().values_list(column)
    for key, number, people in mails.annotate(Count("pk"), Count("contact", distinct=True)):
        held = counted.setdefault(key, {"people": 0})
        held["automated"] = held.get("automated", 0) + number
        # With how many at least: who was both spoken with and mailed counts once.
        held["people"] = max(held["people"], people)
    return counted


def _touch(label: str, counts: dict[str, int]) -> Touch:
    return Touch(label=label, **counts)


def _with_mine(user: User, talks: QuerySet[Interaction], sent: QuerySet[Touchpoint]) -> Touch:
    """With the people whom ``user`` owns or co-owns, whoever of us it was."""
    own = Relationship.objects.open().filter(contact=OuterRef("contact"))
    is_mine = Exists(own.filter(kept_by(user)))
    return _in_sum(user.name, talks.filter(is_mine), sent.filter(is_mine))


def _by_me(user: User, talks: QuerySet[Interaction], sent: QuerySet[Touchpoint]) -> Touch:
    """What ``user`` said, and what machines sent in their name: of the campaigns they own."""
    in_their_name = sent.filter(enrolment__campaign__owner=user)
    return _in_sum(user.name, talks.filter(author=user), in_their_name)


def _in_sum(label: str, talks: QuerySet[Interaction], sent: QuerySet[Touchpoint]) -> Touch:
    counts = talks.aggregate(**_COUNTED, people=Count("contact", distinct=True))
    machine = counts.pop("machine")
    return Touch(label=label, **counts, automated=machine + sent.count())


def _pools(
    user: User, talks: QuerySet[Interaction], sent: QuerySet[Touchpoint]
) -> tuple[list[Touch], int]:
    """Of who is in each now, the most contact first; and how many pools are left out because there
    was contact with fewer than five people of theirs.
    """
    names = dict(TalentPool.objects.visible_to(user).live().values_list("pk", "name"))
    members = {"contact__pool_members__until": None, "contact__pool_members__pool__any": [*names]}
    counted = _by(talks.filter(**members), sent.filter(**members), "contact__pool_members__pool")
    shown = [
        _touch(names[pk], counts)
        for pk, counts in counted.items()
        if counts["people"] >= SMALLEST_GROUP
    ]
    shown.sort(key=lambda pool: (-pool.outbound, pool.label))
    return shown, len(names) - len(shown)


def _sum(teams: Sequence[Touch]) -> Touch:
    names = ("two_way", "begun_by_us", "one_way", "automated", "people")
    return Touch(label="", **{name: sum(getattr(team, name) for team in teams) for name in names})


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
