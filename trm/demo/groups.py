"""Three segments with a history, and three talent pools: with steps, filled by rule, and private."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from contacts.conditions import rule as rules
from contacts.models import Contact, PoolMember, Segment, SegmentProposal, TalentPool
from contacts.services import membership
from contacts.services.pool_filling import fill_pool
from contacts.services.pool_members import add_to_pool, move_in_pool
from contacts.services.pools import StepEntry, create_pool
from contacts.services.segments import accept_proposals, create_segment, decline_proposals
from core.models import User

WEEKS = 10


def asks(field: str, op: str, *values: str, **parts: list[str]) -> dict[str, Any]:
    return {"field": field, "op": op, "values": list(values), "parts": parts}


def joined(match: str, *nodes: dict[str, Any]) -> dict[str, Any]:
    return {"match": match, "rules": list(nodes)}


SILENT = joined(
    "all",
    asks("kind", "one_of", "alumnus"),
    asks("last_contact", "not_last", "90"),
    joined("none", asks("do_not_contact", "yes")),
)
FREELANCERS = joined(
    "all",
    asks("kind", "one_of", "freelancer"),
    joined(
        "any",
        asks("city", "one_of", "Utrecht", "Rotterdam", "Groningen"),
        asks("tag", "one_of", "waterbouw"),
    ),
    asks("consent", "one_of", "careers"),
)
WARM = joined(
    "all",
    asks("kind", "one_of", "prospect"),
    asks("interactions", "at_least", "3", direction=["two_way"], days=["120"]),
)


def make_groups(colleagues: Sequence[User], *, rng: Random, today: date) -> None:
    """As if they had been made ten weeks ago and been kept up since."""
    owner, other = colleagues[0], colleagues[1]
    silent = _segment("Alumni die we te lang niet spraken", SILENT, owner, "Voor het belrondje")
    freelancers = _segment(
        "Freelancers dicht bij het werk", FREELANCERS, owner, "Voor het voorjaar"
    )
    warm = _segment("Prospects met wie het klikt", WARM, other, "Eerst even kijken", reviewed=True)
    for segment in (silent, freelancers, warm):
        _live_through(segment, today)
    _review(warm, other)
    _way_back(owner, rng, today)
    spring = create_pool(
        actor=other,
        name="Freelancers voor het voorjaar",
        purpose="Wie we bellen zodra de planning rond is.",
        filled_from=freelancers,
    )
    fill_pool(pool=spring, now=_noon(today - timedelta(days=2)))
    _private(owner, rng, today)


def _segment(
    name: str, rule: dict[str, Any], owner: User, purpose: str, *, reviewed: bool = False
) -> Segment:
    return create_segment(
        actor=owner,
        name=name,
        rule=rules.parse(rule, owner),
        purpose=purpose,
        is_reviewed=reviewed,
    )


def _live_through(segment: Segment, today: date) -> None:
    """People of the demo came to be known over the years: so who fits differs by the week."""
    for week in range(WEEKS, -1, -1):
        now = _noon(today - timedelta(weeks=week))
        membership.work_out(segment=segment, now=min(now, timezone.now()))
    Segment.objects.filter(pk=segment.pk).update(
        created_at=_noon(today - timedelta(weeks=WEEKS)), due_at=timezone.now()
    )


def _review(segment: Segment, actor: User) -> None:
    waiting = list(
        SegmentProposal.objects.filter(segment=segment, state="waiting").order_by("pk")[:9]
    )
    accept_proposals(segment=segment, actor=actor, proposals=waiting[:6])
    decline_proposals(
        segment=segment, actor=actor, proposals=waiting[6:7], reason="Net elders begonnen"
    )
    decline_proposals(
        segment=segment,
        actor=actor,
        proposals=waiting[7:8],
        reason="Wil eerst afstuderen",
        not_before=timezone.localdate() + timedelta(days=120),
    )


def _way_back(owner: User, rng: Random, today: date) -> None:
    """Nobody looked at it for seven months."""
    steps = ("Benaderd", "Koffie gedronken", "Heeft belangstelling", "Komt terug")
    pool = create_pool(
        actor=owner,
        name="Terug naar Vaart & Veld",
        purpose="Oud-collega’s die we graag terugzien. Wie belt wie, en hoe staat het ervoor?",
        steps=[StepEntry(step) for step in steps],
    )
    TalentPool.objects.filter(pk=pool.pk).update(reviewed_on=today - timedelta(days=214))
    people = list(
        Contact.objects.active().filter(relationships__kind="alumnus").order_by("pk").distinct()
    )
    chosen = rng.sample(people, 16)
    added = _noon(today - timedelta(days=150))
    add_to_pool(
        pool=pool,
        actor=owner,
        contact_ids=[one.pk for one in chosen],
        why="Vertrok in goed overleg",
        now=added,
    )
    places = list(pool.steps.order_by("position"))
    for number, member in enumerate(PoolMember.objects.filter(pool=pool).order_by("pk")):
        for step, place in enumerate(places[1 : 1 + number % 4]):
            day = added + timedelta(days=20 * (step + 1) + number)
            move_in_pool(member=member, to_step=place, actor=owner, now=day)


def _private(owner: User, rng: Random, today: date) -> None:
    pool = create_pool(
        actor=owner, name="Stille tips", purpose="Nog niet voor anderen.", is_private=True
    )
    people = list(Contact.objects.active().order_by("pk").values_list("pk", flat=True)[:400])
    add_to_pool(
        pool=pool,
        actor=owner,
        contact_ids=rng.sample(people, 3),
        why="Getipt op de alumnidag",
        now=_noon(today - timedelta(days=9)),
    )


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))
