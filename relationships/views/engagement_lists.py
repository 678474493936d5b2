"""Lists of work for us: what ends soon, assignments by phase, all; and what is paid for a role."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contacts.models import Contact, OrgUnit
from contacts.models.access import visible_units
from contacts.selectors.search import suggestions
from core import audit
from core.http import UserRequest
from core.models import User
from core.permissions import require
from relationships.engagement_forms import ListForm
from relationships.models import Engagement
from relationships.selectors.engagements import engagement_page
from relationships.selectors.rates import RATES, RoleRates, rates_by_role, rates_of_role

SEE = "relationships.view_relationship"
VIEWS = ("ending", "assignments", "all")
FOUND = 8


@login_required
@require_safe
def engagements(request: UserRequest) -> HttpResponse:
    require(request.user, SEE)

    asked = request.GET.get("view", "")
    view = asked if asked in VIEWS else VIEWS[0]
    form = ListForm(request.GET, view=view, units=_units(request.user))
    filters, today = form.chosen, timezone.localdate()
    page = engagement_page(
        request.user, filters, today=today, after=uid_or_none(request.GET.get("after"))
    )

    rows = Engagement.objects.visible_to(request.user).of_people_we_know()
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "form": form,
        "filters": filters,
        "page": page,
        "query": query.urlencode(),
        "is_later": "after" in request.GET,
        "to_close": rows.to_close(today).count() if view == "assignments" else 0,
        "may_see_rates": request.user.has_perm(RATES),
    }
    return render(request, "relationships/engagements.html", context)


@login_required
@require_safe
def rates(request: UserRequest) -> HttpResponse:
    """What is paid for the same role. Who looked is written down."""
    require(request.user, RATES)

    today = timezone.localdate()
    roles = rates_by_role(request.user, today=today)
    chosen = _chosen(request, roles)
    if request.method == "GET":
        audit.record(
            actor=request.user,
            action="relationships.rates_compared",
            role=chosen.role if chosen else "",
        )
    context = {
        "roles": roles,
        "chosen": chosen,
        "people": rates_of_role(request.user, chosen, today=today) if chosen else [],
    }
    return render(request, "relationships/rates.html", context)


def _chosen(request: UserRequest, roles: list[RoleRates]) -> RoleRates | None:
    asked = tuple(request.GET.get(name, "") for name in ("role", "per", "currency"))
    if not asked[0]:
        return None
    for one in roles:
        if (one.role, one.per, one.currency) == asked:
            return one
    raise Http404


@login_required
@require_safe
def people_named(request: UserRequest) -> HttpResponse:
    """Names to choose from while one types, for a field that asks for a person."""
    require(request.user, SEE)

    people = Contact.objects.visible_to(request.user).active()
    words = request.GET.get("q", "").strip()[:100]
    found = suggestions(people, words, limit=FOUND) if words else []
    return render(request, "relationships/people_named.html", {"found": found})


def _units(user: User) -> QuerySet[OrgUnit]:
    units = OrgUnit.objects.order_by("name", "pk")
    held = visible_units(user, SEE)
    return units if held is None else units.filter(pk__in=held)


def uid_or_none(given: str | None) -> UUID | None:
    try:
        return UUID(given or "")
    except ValueError:
        return None
