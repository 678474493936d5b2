"""What both sides say at the end: how it was, and whether we may stay in touch."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from contacts.choices import Purpose
from contacts.models import Consent
from contacts.services.consent import record_consent
from core import audit, events
from core.errors import DomainError
from core.models import User
from relationships.choices import Party
from relationships.events import StayInTouchChosen
from relationships.models import (
    ClosingFeedback,
    Engagement,
    FollowUp,
    Leaving,
    LeavingStep,
    WhatToDo,
)
from relationships.services.follow_ups import close_follow_up

DECISIONS = {
    Leaving.Answer.YES: Consent.Decision.GIVEN,
    Leaving.Answer.NO: Consent.Decision.WITHDRAWN,
}
STEP_OF = {Party.US: WhatToDo.FEEDBACK_OURS, Party.THEM: WhatToDo.FEEDBACK_THEIRS}


class ClosingRefused(DomainError):
    code = "closing_refused"


@transaction.atomic
def record_feedback(
    *,
    engagement: Engagement,
    actor: User,
    side: str,
    went_well: str = "",
    could_be_better: str = "",
    again: str = "",
    given_on: date | None = None,
) -> ClosingFeedback:
    """What one side says of it; said again, it is put right. The task that asked for it is done."""
    current = Engagement.objects.select_for_update().get(pk=engagement.pk)
    said = {
        "went_well": went_well.strip()[:4000],
        "could_be_better": could_be_better.strip()[:4000],
        "again": again,
    }
    if not any(said.values()):
        raise ClosingRefused(_("Nothing was said yet."))
    row, _is_new = ClosingFeedback.objects.update_or_create(
        engagement=current,
        side=side,
        defaults={**said, "given_on": given_on or timezone.localdate(), "recorded_by": actor},
    )
    audit.record(actor=actor, action="relationships.feedback_given", target=current, side=side)
    _close(current, STEP_OF[Party(side)], actor, outcome="")
    return row


@transaction.atomic
def record_stay_in_touch(
    *, engagement: Engagement, actor: User, answer: str, note: str = "", day: date | None = None
) -> Leaving:
    """Their answer. Yes and no go into the ledger of consent as well, in the words of the question;
    "later" is neither. The task that asked for it is done, unless it is to be asked again.
    """
    way = Leaving.objects.select_for_update(of=("self",)).filter(engagement=engagement).first()
    if way is None or way.stopped_at is not None:
        raise ClosingRefused(_("This engagement is not ending."))
    decided = DECISIONS.get(Leaving.Answer(answer))
    if decided is not None and answer != way.stays_in_touch:
        contact = engagement.contact
        with override(contact.language):
            wording = _("May we stay in touch after your last day?")
        record_consent(
            contact=contact,
            actor=actor,
            purpose=Purpose.NETWORK,
            decision=decided,
            wording=wording,
        )
    way.stays_in_touch, way.touch_note = answer, note.strip()[:300]
    way.answered_on = day or timezone.localdate()
    way.save(update_fields=["stays_in_touch", "touch_note", "answered_on", "updated_at"])
    audit.record(
        actor=actor, action="relationships.stay_in_touch_chosen", target=engagement, answer=answer
    )
    events.publish(
        StayInTouchChosen(
            engagement_id=engagement.pk,
            contact_id=engagement.contact_id,
            answer=answer,
            actor_id=actor.pk,
        )
    )
    if decided is not None:
        outcome = str(Leaving.Answer(answer).label)
        _close(engagement, WhatToDo.STAY_IN_TOUCH, actor, outcome=outcome)
    return way


def _close(engagement: Engagement, what: str, actor: User, *, outcome: str) -> None:
    steps = LeavingStep.objects.filter(leaving__engagement=engagement, what=what)
    open_tasks = FollowUp.objects.open().filter(leaving_step__in=steps)
    for task in open_tasks.order_by("pk"):
        close_follow_up(follow_up=task, actor=actor, outcome=outcome)
