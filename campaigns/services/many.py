"""Many people taken into a campaign at once (``contacts.bulk_acts``), and off it again. The caller
has the contacts locked, and says who may.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from campaigns.choices import Reason
from campaigns.models import Campaign, Enrolment, Touchpoint
from campaigns.services.enrolment import enrol_by_hand
from campaigns.services.sequence import stop_enrolments
from contacts import bulk_acts
from contacts.bulk_acts import Before, Options, Result, done, skipped
from core.models import User

NOT_RUNNING, BEGUN = "campaign_not_running", "campaign_begun"


def left_out(reason: Reason) -> str:
    """How a report on a bulk act names it: other acts have reasons of the same name."""
    return f"enrol_{reason.value}"


def enrol_all(contact_ids: Sequence[int], options: Options, actor: User) -> Mapping[int, Result]:
    """Take those in who may be written to. Whom a colleague holds is left out, unless
    ``options["override_reason"]`` says why not.
    """
    campaign = Campaign.objects.visible_to(actor).filter(uid=UUID(options["campaign"])).first()
    is_theirs = campaign is not None and actor.has_perm("campaigns.run_campaign", campaign)
    if campaign is None or not is_theirs or campaign.state != Campaign.State.RUNNING:
        return {pk: skipped(NOT_RUNNING) for pk in contact_ids}
    now = timezone.now()
    refused = enrol_by_hand(
        campaign=campaign,
        contact_ids=contact_ids,
        actor=actor,
        override_reason=options.get("override_reason", ""),
        now=now,
    )
    made = Enrolment.objects.filter(
        campaign=campaign, contact__in=contact_ids, enrolled_at=now, enrolled_by=actor
    )
    taken = {pk: done(enrolment=made_id) for pk, made_id in made.values_list("contact_id", "pk")}
    return {**{pk: skipped(left_out(why)) for pk, why in refused.items()}, **taken}


def take_off_again(
    before: Mapping[int, Before], options: Options, actor: User
) -> Mapping[int, str]:
    """Who is still on the way leaves, if no step was done for them yet."""
    ids = {contact_id: held["enrolment"] for contact_id, held in before.items()}
    active = Enrolment.objects.filter(pk__in=ids.values(), state=Enrolment.State.ACTIVE)
    waiting = set(active.values_list("pk", flat=True))
    result, queue = Touchpoint.Result, Touchpoint.QueueState
    is_done = Q(result__in=[result.SENT, result.ASSIGNED, result.IN_DOUBT])
    in_hand = Q(queue_state__in=[queue.CLAIMED, queue.HANDING_OVER])
    given = Q(follow_up__isnull=False)
    steps = Touchpoint.objects.filter(is_done | in_hand | given, enrolment__in=waiting)
    begun = set(steps.values_list("enrolment_id", flat=True))
    stop_enrolments(
        enrolment_ids=waiting - begun, reason=Reason.STOPPED, actor=actor, now=timezone.now()
    )
    kept = {pk: BEGUN for pk, made in ids.items() if made in begun}
    return {pk: bulk_acts.CHANGED for pk, made in ids.items() if made not in waiting} | kept
