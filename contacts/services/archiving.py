"""Putting many people aside at once. The caller has the contacts locked, and says who may."""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from contacts import bulk_acts
from contacts.bulk_acts import Before, Options, Result, done
from contacts.events import ContactUpdated
from contacts.models import Contact
from core import events
from core.models import User


def archive_all(contact_ids: Sequence[int], options: Options, actor: User) -> Mapping[int, Result]:
    now = timezone.now()
    Contact.objects.filter(pk__in=contact_ids).update(archived_at=now, updated_at=now)
    _tell(contact_ids, actor)
    return {pk: done(archived_at=now.isoformat()) for pk in contact_ids}


def undo_archiving(
    before: Mapping[int, Before], options: Options, actor: User
) -> Mapping[int, str]:
    """Bring back those who still lie where this put them."""
    found = Contact.objects.filter(pk__in=before, archived_at__isnull=False)
    untouched = [
        pk
        for pk, archived_at in found.values_list("pk", "archived_at")
        if archived_at and archived_at.isoformat() == before[pk]["archived_at"]
    ]
    people = Contact.objects.filter(pk__in=untouched)
    people.update(archived_at=None, updated_at=timezone.now())
    _tell(untouched, actor)
    return {pk: bulk_acts.CHANGED for pk in before if pk not in set(untouched)}


def _tell(contact_ids: Sequence[int], actor: User) -> None:
    events.publish(
        *(
            ContactUpdated(contact_id=pk, actor_id=actor.pk, fields=["archived_at"])
            for pk in contact_ids
        )
    )
