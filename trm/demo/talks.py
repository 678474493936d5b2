"""Who of us spoke with people: seldom one colleague alone; at a table together, and by WhatsApp."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from django.utils import timezone

from contacts.models import Contact
from core.models import User
from relationships.choices import Channel, Direction, Party
from relationships.models import Interaction, Relationship
from relationships.services.interactions import Moment, log_interaction
from relationships.services.notes import log_with_all

TABLES = (
    (
        "Lunch met oud-collega’s aan de kade",
        "Een uur over hoe het nu gaat. Twee willen graag eens komen meekijken op de sluis.",
    ),
    (
        "Koffie met de nieuwe lichting",
        "De eerste weken bevallen. Vraag van allen: wanneer mogen we mee naar buiten?",
    ),
)
AT_A_TABLE = 4
WHATSAPP = {
    "nl": ("Appte over de open dag", "Komt, en neemt een vriendin mee die ook zoekt."),
    "en": ("Texted about the open day", "Is coming, with a friend who is looking as well."),
}


def share_talks(
    interactions: Sequence[Interaction], beside: dict[int, list[User]], rng: Random
) -> None:
    """Before they are written: of two in three people a second colleague had some of the talks.
    ``beside``: who else may see a person, by contact id.
    """
    second: dict[int, User | None] = {}
    for row in interactions:
        if row.contact_id not in second:
            others = [one for one in beside[row.contact_id] if one != row.author]
            is_shared = bool(others) and rng.random() < 0.68
            second[row.contact_id] = rng.choice(others) if is_shared else None
        other = second[row.contact_id]
        if other is not None and rng.random() < 0.45:
            row.author = other


def make_talks(colleagues: Sequence[User]) -> None:
    """Two tables, and a few words by WhatsApp, of these weeks."""
    now = timezone.now()
    first, second = colleagues[:2]
    for days, user, kind, said in (
        (9, first, "alumnus", TABLES[0]),
        (4, second, "employee", TABLES[1]),
    ):
        summary, body = said
        log_with_all(
            moments=[
                Moment(
                    contact=one,
                    channel=Channel.MEETING,
                    direction=Direction.TWO_WAY,
                    happened_at=now - timedelta(days=days, hours=2),
                    summary=summary,
                    body=body,
                )
                for one in _people(user, kind)[:AT_A_TABLE]
            ],
            actor=user,
        )
    for days, user in enumerate((first, second, first), start=2):
        people = _people(user, "prospect")
        if len(people) <= days:
            continue
        summary, body = WHATSAPP[people[days].language]
        log_interaction(
            contact=people[days],
            actor=user,
            channel=Channel.WHATSAPP,
            direction=Direction.TWO_WAY,
            initiated_by=Party.THEM,
            happened_at=now - timedelta(days=days, hours=1),
            summary=summary,
            body=body,
        )


def _people(owner: User, kind: str) -> list[Contact]:
    rows = Relationship.objects.open().filter(owner=owner, kind=kind, contact__do_not_contact=False)
    return [row.contact for row in rows.select_related("contact").order_by("pk")[:20]]
