"""The mails that the catcher of ``make run`` caught. Where there is no catcher, no such pages."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.http import UserRequest
from core.outbox.letter import Letter, open_letter
from core.outbox.store import Mail, Outbox
from core.outbox.unsubscribing import UnsubscribingRefused, unsubscribe_with_one_click
from core.permissions import require
from core.toasts import toast, toast_refusal

PAGE_SIZE = 50
# A mail is a stranger's page: its own styles and pictures, nothing that runs or leaves.
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@login_required
@require_GET
def outbox(request: UserRequest) -> HttpResponse:
    store = _outbox_for(request)
    search = request.GET.get("q", "")[:200]
    page = store.page(search=search, before=request.GET.get("before", ""), size=PAGE_SIZE)
    template = "core/outbox.html#mails" if request.htmx else "core/outbox.html"
    return render(request, template, {"page": page, "search": search})


@login_required
@require_GET
def mail(request: UserRequest, mail_id: str) -> HttpResponse:
    found = _mail_or_404(request, mail_id)
    letter = open_letter(found.message)
    tabs = _tabs(letter, request.GET.get("view", ""))
    view = next(tab["view"] for tab in tabs if tab["is_current"])
    context = {"mail": found.summary, "letter": letter, "tabs": tabs, "view": view}
    if view == "source":
        context["source"] = found.raw.decode(errors="replace")
    return render(request, "core/outbox_mail.html", context)


@login_required
@require_GET
def mail_html(request: UserRequest, mail_id: str) -> HttpResponse:
    """The HTML part alone, for the frame. Links open beside the frame."""
    letter = _letter_or_404(request, mail_id)
    response = HttpResponse(f'<base target="_blank">{letter.html}')
    response["Content-Security-Policy"] = FRAME_POLICY
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_required
@require_GET
def attachment(request: UserRequest, mail_id: str, number: int) -> HttpResponse:
    letter = _letter_or_404(request, mail_id)
    if number >= len(letter.attachments):
        raise Http404
    found = letter.attachments[number]
    response = HttpResponse(found.content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, found.name)
    response["Content-Security-Policy"] = FRAME_POLICY
    return response


@login_required
@require_POST
def unsubscribe(request: UserRequest, mail_id: str) -> HttpResponse:
    """Does what the reader's mail program does at "Unsubscribe"."""
    letter = _letter_or_404(request, mail_id)
    if not letter.unsubscribe_url:
        raise Http404
    try:
        status = unsubscribe_with_one_click(letter.unsubscribe_url)
    except UnsubscribingRefused as refusal:
        toast_refusal(request, refusal)
    else:
        level = messages.SUCCESS if status < 400 else messages.ERROR
        toast(
            request,
            _("The link answered with status %(status)s.") % {"status": status},
            level=level,
        )
    return redirect("core:outbox_mail", mail_id)


def _outbox_for(request: UserRequest) -> Outbox:
    if not settings.OUTBOX_DIR:
        raise Http404
    require(request.user, "core.operate")
    return Outbox(Path(settings.OUTBOX_DIR))


def _mail_or_404(request: UserRequest, mail_id: str) -> Mail:
    found = _outbox_for(request).get(mail_id)
    if found is None:
        raise Http404
    return found


def _letter_or_404(request: UserRequest, mail_id: str) -> Letter:
    return open_letter(_mail_or_404(request, mail_id).message)


def _tabs(letter: Letter, asked: str) -> list[dict[str, object]]:
    """The ways to see this mail. The first one is current unless another is asked for."""
    labels = {"source": _("Source")}
    if letter.text:
        labels = {"text": _("Text"), **labels}
    if letter.html:
        labels = {"html": _("As its reader sees it"), **labels}
    current = asked if asked in labels else next(iter(labels))
    return [
        {"view": view, "label": label, "is_current": view == current}
        for view, label in labels.items()
    ]
