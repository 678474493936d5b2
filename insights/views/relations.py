"""Both sides of relationships, what hangs on one of us, and how much of it is between people."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from contacts.models import Contact, Segment
from contacts.models.access import visible_units
from contacts.models.contact import ContactQuerySet
from contacts.selectors.segments import members_of
from core.http import UserRequest
from core.models import User
from core.permissions import require
from insights.selectors.touch import touches
from relationships.choices import Kind
from relationships.models import Relationship
from relationships.selectors.closings import closing_shares
from relationships.selectors.continuity import continuity, to_care_for
from relationships.selectors.leavers import leavers
from relationships.selectors.promises import kept_rates
from relationships.selectors.two_sides import squares_of
from relationships.two_sides import Quadrant

SEE = "relationships.view_relationship"
PERIODS = (30, 90, 365)
SHOWN = 20
# Seconds. Figures of weeks and months do not change by the minute.
KEPT_FOR = 600


@login_required
@require_GET
def two_sides(request: UserRequest) -> HttpResponse:
    """``?segment=`` or ``?kind=`` says of whom; without either, of all."""
    _require(request.user)
    people, chosen, query = _group(request)
    context = {
        "found": squares_of(people),
        "chosen": chosen,
        "kinds": [(kind.value, kind.label) for kind in Kind],
        "segments": Segment.objects.visible_to(request.user).live().order_by("name", "pk"),
        "worst": Quadrant.FINE_BADLY.value,
        "list_url": f"{reverse('contacts:people')}?{query}two_sides=",
    }
    return render(request, "insights/two_sides.html", context)


def _group(request: UserRequest) -> tuple[ContactQuerySet, str, str]:
    """The people, what was chosen, and how the list of people is asked for them."""
    user = request.user
    people = _seen(user)
    kind, segment = request.GET.get("kind", ""), request.GET.get("segment", "")
    if kind in Kind.values:
        rows = Relationship.objects.open().filter(kind=kind)
        return people.filter(pk__in=rows.values("contact")), kind, f"kind={kind}&"
    if segment:
        known = {str(one.uid): one for one in Segment.objects.visible_to(user).live()}
        if segment not in known:
            raise Http404
        members = members_of(known[segment], user).values("pk")
        return people.filter(pk__in=members), segment, f"segment={segment}&"
    return people, "", ""


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
    """``?days=``: how far back."""
    _require(request.user)
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, PERIODS) else 90
    until = timezone.localdate()
    since = until - timedelta(days=days - 1)
    key = f"touches:{request.user.pk}:{since}:{until}"
    context = {
        "found": cache.get_or_set(
            key, lambda: touches(request.user, since=since, until=until), KEPT_FOR
        ),
        "rates": kept_rates(request.user, since=since, until=until),
        "closings": closing_shares(request.user, since=since, until=until, today=until),
        "days": days,
        "periods": PERIODS,
    }
    return render(request, "insights/touch.html", context)


def _require(user: User) -> None:
    require(user, "insights.view_insights")
    require(user, SEE)


def _seen(user: User) -> ContactQuerySet:
    people = Contact.objects.visible_to(user).active()
    units = visible_units(user, SEE)
    return people if units is None else people.filter(unit__in=units)
