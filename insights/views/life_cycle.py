from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.http import UserRequest
from core.permissions import require
from insights import life_map
from insights.choices import State
from insights.periods import asked_period, periods
from insights.selectors.life_cycle import life_cycle as gather


@login_required
@require_GET
def life_cycle(request: UserRequest) -> HttpResponse:
    """The map: people per state now, and who went where within the days in the address."""
    require(request.user, "insights.view_insights")
    require(request.user, "relationships.view_relationship")

    today = timezone.localdate()
    since, until = asked_period(request.GET, today, usual=timedelta(days=90))
    found = gather(request.user, since=since, until=until)

    context = {
        "found": found,
        "map": life_map.life_map(found),
        "width": life_map.WIDTH,
        "height": life_map.HEIGHT,
        "box_width": life_map.BOX[0],
        "box_height": life_map.BOX[1],
        "periods": periods(today),
        "today": today,
        "state_labels": {state.name: state.label for state in State},
    }
    return render(request, "insights/life_cycle.html", context)
