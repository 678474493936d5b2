"""Saying of what we hold that it still is right."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from contacts import custom_fields
from contacts.choices import Source
from contacts.events import FieldsConfirmed
from contacts.freshness import FIELDS, confirmed, custom_name
from contacts.models import Contact
from contacts.services.contacts import locked_contact, writer
from contacts.services.facts import TOLD_LISTS, fact
from core import audit, events
from core.models import User


@transaction.atomic
def confirm_fields(
    *,
    contact: Contact,
    actor: User | None,
    fields: Iterable[str] | None = None,
    source: str = Source.MANUAL,
) -> Contact:
    """``fields`` are right as they stand today; None: all that hold something. They go by the names
    of ``freshness.FIELDS``, ``custom_…``, and of ``TOLD_LISTS``. Nothing but their day changes and,
    where ``source`` weighs as much, whose word they are.
    """
    current = locked_contact(contact)
    known = confirmable(current)
    wanted = known if fields is None else [name for name in known if name in set(fields)]
    if not wanted:
        return current
    today = timezone.localdate()
    facts = [name for name in wanted if name not in TOLD_LISTS]
    current.field_sources = confirmed(
        current.field_sources,
        facts,
        source=source,
        on=today,
        author_id=writer(actor, source),
    )
    current.save(update_fields=["field_sources", "updated_at"])
    for name in (name for name in wanted if name in TOLD_LISTS):
        rows = getattr(current, TOLD_LISTS[name])
        rows.update(confirmed_on=today, updated_at=timezone.now())
        if source == Source.SELF:
            rows.update(source=source)
    actor_id = actor.pk if actor else None
    audit.record(actor=actor, action="contacts.confirmed", target=current, fields=wanted)
    events.publish(
        FieldsConfirmed(contact_id=current.pk, actor_id=actor_id, fields=wanted, source=str(source))
    )
    return current


def confirmable(contact: Contact) -> list[str]:
    """What the contact holds something in, and so can be found right."""
    names = [*FIELDS, *(custom_name(field.key) for field in custom_fields.active_fields())]
    held = [name for name in names if fact(contact, name) not in (None, "", [])]
    lists = [name for name, rows in TOLD_LISTS.items() if getattr(contact, rows).exists()]
    return [*held, *lists]
