"""Files of people on their way out: of one person, and of those whom a list finds."""

import json
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from contacts import listing
from contacts.exports.cards import card_of
from contacts.exports.columns import all_columns, listed_columns
from contacts.exports.people import with_lists
from contacts.exports.resumes import resume_of
from contacts.listing import Selection
from contacts.models import Contact, ExportRun
from contacts.services import exports as services
from contacts.tasks import hurry_exports
from contacts.views.persons import visible_person
from core import audit
from core.errors import DomainError
from core.http import UserRequest
from core.models import User
from core.permissions import require
from core.toasts import toast

PERMISSION = services.PERMISSION
SIGNED = "contacts.exports"
SHOWN = 20
EXTENSIONS = {"csv": "csv", "xlsx": "xlsx", "vcard": "vcf"}
State = ExportRun.State


class ExportForm(forms.Form):
    """What the file is to hold. The selection travels along as hidden fields of its own."""

    format = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=ExportRun.Format.choices,
        initial=ExportRun.Format.XLSX,
        widget=forms.RadioSelect,
    )
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole, listed = all_columns(), listed_columns(user)
        offered = [(column.key, column.header) for column in (*whole, *listed)]
        self.fields["columns"].choices = offered  # type: ignore[attr-defined]
        self.fields["columns"].initial = [column.key for column in whole]


@login_required
@require_http_methods(["GET", "POST"])
def new(request: UserRequest) -> HttpResponse:
    """Choose what goes along, for the people that the address selects."""
    require(request.user, PERMISSION)
    asked = request.POST if request.method == "POST" else request.GET
    given = {key: [str(value) for value in values] for key, values in asked.lists()}
    selection = listing.clean(given, request.user)

    form = ExportForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            run = services.request_export(
                actor=request.user, selection=selection, **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            transaction.on_commit(hurry_exports)
            return redirect("contacts:export_run", uid=run.uid)
    context = {
        "form": form,
        "count": services.people_for(selection, request.user).count(),
        "words": _words(selection, request),
        "kept": [(key, value) for key, values in selection.items() for value in values],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/export_new.html", context, status=status)


@login_required
@require_GET
def exports(request: UserRequest) -> HttpResponse:
    """One's own files of the last days."""
    require(request.user, PERMISSION)
    runs = ExportRun.objects.visible_to(request.user).order_by("-pk")[:SHOWN]
    shown = [(run, _words(run.selection, request), _link(run)) for run in runs]
    return render(request, "contacts/export_list.html", {"runs": shown})


@login_required
@require_GET
def export_run(request: UserRequest, uid: UUID) -> HttpResponse:
    run = _run(request, uid)
    context = {"run": run, "link": _link(run), "words": _words(run.selection, request)}
    return render(request, "contacts/export_run.html", context)


@login_required
@require_GET
def export_progress(request: UserRequest, uid: UUID) -> HttpResponse:
    run = _run(request, uid)
    if run.state == State.WAITING:
        return render(request, "contacts/export_run.html#progress", {"run": run})
    response = redirect("contacts:export_run", uid=run.uid)
    return HttpResponseClientRedirect(response.url) if request.htmx else response


@login_required
@require_GET
def export_file(request: UserRequest, uid: UUID, token: str) -> FileResponse:
    """The file itself, by a link that is good for a while and for its maker alone."""
    run = _run(request, uid)
    try:
        named = signing.loads(token, salt=SIGNED, max_age=ExportRun.KEPT)
    except signing.BadSignature:
        raise Http404 from None
    if run.state != State.READY or named != str(run.uid):
        raise Http404
    services.record_fetched(run=run, actor=request.user)
    made = run.finished_at or run.created_at
    name = f"people-{made:%Y-%m-%d}.{EXTENSIONS[run.format]}"
    response = FileResponse(run.file.open("rb"), as_attachment=True, filename=name)
    response["Content-Type"] = _CONTENT_TYPES[run.format]
    return _guarded(response)


@login_required
@require_POST
def discard_export(request: UserRequest, uid: UUID) -> HttpResponse:
    run = _run(request, uid)
    services.discard(run=run)
    toast(request, _("The file was deleted."))
    return redirect("contacts:exports")


@login_required
@require_GET
def card(request: UserRequest, uid: UUID) -> HttpResponse:
    """One person as a vCard."""
    contact = _portable(request, uid)
    audit.record(
        actor=request.user, action="contacts.person_exported", target=contact, format="vCard"
    )
    response = HttpResponse(card_of(contact), content_type="text/vcard; charset=utf-8")
    return _attached(response, f"person-{contact.uid}.vcf")


@login_required
@require_GET
def resume(request: UserRequest, uid: UUID) -> HttpResponse:
    """One person as JSON Resume."""
    contact = _portable(request, uid)
    audit.record(
        actor=request.user, action="contacts.person_exported", target=contact, format="JSON Resume"
    )
    text = json.dumps(resume_of(contact, request.user), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    return _attached(response, f"resume-{contact.uid}.json")


_CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "vcard": "text/vcard; charset=utf-8",
}


def _portable(request: UserRequest, uid: UUID) -> Contact:
    """The person, who is still one: what was merged or erased is not taken anywhere."""
    contact = visible_person(request, uid)
    require(request.user, PERMISSION, contact)
    return get_object_or_404(
        with_lists(Contact.objects.filter(pk=contact.pk, merged_into=None, erased_at=None))
    )


def _attached(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _guarded(response)


R = TypeVar("R", HttpResponse, FileResponse)


def _guarded(response: R) -> R:
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _link(run: ExportRun) -> str:
    if run.state != State.READY:
        return ""
    token = signing.dumps(str(run.uid), salt=SIGNED)
    return reverse("contacts:export_file", args=[run.uid, token])


def _words(selection: Selection, request: UserRequest) -> str:
    return listing.words(selection, request.user)


def _run(request: UserRequest, uid: UUID) -> ExportRun:
    require(request.user, PERMISSION)
    return get_object_or_404(ExportRun.objects.visible_to(request.user), uid=uid)
