"""Both sides of relationships, what hangs on one of us, and how much of it is between people."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from contacts.models import Segment
from contacts.selectors.segments import members_of
from core.http import UserRequest
from core.models import User
from core.permissions import require
from insights.channel_rows import channel_rows, total_row
from insights.charts import channels_chart
from insights.selectors.channels import channels
from insights.selectors.life_cycle import who_are
from insights.selectors.scope import in_sight_of
from insights.selectors.touch import touches
from insights.views.later import comes_later, part_of
from relationships.choices import Kind
from relationships.models import SidesPlace
from relationships.selectors.closings import closing_shares
from relationships.selectors.continuity import continuity, to_care_for
from relationships.selectors.leavers import leavers
from relationships.selectors.promises import kept_rates
from relationships.selectors.two_sides import squares_of
from relationships.two_sides import Quadrant

SEE = "relationships.view_relationship"
PERIODS = (30, 90, 365)
SHOWN = 20
# Seconds: a figure is right within a minute of a change.
KEPT_FOR = 60


@login_required
@require_GET
def two_sides(request: UserRequest) -> HttpResponse:
    """``?segment=`` or ``?kind=`` says of whom; without either, of all."""
    _require(request.user)
    places, chosen, query = _group(request)
    context = {
        "found": squares_of(places),
        "chosen": chosen,
        "kinds": [(kind.value, kind.label) for kind in Kind],
        "segments": Segment.objects.visible_to(request.user).live().order_by("name", "pk"),
        "worst": Quadrant.FINE_BADLY.value,
        "list_url": f"{reverse('contacts:people')}?{query}two_sides=",
    }
    return render(request, "insights/two_sides.html", context)


def _group(request: UserRequest) -> tuple[QuerySet[SidesPlace], str, str]:
    """Where the people stand, what was chosen, and how the list of people is asked for them."""
    user = request.user
    places = in_sight_of(SidesPlace.objects.all(), user)
    kind, segment = request.GET.get("kind", ""), request.GET.get("segment", "")
    if kind in Kind.values:
        return places.filter(contact__in=who_are(Kind(kind))), kind, f"kind={kind}&"
    if segment:
        known = {str(one.uid): one for one in Segment.objects.visible_to(user).live()}
        if segment not in known:
            raise Http404
        members = members_of(known[segment], user).values("pk")
        return places.filter(contact__in=members), segment, f"segment={segment}&"
    return places, "", ""


@login_required
@require_GET
def exposure(request: UserRequest) -> HttpResponse:
    _require(request.user)
    today = timezone.localdate()
    context = {
        "found": continuity(request.user),
        "people": to_care_for(request.user, limit=SHOWN),
        "leavers": leavers(request.user, today=today),
        "may_hand_on": request.user.has_perm("relationships.move_relationship"),
    }
    return render(request, "insights/continuity.html", context)


@login_required
@require_GET
def touch(request: UserRequest) -> HttpResponse:
    """``?days=``: how far back. The page is there at once; its figures follow where they must be
    counted, which with millions of talks takes a moment.
    """
    _require(request.user)
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, PERIODS) else 90
    until = timezone.localdate()
    since = until - timedelta(days=days - 1)
    key = f"touches:{request.user.pk}:{since}:{until}"
    kept = cache.get(key)
    if kept is None and not comes_later(request):
        kept = (
            touches(request.user, since=since, until=until),
            channels(request.user, since=since, until=until),
        )
        cache.set(key, kept, KEPT_FOR)
    context = {"days": days, "periods": PERIODS}
    if kept is not None:
        found, ways = kept
        context |= {
            "found": found,
            "ways": channel_rows(ways),
            "all_ways": total_row(ways),
            "ways_chart": channels_chart(ways),
            "rates": kept_rates(request.user, since=since, until=until),
            "closings": closing_shares(request.user, since=since, until=until, today=until),
        }
    return render(request, f"insights/touch.html{part_of(request)}", context)


def _require(user: User) -> None:
    require(user, "insights.view_insights")
    require(user, SEE)
