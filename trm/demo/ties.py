"""Ties of the demo: who studied with whom, who brought whom in, and how we met."""

from datetime import date, timedelta
from random import Random

from contacts.models import Contact, Organisation
from core import events
from core.models import User
from relationships.events import TieAdded
from relationships.models import CoOwner, Relationship, Tie, TieKind
from trm.demo.history import History

SCHOOLS = ("TU Delft", "Wageningen University", "Hogeschool Utrecht", "Universiteit Twente")
EMPLOYERS = ("Ingenieursbureau Merwede", "Waterschap De Linge", "Netbeheer Noord")
WHERE = {
    "nl": ("Waterbouwdag", "open dag", "gastcollege in Delft", "borrel na het symposium"),
    "en": ("Hydraulics day", "open day", "guest lecture in Delft", "drinks after the symposium"),
}
KINDS = ("colleague", "colleague", "studied-with", "mentor", "referred-by", "knows")


def make_ties(
    history: History, contacts: list[Contact], users: list[User], *, rng: Random, today: date
) -> None:
    """One of three has some; whoever came back has more. One of eight has a co-owner."""
    kinds = {kind.key: kind for kind in TieKind.objects.all()}
    schools = [Organisation.objects.create(name=name, kind="school") for name in SCHOOLS]
    employers = [Organisation.objects.create(name=name, kind="employer") for name in EMPLOYERS]
    owners = {row.contact_id: row.owner for row in history.relationships if row.owner_id}
    returned = {row.contact_id for row in history.relationships if row.stage.key == "returned"}
    ties: dict[tuple[str, int, int], Tie] = {}
    for contact in contacts:
        rounds = 3 if contact.pk in returned else int(rng.random() < 0.35)
        for _ in range(rounds):
            other = rng.choice(contacts)
            first, second = sorted((contact, other), key=lambda one: one.pk)
            if first.pk == second.pk or first.unit_id != second.unit_id:
                continue
            key = rng.choice(KINDS)
            since = today.replace(month=1, day=1, year=today.year - rng.randint(1, 12))
            ties[key, first.pk, second.pk] = Tie(
                kind=kinds[key],
                contact=first,
                other=second,
                since=since,
                is_since_year=True,
                source=rng.choice(("themselves", "colleague", "public")),
                author=owners.get(contact.pk),
            )
        if rounds:
            is_school = rng.random() < 0.6
            place = rng.choice(schools if is_school else employers)
            ties["at", contact.pk, place.pk] = Tie(
                kind=kinds["studied-at" if is_school else "worked-at"],
                contact=contact,
                organisation=place,
                until=today.replace(month=12, day=31, year=today.year - rng.randint(1, 10)),
                is_until_year=True,
                source="public",
                author=owners.get(contact.pk),
            )
            met_by = owners.get(contact.pk) or rng.choice(users)
            ties["met", contact.pk, met_by.pk] = Tie(
                kind=kinds["met-by"],
                contact=contact,
                colleague=met_by,
                since=today - timedelta(days=rng.randint(200, 2000)),
                detail=rng.choice(WHERE[contact.language]),
                source="colleague",
                author=met_by,
            )
    rows = Tie.objects.bulk_create(ties.values(), batch_size=1000)
    events.publish(
        *(
            TieAdded(
                tie_id=row.pk,
                contact_ids=sorted({row.contact_id, row.other_id or row.contact_id}),
                actor_id=row.author_id,
            )
            for row in rows
        )
    )
    _co_owners(history.relationships, users, rng)


def _co_owners(rows: list[Relationship], users: list[User], rng: Random) -> None:
    """Of those who see the whole organisation, as all of the recruiters without a unit do."""
    able = [user for user in users if user.role_grants.filter(unit=None).exists()]
    CoOwner.objects.bulk_create(
        CoOwner(relationship=row, user=user)
        for row in rows
        if row.ended_on is None and rng.random() < 0.12
        for user in [rng.choice(able)]
        if user.pk != row.owner_id
    )
