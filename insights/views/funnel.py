from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.http import UserRequest
from core.permissions import require
from insights import charts
from insights.funnel_rows import reached_rows, time_rows
from insights.periods import asked_period, periods
from insights.selectors.stays import Asked, By
from insights.selectors.stays import funnel as gather
from relationships.choices import PLURALS, Kind


@login_required
@require_GET
def funnel(request: UserRequest) -> HttpResponse:
    """How far relationships of one kind come, and how long they stay at each stage."""
    require(request.user, "insights.view_insights")
    require(request.user, "relationships.view_relationship")

    today = timezone.localdate()
    since, until = asked_period(request.GET, today, usual=timedelta(days=365))
    kind = request.GET.get("kind", "")
    asked = Asked(
        kind=kind if kind in Kind.values else Kind.PROSPECT.value, since=since, until=until
    )
    by = _asked_by(request.GET.get("by", ""))
    found = gather(request.user, asked, by=by, today=today)

    context = {
        "found": found,
        "asked": asked,
        "by": by,
        "ways": [(By.NOTHING, _("All")), (By.SOURCE, _("By source")), (By.OWNER, _("By owner"))],
        "kinds": PLURALS.items(),
        "reached": reached_rows(found),
        "times": time_rows(found, by),
        "reached_chart": charts.reached_chart(found),
        "time_chart": charts.time_chart(found) if by is By.NOTHING else None,
        "periods": periods(today),
        "kept": [("kind", asked.kind), *([("by", by.value)] if by else [])],
        "today": today,
    }
    return render(request, "insights/funnel.html", context)


def _asked_by(text: str) -> By:
    try:
        return By(text)
    except ValueError:
        return By.NOTHING
