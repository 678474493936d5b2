"""Beginning a way out on purpose: the last day is said, and what goes with it follows."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from relationships.models import Engagement, Leaving
from relationships.services.closing import ClosingRefused
from relationships.services.engagements import end_engagement
from relationships.services.leaving import keep_ways


@transaction.atomic
def begin_way(*, engagement: Engagement, actor: User, last_day: date | None = None) -> Leaving:
    """Set ``last_day``, where it is another than the engagement has, and begin the way out of it.

    Of an end that was known from the beginning the way begins by itself a month before; this begins
    it now. One that is under way already goes on as it is, and is refused here.
    """
    current = Engagement.objects.select_for_update().get(pk=engagement.pk)
    under_way = Leaving.objects.under_way().filter(engagement=current)
    if under_way.exists():
        raise ClosingRefused(_("The way out of this engagement has begun already."))
    if last_day is not None and last_day != current.ends_on:
        end_engagement(engagement=current, actor=actor, ends_on=last_day)
    keep_ways(engagement_ids=[current.pk], today=timezone.localdate(), is_said=True)
    way = under_way.first()
    if way is None:
        raise ClosingRefused(
            _("There is no way out to begin: this work is not ending, or is long over.")
        )
    return way
