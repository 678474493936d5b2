import csv
import io
import json
from collections.abc import Iterator
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from contacts.selectors.audit import known_acts, lines_of, narrowed, page_of, visible_entries
from contacts.team_forms import AuditFilterForm
from core import audit
from core.http import UserRequest
from core.models import AuditEntry
from core.permissions import require

SEE = "core.view_audit"
EXPORT_CHUNK = 500


@login_required
@require_GET
def log(request: UserRequest) -> HttpResponse:
    require(request.user, SEE)

    form, entries = _asked(request, request.GET)
    before = _before(request)
    page = page_of(entries, before=before)
    asked = {name: value for name, value in request.GET.items() if value and name != "before"}
    older = urlencode({**asked, "before": str(page.after.uid)}) if page.after else ""
    context = {
        "form": form,
        "page": page,
        "asked": asked,
        "older": older,
        "newest": urlencode(asked),
        "before": before,
    }
    return render(request, "contacts/audit.html", context)


@login_required
@require_POST
def export(request: UserRequest) -> StreamingHttpResponse:
    """What the log shows, as CSV. That it was taken away is in the log itself."""
    require(request.user, SEE)

    _form, entries = _asked(request, request.POST)
    newest = entries.order_by("-pk").first()
    audit.record(actor=request.user, action="core.audit_exported")

    rows = _rows(entries.filter(pk__lte=newest.pk)) if newest else iter([_csv(HEAD)])
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="audit-{day}.csv"'
    return response


HEAD = ["at", "actor", "actor_email", "action", "sentence", "kind", "record", "details"]


def _rows(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    """The file, newest first, read in pieces: a long log is never whole in memory."""
    yield "\ufeff" + _csv(HEAD)
    last: int | None = None
    while True:
        older = entries if last is None else entries.filter(pk__lt=last)
        piece = list(older.select_related("actor", "target_type").order_by("-pk")[:EXPORT_CHUNK])
        for line in lines_of(piece):
            actor = line.entry.actor
            yield _csv(
                [
                    line.entry.at.isoformat(),
                    actor.name if actor else "",
                    actor.email if actor else "",
                    line.entry.action,
                    line.sentence,
                    line.kind,
                    line.target,
                    json.dumps(line.entry.details, ensure_ascii=False),
                ]
            )
        if len(piece) < EXPORT_CHUNK:
            return
        last = piece[-1].pk


def _csv(values: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_harmless(value) for value in values])
    return out.getvalue()


def _harmless(value: str) -> str:
    """Text that a spreadsheet would run as a formula is marked as text."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _asked(request: UserRequest, data: QueryDict) -> tuple[AuditFilterForm, QuerySet[AuditEntry]]:
    """The filter as asked for; a part of it that makes no sense is left out."""
    form = AuditFilterForm(data, acts=known_acts())
    form.is_valid()
    return form, narrowed(visible_entries(request.user), **form.cleaned_data)


def _before(request: UserRequest) -> AuditEntry | None:
    """The entry that the page goes on from; None for the newest, and for nonsense."""
    try:
        uid = UUID(request.GET.get("before", ""))
    except ValueError:
        return None
    return visible_entries(request.user).filter(uid=uid).first()
