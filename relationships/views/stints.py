"""The history of one relationship: where it stood, since when, how long, and who moved it why."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.http import UserRequest
from relationships.models import Relationship
from relationships.selectors.stints import stints
from relationships.views.returning import person_url


@login_required
@require_safe
def history(request: UserRequest, uid: UUID) -> HttpResponse:
    rows = Relationship.objects.visible_to(request.user).for_board()
    row = get_object_or_404(rows, uid=uid)

    now = timezone.now()
    stays = [(one, one.lasted(now).days) for one in stints(row)]
    context = {"relationship": row, "stays": stays[::-1], "back": person_url(row.contact)}
    name = "relationships/history.html#stays" if request.htmx else "relationships/history.html"
    return render(request, name, context)
