"""How two people who are one go on in the campaigns that both are in."""

from collections.abc import Iterable

from django.db.models import Max
from django.utils import timezone

from campaigns.choices import Reason
from campaigns.models import Enrolment, Touchpoint
from core.merging import Clash, Journal, register_resolver


def keep_one_enrolment(clash: Clash) -> None:
    """Of two that are on the way in one campaign the survivor's goes on; the duplicate's entries
    become later entries of the survivor.
    """
    survivors: dict[int, int] = dict(
        clash.survivors.values("campaign")
        .annotate(last=Max("entry_number"))
        .values_list("campaign", "last")
    )
    active = set(
        clash.survivors.filter(state=Enrolment.State.ACTIVE).values_list("campaign", flat=True)
    )
    both = clash.duplicates.filter(campaign__in=survivors).order_by("entry_number", "pk")
    _stop(clash.journal, [one for one in both if one.campaign_id in active])
    later: list[tuple[int, int]] = []
    for enrolment in both:
        survivors[enrolment.campaign_id] += 1
        later.append((enrolment.pk, survivors[enrolment.campaign_id]))
    # The last first: a number that another of the duplicate's entries still has is free by then.
    for pk, number in reversed(later):
        clash.journal.change(Enrolment.objects.filter(pk=pk), entry_number=number)


def _stop(journal: Journal, enrolments: Iterable[Enrolment]) -> None:
    ids = [one.pk for one in enrolments if one.state == Enrolment.State.ACTIVE]
    now = timezone.now()
    journal.change(
        Enrolment.objects.filter(pk__in=ids),
        state=Enrolment.State.STOPPED,
        reason=Reason.MERGED,
        ended_at=now,
    )
    journal.change(
        Touchpoint.objects.filter(enrolment__in=ids, queue_state=Touchpoint.QueueState.WAITING),
        queue_state=Touchpoint.QueueState.DONE,
        result=Touchpoint.Result.CANCELLED,
        outcome=Reason.MERGED,
        done_at=now,
    )


register_resolver(Enrolment, keep_one_enrolment)
