"""Writing in the goodwill ledger."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact
from core import audit, events
from core.errors import DomainError
from core.models import User
from relationships.events import GoodwillChanged
from relationships.models import GoodwillEntry, Interaction


class GoodwillRefused(DomainError):
    code = "goodwill_refused"


@transaction.atomic
def note_goodwill(
    *,
    contact: Contact,
    actor: User,
    direction: str,
    kind: str,
    value: int = GoodwillEntry.Worth.KIND,
    happened_on: date | None = None,
    interaction: Interaction | None = None,
    note: str = "",
) -> GoodwillEntry:
    """One entry: what one side gave the other, or a trust that it broke."""
    day = happened_on or timezone.localdate()
    if day > timezone.localdate():
        raise GoodwillRefused(_("Nothing has been given yet on a day to come."))
    if interaction is not None and interaction.contact_id != contact.pk:
        raise GoodwillRefused(_("That contact moment was with somebody else."))
    entry = GoodwillEntry.objects.create(
        contact=contact,
        direction=direction,
        kind=kind,
        value=value,
        happened_on=day,
        interaction=interaction,
        note=" ".join(note.split())[:300],
        author=actor,
    )
    audit.record(
        actor=actor,
        action="relationships.goodwill_noted",
        target=contact,
        kind=kind,
        direction=direction,
        value=int(value),
    )
    events.publish(GoodwillChanged(entry_id=entry.pk, contact_id=contact.pk, actor_id=actor.pk))
    return entry


@transaction.atomic
def remove_goodwill(*, entry: GoodwillEntry, actor: User) -> None:
    """It was written by mistake. What happened and faded needs no removing."""
    audit.record(
        actor=actor,
        action="relationships.goodwill_removed",
        target=entry.contact,
        kind=entry.kind,
        direction=entry.direction,
        value=entry.value,
    )
    event = GoodwillChanged(entry_id=entry.pk, contact_id=entry.contact_id, actor_id=actor.pk)
    entry.delete()
    events.publish(event)
