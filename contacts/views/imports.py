"""Files of people: upload, columns, dry run, import, report."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from contacts.import_forms import ImportForms, UploadForm, initial_columns, name_of_columns
from contacts.imports import recognise
from contacts.imports.readers import FileRefused
from contacts.imports.recognise import Preview
from contacts.models import ImportRow, ImportRun
from contacts.selectors import imports as selectors
from contacts.services import import_undo
from contacts.services import imports as services
from contacts.services.imports import Uploaded
from contacts.tasks import hurry
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.spreadsheets import csv_lines
from core.toasts import toast, toast_refusal

PERMISSION = "contacts.import_contacts"
RUNS_PER_PAGE = 25
State = ImportRun.State


@login_required
@require_http_methods(["GET", "POST"])
def imports(request: UserRequest) -> HttpResponse:
    """The files so far, and the way to bring in another."""
    require(request.user, PERMISSION)

    is_sent = request.method == "POST"
    form = UploadForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        was_stopped=getattr(request, "upload_stopped", False),
    )
    taken = Uploaded()
    if is_sent and form.is_valid():
        taken = services.upload_all(uploads=form.files_given, actor=request.user)
        if not taken.refused:
            return _go_on(request, taken)

    runs = ImportRun.objects.visible_to(request.user).exclude(state=State.DISCARDED)
    runs = runs.select_related("uploaded_by", "started_by", "undone_by").order_by("-pk")
    page = Paginator(runs, RUNS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "taken": taken,
        "page": page,
        "rows": [(run, import_undo.undo_until(run)) for run in page.object_list],
        "max_megabytes": settings.IMPORT_MAX_MEGABYTES,
    }
    name = "contacts/import_list.html" + ("#upload" if is_sent and request.htmx else "")
    return render(request, name, context, status=422 if is_sent else 200)


def _go_on(request: UserRequest, taken: Uploaded) -> HttpResponse:
    """To the columns of the one file; with several, to the list that they stand in."""
    if len(taken.runs) == 1:
        response = redirect("contacts:import_run", uid=taken.runs[0].uid)
    else:
        count = len(taken.runs)
        toast(
            request,
            ngettext(
                "%(count)s file was taken in. Look at it below.",
                "%(count)s files were taken in. Look at each below.",
                count,
            )
            % {"count": count},
        )
        response = redirect("contacts:imports")
    return HttpResponseClientRedirect(response.url) if request.htmx else response


@login_required
@require_GET
def import_run(request: UserRequest, uid: UUID) -> HttpResponse:
    """The run where it stands: its columns, its progress, or its report."""
    run = _run(request, uid)

    if run.state == State.MAPPING:
        return _columns_page(request, run)
    if run.is_running:
        return render(request, "contacts/import_run.html", {"run": run})
    if run.state in (State.CHECKED, State.IMPORTED, State.UNDONE):
        return _report_page(request, run)
    context = {"run": run, "failure": selectors.failure_of(run)}
    return render(request, "contacts/import_run.html", context)


@login_required
@require_GET
def import_progress(request: UserRequest, uid: UUID) -> HttpResponse:
    """How far it is. Once it is done, the page is fetched anew with its report."""
    run = _run(request, uid)

    if run.is_running:
        return render(request, "contacts/import_run.html#progress", {"run": run})
    response = redirect("contacts:import_run", uid=run.uid)
    return HttpResponseClientRedirect(response.url) if request.htmx else response


def _columns_page(request: UserRequest, run: ImportRun) -> HttpResponse:
    """With a query, the file as it reads with those choices; nothing is kept yet."""
    data = request.GET if "encoding" in request.GET else None
    try:
        shown = _preview(run, data)
    except FileRefused as refusal:
        shown, data = _preview(run, None), None
        toast_refusal(request, refusal)
    forms = ImportForms(run, shown, request.user, _for_preview(run, shown, data))
    context = {
        "run": run,
        "forms": forms,
        "shown": shown,
        "layout": selectors.layout_label(run.layout or shown.layout),
        "is_text": run.file_format == "csv",
        "remembered": services.remembered(run, request.user) if run.header_row else None,
    }
    page = "contacts/import_columns.html" + ("#columns" if request.htmx else "")
    return render(request, page, context)


def _for_preview(run: ImportRun, shown: Preview, data: QueryDict | None) -> QueryDict | None:
    """What was chosen stands, but columns that have become others are recognised anew."""
    if data is None:
        return None
    kept = data.copy()
    kept["header_row"] = str(shown.header_row)
    if data.get("columns_of") != name_of_columns(shown):
        for name, value in initial_columns(run, shown).items():
            kept[name] = value
    return kept


def _preview(run: ImportRun, data: QueryDict | None) -> Preview:
    given = data or QueryDict()
    encoding = given.get("encoding", run.encoding)
    delimiter = given.get("delimiter", run.delimiter)
    row = given.get("header_row", str(run.header_row))
    return recognise.preview(
        Path(run.file.path),
        encoding=encoding if encoding in recognise.ENCODINGS else run.encoding,
        delimiter=delimiter if delimiter in recognise.DELIMITERS else run.delimiter,
        header_row=int(row) if row.isascii() and row.isdigit() and len(row) < 4 else None,
    )


def _report_page(request: UserRequest, run: ImportRun) -> HttpResponse:
    outcome = request.GET.get("outcome", "")
    if outcome not in ImportRow.Outcome.values:
        outcome = ""
    undone = request.GET.get("undone", "")
    if undone not in ImportRow.Undone.values:
        undone = ""
    counts = selectors.note_counts(run)
    code = request.GET.get("note", "")
    chosen = next((one for one in counts if one.code == code), None)
    page = selectors.rows_of(
        run,
        request.user,
        outcome=outcome,
        undone=undone,
        code=chosen.code if chosen else "",
        after=_number(request.GET.get("after")),
        before=_number(request.GET.get("before")),
    )
    asked = {"outcome": outcome, "undone": undone, "note": chosen.code if chosen else ""}
    kept = {name: value for name, value in asked.items() if value}
    context = {
        "run": run,
        "outcomes": _outcome_tabs(run, outcome),
        "undone": _undone_tabs(run, undone) if run.state == State.UNDONE else [],
        "undo_until": import_undo.undo_until(run),
        "asks_undo": "undo" in request.GET,
        "shows_all": not kept,
        "nothing_to_do": run.outcomes["skipped"] + run.outcomes["refused"] == run.row_count,
        "all_refused": run.outcomes["refused"] == run.row_count,
        "notes": counts,
        "chosen": chosen,
        "page": page,
        "previous_url": f"?{urlencode({**kept, 'before': str(page.previous)})}"
        if page.previous
        else "",
        "next_url": f"?{urlencode({**kept, 'after': str(page.next)})}" if page.next else "",
    }
    return render(request, "contacts/import_run.html", context)


def _outcome_tabs(run: ImportRun, current: str) -> list[tuple[str, str, int, bool]]:
    labels = dict(ImportRow.Outcome.choices)
    return [(key, str(labels[key]), count, key == current) for key, count in run.outcomes.items()]


def _undone_tabs(run: ImportRun, current: str) -> list[tuple[str, str, int, bool]]:
    held: dict[str, int] = run.counts.get("undone", {})
    return [
        (key, str(label), held.get(key, 0), key == current)
        for key, label in ImportRow.Undone.choices
    ]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


@login_required
@require_POST
def check_import(request: UserRequest, uid: UUID) -> HttpResponse:
    run = _run(request, uid)

    if run.state != State.MAPPING:
        return redirect("contacts:import_run", uid=run.uid)
    try:
        shown = _preview(run, request.POST)
    except FileRefused as refusal:
        toast_refusal(request, refusal)
        return redirect("contacts:import_run", uid=run.uid)
    forms = ImportForms(run, shown, request.user, request.POST)
    if forms.is_valid():
        try:
            services.choose(run=run, choices=forms.choices(), actor=request.user)
        except DomainError as refusal:
            forms.columns.add_error(None, str(refusal))
        else:
            transaction.on_commit(hurry)
            return redirect("contacts:import_run", uid=run.uid)
    context = {
        "run": run,
        "forms": forms,
        "shown": shown,
        "layout": selectors.layout_label(run.layout or shown.layout),
        "is_text": run.file_format == "csv",
    }
    return render(request, "contacts/import_columns.html", context, status=422)


@login_required
@require_POST
def start_import(request: UserRequest, uid: UUID) -> HttpResponse:
    run = _run(request, uid)

    try:
        services.start(run=run, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        transaction.on_commit(hurry)
    return redirect("contacts:import_run", uid=run.uid)


@login_required
@require_POST
def change_import(request: UserRequest, uid: UUID) -> HttpResponse:
    """Back to the columns."""
    run = _run(request, uid)

    try:
        services.change_choices(run=run, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    return redirect("contacts:import_run", uid=run.uid)


@login_required
@require_POST
def discard_import(request: UserRequest, uid: UUID) -> HttpResponse:
    run = _run(request, uid)

    try:
        services.discard(run=run, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
        return redirect("contacts:import_run", uid=run.uid)
    toast(request, _("The file was discarded."))
    return redirect("contacts:imports")


@login_required
@require_POST
def undo_import(request: UserRequest, uid: UUID) -> HttpResponse:
    run = _run(request, uid)

    try:
        import_undo.undo_import(run=run, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        transaction.on_commit(hurry)
    return redirect("contacts:import_run", uid=run.uid)


@login_required
@require_POST
def forget_columns(request: UserRequest, uid: UUID) -> HttpResponse:
    """The columns that were remembered for files like this one."""
    run = _run(request, uid)

    try:
        services.forget_columns(run=run, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("Forgotten. The columns are as they were recognised."))
    return redirect("contacts:import_run", uid=run.uid)


@login_required
@require_GET
def refused_rows(request: UserRequest, uid: UUID) -> StreamingHttpResponse:
    """The refused rows, to be mended and imported again."""
    run = _run(request, uid)
    if run.state not in (State.CHECKED, State.IMPORTED, State.UNDONE) or run.cleared_at:
        raise Http404

    lines = csv_lines(selectors.refused_rows(run), delimiter=run.delimiter or ",")
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="refused-rows-{run.uid}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _run(request: UserRequest, uid: UUID) -> ImportRun:
    """The run: 403 for who may not import at all, 404 for what is not theirs to see."""
    require(request.user, PERMISSION)
    runs = ImportRun.objects.visible_to(request.user)
    runs = runs.select_related("uploaded_by", "started_by", "unit")
    return get_object_or_404(runs.exclude(state=State.DISCARDED), uid=uid)
