"""Promises, goodwill, facts and notes with marks: what is between us and the people of the demo."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random

from django.utils import timezone

from contacts.models import Contact
from core import events
from core.models import User
from relationships.choices import Channel, Direction, Party
from relationships.events import PromiseMade
from relationships.models import GoodwillEntry, Interaction, PersonalFact, Promise, Relationship
from relationships.services.interactions import log_interaction
from relationships.services.notes import read_note
from trm.demo.history import History
from trm.demo.ledger_texts import FACTS, GIVEN, NOTES, OURS, THEIRS
from trm.demo.people import moment

Direct = GoodwillEntry.Direction
State = Promise.State


def make_ledger(history: History, *, rng: Random, today: date) -> None:
    """One of eight has a promise open, one of three has something in the ledger; whoever came
    back has all of it.
    """
    moments: defaultdict[int, list[Interaction]] = defaultdict(list)
    for interaction in history.interactions:
        moments[interaction.contact_id].append(interaction)
    returned = {row.contact_id for row in history.relationships if row.stage.key == "returned"}
    promises: list[Promise] = []
    entries: list[GoodwillEntry] = []
    facts: list[PersonalFact] = []
    for row in history.relationships:
        if row.ended_on is not None:
            continue
        is_rich = row.contact_id in returned
        spoken = [one for one in moments[row.contact_id] if one.happened_at <= timezone.now()]
        promises += _promises(row, spoken, is_rich, rng, today)
        entries += _entries(row, spoken, is_rich, rng)
        facts += _facts(row, is_rich, rng, today)
    _write(promises)
    GoodwillEntry.objects.bulk_create(entries, batch_size=1000)
    PersonalFact.objects.bulk_create(facts, batch_size=1000)
    _notes(history.relationships)


def _promises(
    row: Relationship, spoken: list[Interaction], is_rich: bool, rng: Random, today: date
) -> Iterator[Promise]:
    language = row.contact.language
    if is_rich or rng.random() < 0.11:
        is_ours = is_rich or rng.random() < 0.7
        days = -3 if is_rich else rng.choice((-4, -1, 0, 2, 3, 5, 6, 9, 12, 15, 20))
        yield _promise(row, spoken, is_ours, today + timedelta(days=days), rng)
        if is_rich:
            yield _promise(row, spoken, False, today + timedelta(days=9), rng)
    for _ in range(1 + is_rich):
        if not spoken or not (is_rich or rng.random() < 0.4):
            continue
        due_on = today - timedelta(days=rng.randint(15, 330))
        settled = _promise(row, spoken, rng.random() < 0.75, due_on, rng)
        settled.state = rng.choices((State.KEPT, State.BROKEN, State.WITHDRAWN), (83, 11, 6))[0]
        if settled.state == State.WITHDRAWN:
            settled.reason = {"nl": "Niet meer nodig", "en": "Not needed any more"}[language]
        settled.closed_at = moment(due_on - timedelta(days=rng.randint(0, 2)), rng)
        settled.closed_by = row.owner
        yield settled


def _promise(
    row: Relationship, spoken: list[Interaction], is_ours: bool, due_on: date, rng: Random
) -> Promise:
    before = [one for one in spoken if timezone.localdate(one.happened_at) < due_on]
    return Promise(
        contact=row.contact,
        side=Party.US if is_ours else Party.THEM,
        text=rng.choice(OURS if is_ours else THEIRS)[row.contact.language],
        due_on=due_on,
        promiser=row.owner,
        interaction=before[-1] if before else None,
        created_by=row.owner,
    )


def _write(promises: list[Promise]) -> None:
    """As made in the conversation that they rest on, or two weeks before they fell due."""
    Promise.objects.bulk_create(promises, batch_size=1000)
    for promise in promises:
        noon = timezone.now() - timedelta(days=(timezone.localdate() - promise.due_on).days + 14)
        spoken = promise.interaction.happened_at if promise.interaction else noon
        promise.created_at = min(spoken, promise.closed_at or timezone.now(), timezone.now())
    Promise.objects.bulk_update(promises, ["created_at"], batch_size=1000)
    events.publish(
        *(
            PromiseMade(
                promise_id=promise.pk,
                contact_id=promise.contact_id,
                side=promise.side,
                actor_id=promise.created_by_id,
            )
            for promise in promises
        )
    )


def _entries(
    row: Relationship, spoken: list[Interaction], is_rich: bool, rng: Random
) -> Iterator[GoodwillEntry]:
    if not spoken or not (is_rich or rng.random() < 0.3):
        return
    for told in rng.sample(GIVEN, 5 if is_rich else rng.randint(1, 3)):
        direction, kind, value, words = told
        rests_on = rng.choice(spoken)
        yield GoodwillEntry(
            contact=row.contact,
            direction=direction,
            kind=kind,
            value=value,
            happened_on=timezone.localdate(rests_on.happened_at),
            interaction=rests_on,
            note=words[row.contact.language],
            author=row.owner,
        )


def _facts(row: Relationship, is_rich: bool, rng: Random, today: date) -> Iterator[PersonalFact]:
    if not (is_rich or rng.random() < 0.07):
        return
    text, purpose = rng.choice(FACTS)
    language = row.contact.language
    day = today + timedelta(days=rng.choice((2, 5, 25, 60, 120)))
    is_month = rng.random() < 0.5
    yield PersonalFact(
        contact=row.contact,
        text=text[language],
        purpose=purpose[language],
        shows_on=day.replace(day=1) if is_month else day,
        is_month=is_month,
        kept_until=day + timedelta(days=rng.choice((60, 200, 365))),
        source=rng.choice(PersonalFact.Source.values),
        author=row.owner,
    )


def _notes(relationships: Iterable[Relationship]) -> None:
    """A few notes of today, with what colleagues say to each other in them."""
    users = {user.name.split()[0].lower(): user for user in User.objects.order_by("pk")}
    people = _people_of(users["joris"], relationships)
    for contact, text in zip(people, NOTES, strict=False):
        row = log_interaction(
            contact=contact,
            actor=users["joris"],
            channel=Channel.NOTE,
            direction=Direction.INTERNAL,
            summary=text["summary"],
            body=text["body"],
        )
        read_note(interaction=row, actor=users["joris"])


def _people_of(owner: User, relationships: Iterable[Relationship]) -> list[Contact]:
    rows = [row for row in relationships if row.owner_id == owner.pk and row.ended_on is None]
    return [row.contact for row in rows[:: max(1, len(rows) // len(NOTES))]]
