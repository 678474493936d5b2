"""What happened between us: relationships, moves, contact moments, tasks and engagements."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from random import Random

from contacts.models import Contact, OrgUnit
from core.models import User
from relationships.choices import Channel, Direction
from relationships.models import (
    Engagement,
    FollowUp,
    Interaction,
    Relationship,
    Stage,
    StageTransition,
)
from relationships.services.engagements import phase_by_days
from trm.demo import texts
from trm.demo.lives import Job, Life, Standing, division_of
from trm.demo.people import moment
from trm.demo.talks import share_talks

REMEMBERED = timedelta(days=3 * 365)
# In which they said something.
_SAID = (Direction.TWO_WAY, Direction.INBOUND)


@dataclass(frozen=True)
class Colleague:
    """Somebody who owns relationships; ``division`` limits them to one, empty does not."""

    user: User
    division: str = ""


@dataclass(frozen=True)
class History:
    relationships: list[Relationship]
    transitions: list[StageTransition]
    interactions: list[Interaction]
    follow_ups: list[FollowUp]
    engagements: list[Engagement]


def make_history(
    lives: list[Life],
    contacts: list[Contact],
    *,
    units: dict[str, OrgUnit],
    colleagues: list[Colleague],
    rng: Random,
    today: date,
) -> History:
    """Write it all, oldest first within each person, and return what was written."""
    stages = {
        (stage.lifecycle.kind, stage.key): stage
        for stage in Stage.objects.select_related("lifecycle")
    }
    owners = [_owner(life, colleagues, rng) for life in lives]
    history = History([], [], [], [], [])
    for life, contact, owner in zip(lives, contacts, owners, strict=True):
        for standing in life.standings:
            relationship = _relationship(standing, contact, owner, stages, rng)
            history.relationships.append(relationship)
            history.transitions.extend(_transitions(standing, relationship, stages, rng))
        history.interactions.extend(_interactions(life, contact, owner, rng, today))
        history.follow_ups.extend(_follow_ups(life, contact, owner, rng, today))
        history.engagements.extend(_engagements(life, contact, owner, units, today))
    share_talks(history.interactions, _beside(lives, contacts, colleagues), Random(len(lives)))
    _give_managers(history.engagements, rng)
    _set_next_touch(history, today, rng)
    Relationship.objects.bulk_create(history.relationships, batch_size=500)
    StageTransition.objects.bulk_create(history.transitions, batch_size=1000)
    Interaction.objects.bulk_create(history.interactions, batch_size=1000)
    FollowUp.objects.bulk_create(history.follow_ups, batch_size=1000)
    Engagement.objects.bulk_create(history.engagements, batch_size=1000)
    return history


def _owner(life: Life, colleagues: list[Colleague], rng: Random) -> User:
    division = division_of(life.unit)
    local = [c.user for c in colleagues if c.division == division]
    anywhere = [c.user for c in colleagues if not c.division]
    return rng.choice(local if local and rng.random() < 0.6 else anywhere)


def _beside(
    lives: list[Life], contacts: list[Contact], colleagues: list[Colleague]
) -> dict[int, list[User]]:
    """Who of us may see each person."""
    return {
        contact.pk: [c.user for c in colleagues if c.division in ("", division_of(life.unit))]
        for life, contact in zip(lives, contacts, strict=True)
    }


def _relationship(
    standing: Standing,
    contact: Contact,
    owner: User,
    stages: dict[tuple[str, str], Stage],
    rng: Random,
) -> Relationship:
    key, since = standing.moves[-1]
    return Relationship(
        contact=contact,
        kind=standing.kind,
        stage=stages[standing.kind, key],
        stage_since=moment(since, rng),
        owner=owner,
        started_on=standing.started_on,
        ended_on=standing.ended_on,
    )


def _transitions(
    standing: Standing,
    relationship: Relationship,
    stages: dict[tuple[str, str], Stage],
    rng: Random,
) -> Iterator[StageTransition]:
    before = None
    language = relationship.contact.language
    for key, day in standing.moves:
        stage = stages[standing.kind, key]
        is_last = (key, day) == standing.moves[-1]
        yield StageTransition(
            relationship=relationship,
            from_stage=before,
            to_stage=stage,
            moved_by=relationship.owner,
            moved_at=relationship.stage_since if is_last else moment(day, rng),
            reason=texts.NOT_NOW[language] if key == "not-now" else "",
        )
        before = stage


def _interactions(
    life: Life, contact: Contact, owner: User, rng: Random, today: date
) -> Iterator[Interaction]:
    for standing in life.standings:
        begin = max(standing.started_on, today - REMEMBERED)
        end = standing.ended_on or today
        if begin >= end:
            continue
        days = (end - begin).days
        count = min(14, max(1, days // rng.choice((25, 40, 60, 90))))
        moments = rng.sample(texts.MOMENTS[standing.kind], len(texts.MOMENTS[standing.kind]))
        days_chosen = sorted(rng.sample(range(days), min(count, days)))
        for day, told in zip(days_chosen, cycle(moments), strict=False):
            channel, direction, party, wording = told
            summary, body = wording[life.language]
            yield Interaction(
                contact=contact,
                happened_at=moment(begin + timedelta(days=day), rng),
                channel=channel,
                direction=direction,
                initiated_by=party,
                summary=summary,
                body=body,
                author=owner,
            )


def _follow_ups(
    life: Life, contact: Contact, owner: User, rng: Random, today: date
) -> Iterator[FollowUp]:
    kind = life.standings[-1].kind
    title = rng.choice(texts.TASKS[kind][life.language])
    is_open = life.standings[-1].ended_on is None
    if is_open and rng.random() < 0.14:
        due_on = today + timedelta(days=rng.choice((-9, -4, -2, -1, 0, 0, 0, 1, 2, 3, 5, 8, 13)))
        yield FollowUp(
            contact=contact, assignee=owner, created_by=owner, title=title, due_on=due_on
        )
    if rng.random() < 0.35:
        due_on = today - timedelta(days=rng.randint(20, 500))
        if due_on <= life.first_contact_on:
            return
        yield FollowUp(
            contact=contact,
            assignee=owner,
            created_by=owner,
            title=rng.choice(texts.TASKS[kind][life.language]),
            due_on=due_on,
            state=FollowUp.State.DONE,
            closed_at=moment(due_on - timedelta(days=rng.randint(0, 3)), rng),
            closed_by=owner,
        )


def _engagements(
    life: Life, contact: Contact, owner: User, units: dict[str, OrgUnit], today: date
) -> Iterator[Engagement]:
    for job in life.jobs:
        yield Engagement(
            contact=contact,
            form=job.form,
            phase=_phase(job, today),
            unit=units[job.unit],
            role=job.role,
            starts_on=job.starts_on,
            ends_on=job.ends_on,
            hours_per_week=(32, 36, 40, 24)[life.number % 4],
            recorded_by=owner,
        )


def _phase(job: Job, today: date) -> str:
    if job.form != Engagement.Form.ASSIGNMENT:
        return ""
    dated = Engagement(starts_on=job.starts_on, ends_on=job.ends_on)
    return phase_by_days(dated, today)


def _give_managers(engagements: list[Engagement], rng: Random) -> None:
    """The longest-serving employee of a unit leads it."""
    leads: dict[int | None, Contact] = {}
    employed = [e for e in engagements if e.form == Engagement.Form.EMPLOYMENT and not e.ends_on]
    for engagement in sorted(employed, key=lambda e: e.starts_on):
        leads.setdefault(engagement.unit_id, engagement.contact)
    for engagement in engagements:
        lead = leads.get(engagement.unit_id)
        if lead is not None and lead is not engagement.contact:
            engagement.manager = lead


def _last_said(interactions: list[Interaction]) -> dict[int, Interaction]:
    last: dict[int, Interaction] = {}
    for interaction in interactions:
        is_note = interaction.channel == Channel.NOTE
        if interaction.direction in _SAID and not (interaction.is_automated or is_note):
            known = last.get(interaction.contact_id)
            if known is None or known.happened_at < interaction.happened_at:
                last[interaction.contact_id] = interaction
    return last


def _set_next_touch(history: History, today: date, rng: Random) -> None:
    """Each open relationship is due its cadence after they last said something, as the product
    counts it: a mail of theirs too, though no machine wrote it.
    """
    last = _last_said(history.interactions)
    for relationship in history.relationships:
        if relationship.ended_on:
            continue
        met = last.get(relationship.contact_id)
        if met is not None:
            relationship.last_two_way_at = met.happened_at
        if relationship.stage.cadence_days is None:
            continue
        cadence = timedelta(days=relationship.stage.cadence_days)
        since = met.happened_at.date() if met else relationship.stage_since.date()
        due_on = since + cadence
        # A working organisation: few are far behind, for most the day was moved to the near future.
        if due_on < today and rng.random() < 0.9:
            due_on = today + timedelta(days=rng.randint(1, 60))
        relationship.next_touch_on = due_on
