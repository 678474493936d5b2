from datetime import date, timedelta

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.http import UserRequest
from core.models import User
from core.permissions import require
from insights import charts
from insights.selectors.between_us import between_us
from insights.selectors.dashboard import Dashboard, Freshness, freshness_of
from insights.selectors.dashboard import dashboard as gather
from insights.views.later import comes_later, part_of

# Seconds.
KEPT_FOR = 60


@login_required
@require_GET
def dashboard(request: UserRequest) -> HttpResponse:
    require(request.user, "insights.view_insights")

    today = timezone.localdate()
    month = _asked_month(request.GET.get("month", ""), today)

    if part_of(request):
        freshness = {"freshness": _freshness(request.user, today)}
        return render(request, "insights/dashboard.html#figures", freshness)

    figures = gather(user=request.user, month=month, today=today)
    context = {
        "figures": figures,
        "freshness": None if comes_later(request) else _freshness(request.user, today),
        "between_us": between_us(request.user, today=today),
        "month": month,
        "earlier": month - timedelta(days=1),
        "later": _first_of_next(month) if _first_of_next(month) <= today else None,
        **_charts(figures),
    }
    return render(request, "insights/dashboard.html", context)


def _freshness(user: User, today: date) -> Freshness:
    """Of every person each field is looked at, so it follows when the page is there."""
    key = f"freshness:{user.pk}:{today}"
    found: Freshness | None = cache.get(key)
    if found is None:
        found = freshness_of(user, today)
        cache.set(key, found, KEPT_FOR)
    return found


def _charts(figures: Dashboard) -> dict[str, object]:
    return {
        "people_charts": [(kind, charts.people_chart(kind)) for kind in figures.kinds],
        "flow_chart": charts.flow_chart(figures),
        "contact_chart": charts.contact_chart(figures),
        "workload_chart": charts.workload_chart(figures),
    }


def _asked_month(text: str, today: date) -> date:
    """The first day of the month in the address ("2026-03"); this month where that is no month."""
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return min(asked, today.replace(day=1))


def _first_of_next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
