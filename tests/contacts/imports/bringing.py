"""From a file to its report, as the pages and a worker do it."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F

from contacts.models import ImportRow, ImportRun, OrgUnit
from contacts.services import import_work, imports
from contacts.services.imports import Choices
from core.models import User
from tests.support.servers import ROOT

DATA = ROOT / "tests" / "data"
LINKEDIN = DATA / "linkedin_connections_400.csv"
HR = DATA / "hr_spreadsheet_cp1252.csv"


def upload(source: Path | str | bytes, actor: User, *, name: str = "people.csv") -> ImportRun:
    if isinstance(source, Path):
        content, name = source.read_bytes(), source.name
    else:
        content = source.encode() if isinstance(source, str) else source
    return imports.upload(upload=SimpleUploadedFile(name, content), actor=actor)


def choices_of(run: ImportRun, *, unit: OrgUnit | None = None, **options: str) -> Choices:
    return Choices(
        encoding=run.encoding,
        delimiter=run.delimiter,
        header_row=run.header_row,
        mapping={int(place): key for place, key in run.mapping.items()},
        options={**run.options, **options},
        unit=unit or run.unit,
    )


def check(source: Path | str | bytes, actor: User, **options: Any) -> ImportRun:
    """Upload and try: the run as the dry run leaves it."""
    run = upload(source, actor)
    imports.choose(run=run, choices=choices_of(run, **options), actor=actor)
    assert import_work.work_on_next()
    run.refresh_from_db()
    return run


def bring_in(source: Path | str | bytes, actor: User, **options: Any) -> ImportRun:
    """Upload, try and import. What the dry run promised is what was done."""
    run = check(source, actor, **options)
    assert run.state == ImportRun.State.CHECKED, run.outcome
    promised = run.counts
    imports.start(run=run, actor=actor)
    assert import_work.work_on_next()
    run.refresh_from_db()
    assert run.state == ImportRun.State.IMPORTED, run.outcome
    assert run.counts == promised
    assert not run.rows.exclude(outcome=F("checked_as")).exists()
    return run


def outcomes(run: ImportRun) -> dict[int, str]:
    """Row number to outcome."""
    return dict(run.rows.order_by("number").values_list("number", "outcome"))


def codes(run: ImportRun) -> dict[int, list[str]]:
    """Row number to the codes of its notes, for the rows that have any."""
    rows = ImportRow.objects.filter(run=run).order_by("number")
    return {row.number: [code for code, _values in row.notes] for row in rows if row.notes}


def counted(run: ImportRun) -> Counter[str]:
    return Counter(code for found in codes(run).values() for code in found)


# What an import leaves behind of itself, whatever was in the file.
OF_THE_RUN = {"ImportRun", "ImportRow", "AuditEntry", "Session", "Heartbeat"}


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours, with all its columns."""
    ours = {"core", "contacts", "relationships", "campaigns"}
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ours and model.__name__ not in OF_THE_RUN
    }
