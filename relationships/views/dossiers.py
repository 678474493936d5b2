"""Dossiers of freelancers' assignments, and the questions in them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal
from relationships.dossier_forms import (
    DossierForm,
    NoteForm,
    QuestionFormSet,
    questions_in,
    rows_of,
)
from relationships.dossiers import answered, questions_of
from relationships.models import Dossier, Engagement, Questionnaire
from relationships.selectors.dossiers import SEE, dossier_of, dossiers_wanted
from relationships.services import dossiers as services
from relationships.services import questionnaires
from relationships.views.engagements import get_engagement

MANAGE = "relationships.manage_questionnaires"
ROWS = "questions"


@login_required
@require_safe
def dossiers(request: UserRequest) -> HttpResponse:
    require(request.user, SEE)
    lines = dossiers_wanted(request.user, today=timezone.localdate())
    return render(request, "relationships/dossiers.html", {"lines": lines})


@login_required
@require_safe
def dossier(request: UserRequest, uid: UUID) -> HttpResponse:
    """Who looked is written down."""
    row = _assignment(request, uid)
    number = request.GET.get("number", "")
    chosen = int(number) if number.isdigit() and len(number) < 9 else None
    shown = dossier_of(row, today=timezone.localdate(), number=chosen)
    if shown is None:
        if chosen is not None:
            raise Http404
        return redirect("relationships:dossier-fill", row.uid)
    if request.method == "GET":
        services.record_look(dossier=shown.dossier, actor=request.user)
    context = {
        "shown": shown,
        "row": row,
        "contact": row.contact,
        "may_review": shown.dossier.is_latest
        and shown.dossier.reviewed_on is None
        and shown.dossier.filled_by != request.user,
        "now": timezone.now(),
    }
    return render(request, "relationships/dossier.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: UserRequest, uid: UUID) -> HttpResponse:
    row = _assignment(request, uid)
    before = Dossier.objects.current().filter(engagement=row).first()
    questionnaire = services.current_questionnaire()
    form = DossierForm(
        request.POST or None,
        lines=answered(questionnaire, before.answers if before else {}),
        initial={
            "why": before.review_why if before else Dossier.Why.FIRST,
            "remarks": before.remarks if before else "",
        },
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.fill_in_dossier(
                engagement=row,
                actor=request.user,
                answers=form.answers,
                remarks=given["remarks"],
                why=given["why"],
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("The dossier is filled in."))
            return redirect("relationships:dossier", row.uid)
    context = {"form": form, "row": row, "contact": row.contact, "version": questionnaire}
    status = 422 if form.errors else 200
    return render(request, "relationships/dossier_fill.html", context, status=status)


@login_required
@require_POST
def review(request: UserRequest, uid: UUID) -> HttpResponse:
    row = _assignment(request, uid)
    held = get_object_or_404(Dossier, engagement=row, is_latest=True)
    try:
        services.review_dossier(dossier=held, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("You looked at this dossier."))
    return redirect("relationships:dossier", row.uid)


@login_required
@require_safe
def questionnaire(request: UserRequest) -> HttpResponse:
    """The version that counts, and those before it."""
    require(request.user, MANAGE)
    versions = Questionnaire.objects.exclude(published_at=None).select_related("published_by")
    held = list(versions.order_by("-number"))
    context = {
        "version": held[0],
        "questions": questions_of(held[0]),
        "earlier": held[1:],
        "draft": Questionnaire.objects.filter(published_at=None).first(),
    }
    return render(request, "relationships/questionnaire.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: UserRequest) -> HttpResponse:
    """Change the draft; with ``publish``, let it count from now on."""
    require(request.user, MANAGE)
    held = Questionnaire.objects.filter(published_at=None).first()
    source = held or services.current_questionnaire()
    rows = QuestionFormSet(request.POST or None, prefix=ROWS, initial=rows_of(source))
    note = NoteForm(request.POST or None, initial={"note": held.note if held else ""})
    refusal = ""
    if request.method == "POST" and rows.is_valid() and note.is_valid():
        try:
            _save(request, rows, note)
        except DomainError as error:
            refusal = str(error)
        else:
            return redirect("relationships:questionnaire")
    context = {"rows": rows, "note": note, "draft": held, "refusal": refusal}
    status = 422 if refusal or (rows.is_bound and not rows.is_valid()) else 200
    return render(request, "relationships/questionnaire_draft.html", context, status=status)


def _save(request: UserRequest, rows: QuestionFormSet, note: NoteForm) -> None:  # type: ignore[valid-type]
    held = questionnaires.open_draft(actor=request.user)
    questionnaires.save_draft(
        draft=held,
        actor=request.user,
        questions=questions_in(rows),
        note=note.cleaned_data["note"],
    )
    if "publish" in request.POST:
        questionnaires.publish_draft(draft=held, actor=request.user)
        toast(request, _("Dossiers are filled in by this version from now on."))
    else:
        toast(request, _("The draft is saved."))


@login_required
@require_POST
def discard(request: UserRequest) -> HttpResponse:
    require(request.user, MANAGE)
    held = Questionnaire.objects.filter(published_at=None).first()
    if held is not None:
        questionnaires.discard_draft(draft=held, actor=request.user)
        toast(request, _("The draft was discarded."))
    return redirect("relationships:questionnaire")


def _assignment(request: UserRequest, uid: UUID) -> Engagement:
    row = get_engagement(request, uid, SEE)
    if row.form != Engagement.Form.ASSIGNMENT:
        raise Http404
    return row
