"""Papers of engagements: adding them, writing down a check, and those that expire."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast
from relationships.models import Engagement, Paper
from relationships.paper_forms import CheckForm, PaperForm
from relationships.selectors.papers import SEE, expiring_papers
from relationships.services import papers as services
from relationships.views.asking import ask
from relationships.views.engagements import back, get_engagement, page_url

CHANGE = "contacts.change_contact"


@login_required
@require_safe
def papers(request: UserRequest) -> HttpResponse:
    require(request.user, SEE)
    lines = expiring_papers(request.user, today=timezone.localdate())
    return render(request, "relationships/papers.html", {"lines": lines})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: UserRequest, uid: UUID) -> HttpResponse:
    row = _engagement(request, uid)
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        upload = given.pop("file")
        try:
            services.add_paper(engagement=row, actor=request.user, upload=upload, **given)
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            toast(request, _("The paper was added."))
            return back(request, row)
    context = {"form": form, "row": row, "contact": row.contact}
    name = "relationships/paper_new.html"
    status = 422 if form.errors else 200
    return render(request, f"{name}#form" if request.htmx else name, context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: UserRequest, uid: UUID) -> HttpResponse:
    row = _engagement(request, uid)
    form = CheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_identity_check(engagement=row, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("The check is written down."))
            return back(request, row)
    title = _("The identity of %(name)s was checked") % {"name": row.contact.full_name}
    return ask(request, form, title=title, submit=_("Record"), back=page_url(row))


@login_required
@require_POST
def remove(request: UserRequest, uid: UUID) -> HttpResponse:
    rows = Paper.objects.visible_to(request.user).kept()
    paper = get_object_or_404(rows.select_related("document", "engagement__contact"), uid=uid)
    row = _engagement(request, paper.engagement.uid)
    services.remove_paper(paper=paper, actor=request.user)
    undo = ""
    if paper.document is not None:
        undo = reverse("contacts:restore_document", args=[paper.document.uid])
    toast(request, _("The paper was removed."), undo_url=undo)
    return back(request, row)


def _engagement(request: UserRequest, uid: UUID) -> Engagement:
    row = get_engagement(request, uid, SEE)
    require(request.user, CHANGE, row.contact)
    return row
