"""Somebody has another address now: what waited with it is filed by the next round."""

from collections.abc import Sequence

from django.db.models.functions import Lower
from django.utils import timezone

from contacts.events import ContactCreated, ContactUpdated
from contacts.models import EmailAddress
from core.events import subscribe
from integrations.models import Correspondent, ReceivedMail


@subscribe(ContactCreated)
def on_people_added(events: Sequence[ContactCreated]) -> None:
    _look_again([event.contact_id for event in events])


@subscribe(ContactUpdated)
def on_people_changed(events: Sequence[ContactUpdated]) -> None:
    told = {"emails", "archived_at", "unit"}
    _look_again([event.contact_id for event in events if not told.isdisjoint(event.fields)])


def _look_again(contact_ids: list[int]) -> None:
    waiting = set(Correspondent.objects.waiting().values_list("address", flat=True)) - {""}
    if not contact_ids or not waiting:
        return
    theirs = EmailAddress.objects.annotate(lower=Lower("address")).filter(
        contact__in=contact_ids, lower__in=waiting
    )
    mails = Correspondent.objects.waiting().filter(address__in=theirs.values("lower"))
    ReceivedMail.objects.filter(
        pk__in=mails.values("mail"), queue_state=ReceivedMail.QueueState.DONE
    ).update(queue_state=ReceivedMail.QueueState.WAITING, due_at=timezone.now())
