from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.http import UserRequest
from core.permissions import require
from relationships.models import Relationship
from relationships.selectors.health import explain


@login_required
@require_safe
def health(request: UserRequest, uid: UUID) -> HttpResponse:
    """The figure in its parts, each in words."""
    rows = Relationship.objects.visible_to(request.user)
    row = get_object_or_404(rows.select_related("contact", "stage", "health"), uid=uid)
    require(request.user, "relationships.view_relationship", row)
    context = {"relationship": row, "explained": explain(row, today=timezone.localdate())}
    name = "relationships/health.html#body" if request.htmx else "relationships/health.html"
    return render(request, name, context)
