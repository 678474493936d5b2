"""What campaigns make of what happened below them. Each handler may be called again."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from campaigns.choices import Reason
from campaigns.models import Enrolment, Touchpoint
from campaigns.services.overdue import settle_overdue_steps
from campaigns.services.sequence import advance, stop_enrolments
from contacts.events import ConsentChanged, ContactErased
from contacts.models import Consent
from core.events import subscribe
from relationships.events import FollowUpClosed, PromiseChanged, PromiseTakenBack
from relationships.selectors.promises import holding_mail


@subscribe(FollowUpClosed)
def on_follow_ups_closed(events: Sequence[FollowUpClosed]) -> None:
    """The human step is done: the sequence that waited for it goes on, and nobody need be told."""
    closed = list(Touchpoint.objects.filter(follow_up__in=[event.follow_up_id for event in events]))
    advance(closed, now=timezone.now())
    if closed:
        settle_overdue_steps(touchpoint_ids=[row.pk for row in closed])


@subscribe(ConsentChanged)
def on_consents_changed(events: Sequence[ConsentChanged]) -> None:
    """Whoever withdrew consent leaves every campaign of that purpose, at once."""
    by_purpose: dict[str, list[int]] = {}
    for event in events:
        if event.decision == Consent.Decision.WITHDRAWN:
            by_purpose.setdefault(event.purpose, []).append(event.contact_id)
    for purpose, contact_ids in by_purpose.items():
        # Not who has given it anew before a retry came here.
        withdrawn = Consent.objects.last_words().filter(
            contact__in=contact_ids, purpose=purpose, decision=Consent.Decision.WITHDRAWN
        )
        on_the_way = Enrolment.objects.filter(
            contact__in=withdrawn.values("contact"), campaign__purpose=purpose
        )
        _stop(on_the_way, Reason.WITHDRAWN)


@subscribe(ContactErased)
def on_contacts_erased(events: Sequence[ContactErased]) -> None:
    contact_ids = [event.contact_id for event in events]
    _stop(Enrolment.objects.filter(contact__in=contact_ids), Reason.ERASED)


@subscribe(PromiseChanged)
def on_promises_changed(events: Sequence[PromiseChanged]) -> None:
    _let_go([event.contact_id for event in events])


@subscribe(PromiseTakenBack)
def on_promises_taken_back(events: Sequence[PromiseTakenBack]) -> None:
    _let_go([event.contact_id for event in events])


def _let_go(contact_ids: Sequence[int]) -> None:
    """Mails that waited for our word to be kept go on, where no other promise holds them."""
    now = timezone.now()
    held = holding_mail(contact_ids, today=timezone.localdate(now))
    Touchpoint.objects.filter(
        contact__in=set(contact_ids) - held,
        queue_state=Touchpoint.QueueState.WAITING,
        outcome=Reason.PROMISE_OVERDUE,
    ).update(due_at=now, outcome="", updated_at=now)


def _stop(enrolments: QuerySet[Enrolment], reason: Reason) -> None:
    stop_enrolments(
        enrolment_ids=list(enrolments.values_list("pk", flat=True)),
        reason=reason,
        actor=None,
        now=timezone.now(),
    )
