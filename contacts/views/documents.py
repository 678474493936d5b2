"""Files about one person: upload, versions, expiry, and downloads that are recorded."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event

from contacts import document_links
from contacts.document_answers import file_answer
from contacts.document_forms import DocumentForm, UploadForm
from contacts.document_panel import document_panel
from contacts.models import Contact, Document, DocumentVersion
from contacts.services import documents as services
from contacts.tasks import hurry_documents
from contacts.views.persons import visible_person
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast

CHANGE = "contacts.change_contact"
CHANGED = "documents-changed"


@login_required
@require_http_methods(["GET", "POST"])
def documents(request: UserRequest, uid: UUID) -> HttpResponse:
    """The table, and the place where files are dropped."""
    contact = visible_person(request, uid)
    if request.method == "POST":
        require(request.user, CHANGE, contact)

    form = UploadForm(request.POST or None, request.FILES or None, auto_id="document-%s")
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        upload = values.pop("file")
        try:
            version = services.add_document(
                contact=contact, actor=request.user, upload=upload, **values
            )
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            hurry_documents()
            return _taken_in(request, contact, version)
    return _table(request, contact, form)


def _taken_in(request: UserRequest, contact: Contact, version: DocumentVersion) -> HttpResponse:
    text = _("%(title)s was added.") if version.number == 1 else _("%(title)s has a new version.")
    said = text % {"title": version.document.title}
    if not request.htmx:
        toast(request, said)
        return redirect(about_url(contact))
    return _table(request, contact, UploadForm(auto_id="document-%s"), said=said)


def _table(
    request: UserRequest, contact: Contact, form: UploadForm, said: str = ""
) -> HttpResponse:
    if not request.htmx and not form.is_bound:
        return redirect(about_url(contact))
    context = {
        **document_panel(
            contact, user=request.user, may_change=request.user.has_perm(CHANGE, contact)
        ),
        "contact": contact,
        "upload_form": form,
        "said": said,
    }
    name = "contacts/documents.html#panel" if request.htmx else "contacts/documents.html"
    return render(request, name, context, status=422 if form.errors else 200)


def about_url(contact: Contact) -> str:
    return f"{reverse('contacts:person', args=[contact.uid])}?tab=about#documents"


@login_required
@require_http_methods(["GET", "POST"])
def edit_document(request: UserRequest, uid: UUID) -> HttpResponse:
    """Its title, kind and day of expiry; and, with a file, its next version."""
    document = _document(request, uid)

    form = DocumentForm(request.POST or None, request.FILES or None, initial=_initial(document))
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, document, form)
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            hurry_documents()
            return _back(request, document, _("%(title)s was saved."))
    context = {"form": form, "document": document, "contact": document.contact}
    name = "contacts/document_edit.html#form" if request.htmx else "contacts/document_edit.html"
    return render(request, name, context, status=422 if form.errors else 200)


def _save(request: UserRequest, document: Document, form: DocumentForm) -> None:
    upload = form.cleaned_data["file"]
    if upload:
        services.add_version(document=document, actor=request.user, upload=upload)
    services.change_document(document=document, actor=request.user, **form.said)


@login_required
@require_POST
def delete_document(request: UserRequest, uid: UUID) -> HttpResponse:
    document = _document(request, uid)

    services.delete_document(document=document, actor=request.user)

    undo_url = reverse("contacts:restore_document", args=[uid])
    return _back(request, document, _("%(title)s was deleted."), undo_url=undo_url)


@login_required
@require_POST
def restore_document(request: UserRequest, uid: UUID) -> HttpResponse:
    document = _document(request, uid, kept=False)

    services.restore_document(document=document, actor=request.user)

    toast(request, _("%(title)s is back.") % {"title": document.title})
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect(about_url(document.contact))


@login_required
@require_GET
def document_version(request: UserRequest, uid: UUID) -> HttpResponse:
    """On to a link that works for this user, for a short while."""
    version = _version(request, uid)

    token = document_links.token_for(version, request.user)
    return redirect("contacts:document_file", token=token)


@login_required
@require_GET
def document_file(request: UserRequest, token: str) -> HttpResponseBase:
    """The file itself: never shown by the browser as a page of ours, and recorded."""
    try:
        uid = document_links.version_of(token, request.user)
    except document_links.LinkExpired as expired:
        version = _version(request, expired.version)
        return render(request, "contacts/document_gone.html", {"version": version}, status=410)
    if uid is None:
        raise Http404
    version = _version(request, uid)
    answer = file_answer(version)

    services.record_download(version=version, actor=request.user)

    return answer


def _document(request: UserRequest, uid: UUID, *, kept: bool = True) -> Document:
    rows = Document.objects.visible_to(request.user).select_related("contact")
    document = get_object_or_404(rows.kept() if kept else rows, uid=uid)
    require(request.user, CHANGE, document.contact)
    return document


def _version(request: UserRequest, uid: UUID) -> DocumentVersion:
    shown = Document.objects.visible_to(request.user).kept()
    rows = DocumentVersion.objects.filter(document__in=shown).defer("text")
    return get_object_or_404(rows.select_related("document__contact"), uid=uid)


def _initial(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "kind": document.kind,
        "expires_on": document.expires_on,
    }


def _back(
    request: UserRequest, document: Document, text: str, *, undo_url: str = ""
) -> HttpResponse:
    """For htmx an empty answer: it closes the dialog, and the table renews itself."""
    toast(request, text % {"title": document.title}, undo_url=undo_url)
    if request.htmx:
        return trigger_client_event(HttpResponse(), CHANGED)
    return redirect(about_url(document.contact))
