"""What colleagues do with a file of people, from upload to start. ``import_work`` does the rest."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.imports import archives, layouts, recognise, targets
from contacts.imports.looking import Look, look_at
from contacts.imports.readers import FileRefused
from contacts.imports.recognise import Preview
from contacts.models import ImportRun, OrgUnit
from contacts.models.access import covers, visible_units
from core import audit
from core.disk import needing_room
from core.errors import DomainError
from core.models import User

State = ImportRun.State
Queue = ImportRun.QueueState


class ImportNotReady(DomainError):
    """The run is at another point than the act asks for: somebody else was first, or it is over."""

    code = "import_not_ready"


class UnitRefused(DomainError):
    code = "import_unit_refused"


class MappingRefused(DomainError):
    code = "import_mapping_refused"


@dataclass(frozen=True, kw_only=True)
class Choices:
    """How the file is to be read and taken in. ``mapping``: column number to the key of a target.

    ``options``: ``policy`` (fill, overwrite), ``trusts_email`` and ``heeds_notes`` (yes, no),
    ``language``, ``system``, ``tag``, and those of the targets of higher apps.
    """

    encoding: str
    delimiter: str
    header_row: int
    mapping: Mapping[int, str]
    options: Mapping[str, str]
    unit: OrgUnit | None


@dataclass(frozen=True)
class Uploaded:
    """``refused``: the name of each file that was not taken in, and why."""

    runs: list[ImportRun] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def upload_all(*, uploads: Sequence["UploadedFile[bytes]"], actor: User) -> Uploaded:
    """Take in several files, and those of an archive; one that is refused stops no other."""
    taken = Uploaded()
    for one in uploads:
        try:
            with needing_room(), _spread(one) as files:
                _take_each(files, actor, taken)
        except DomainError as refusal:
            taken.refused.append((_shown_name(one.name), str(refusal)))
    return taken


def _take_each(files: Iterable["UploadedFile[bytes]"], actor: User, taken: Uploaded) -> None:
    for file in files:
        try:
            taken.runs.append(upload(upload=file, actor=actor))
        except DomainError as refusal:
            taken.refused.append((_shown_name(file.name), str(refusal)))


@contextmanager
def _spread(given: "UploadedFile[bytes]") -> Iterator[list["UploadedFile[bytes]"]]:
    """The file itself, or the files of people in the archive that it is."""
    largest = settings.IMPORT_MAX_MEGABYTES * 1024 * 1024
    with tempfile.TemporaryDirectory(prefix="trm-import-") as folder, ExitStack() as opened:
        path = Path(folder) / "archive"
        if (given.size or 0) > largest or not _is_archive(given, path):
            yield [given]
            return
        try:
            members = list(archives.unpacked(path, Path(folder), largest=largest))
        except archives.Unreadable:
            raise FileRefused(_("The archive is damaged or protected by a password.")) from None
        except archives.TooMuch:
            raise FileRefused(
                _("There is too much in this archive. Unpack it, and choose the files of people.")
            ) from None
        if not members:
            raise FileRefused(_("There is no file of people in this archive."))
        yield [
            UploadedFile(opened.enter_context(file.open("rb")), name=name, size=file.stat().st_size)
            for name, file in members
        ]


def _is_archive(given: "UploadedFile[bytes]", path: Path) -> bool:
    given.seek(0)
    if given.read(4) != b"PK\x03\x04":
        given.seek(0)
        return False
    given.seek(0)
    with path.open("wb") as file:
        for chunk in given.chunks():
            file.write(chunk)
    given.seek(0)
    return archives.is_archive_of_files(path)


def upload(*, upload: "UploadedFile[bytes]", actor: User) -> ImportRun:
    """Take in a file and recognise what can be recognised; refuse what is no file of people.

    It is told by its content and kept under a random name. A workbook is kept as the text of its
    first filled sheet, so that what unfolded once need not be unfolded again.
    """
    if (upload.size or 0) > settings.IMPORT_MAX_MEGABYTES * 1024 * 1024:
        raise FileRefused(
            _("The file is larger than %(most)s MB. Split it, or leave out columns.")
            % {"most": settings.IMPORT_MAX_MEGABYTES}
        )
    with needing_room(), tempfile.TemporaryDirectory(prefix="trm-import-") as folder:
        source = Path(folder) / "source"
        with source.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        return _new_run(upload, look_at(source, Path(folder)), actor)


@transaction.atomic
def _new_run(upload: "UploadedFile[bytes]", look: Look, actor: User) -> ImportRun:
    run = ImportRun(
        file_name=_shown_name(upload.name),
        file_format=look.file_format,
        uploaded_by=actor,
        unit=_first_unit(actor),
        queue_state=Queue.DONE,
        due_at=timezone.now(),
    )
    _take_over(run, look.preview)
    run.options = presets(run)
    _remember(run, actor)
    with look.text.open("rb") as file:
        run.file.save("people", File(file), save=False)
    run.save()
    audit.record(actor=actor, action="contacts.import_uploaded", target=run, file=run.file_name)
    return run


def _shown_name(name: str | None) -> str:
    """What the user called it, for showing: without folders and control characters."""
    bare = Path((name or "").replace("\\", "/")).name
    return "".join(c for c in bare if c.isprintable())[-200:] or _("Unnamed file")


def _first_unit(actor: User) -> OrgUnit | None:
    """None where the user may import for all; else the highest unit of theirs."""
    unit_ids = visible_units(actor, "contacts.import_contacts")
    if unit_ids is None:
        return None
    units = OrgUnit.objects.filter(pk__in=unit_ids)
    first = min(units, key=lambda unit: (unit.depth, unit.name), default=None)
    if first is None:
        raise UnitRefused(_("There is no unit for which you may import people."))
    return first


def presets(run: ImportRun) -> dict[str, str]:
    """The options as they are set until somebody chooses."""
    options = {
        "policy": "fill",
        "trusts_email": "no",
        "heeds_notes": "yes",
        "language": "nl",
        "system": "hr" if run.layout == "hr" else "import",
        "tag": "",
    }
    options.update({option.key: option.preset(run.layout) for option in targets.options()})
    return options


def print_of(headers: Sequence[str]) -> str:
    """Names a layout: the same headers, however they are written, in the same order."""
    folded = "\x1f".join(layouts.fold_header(header) for header in headers)
    return hashlib.sha256(folded.encode()).hexdigest()[:32]


def remembered(run: ImportRun, user: User) -> ImportRun | None:
    """The last import of a file with the same headers, whose choices stand for this one."""
    return (
        ImportRun.objects.visible_to(user)
        .filter(header_print=run.header_print, is_remembered=True)
        .filter(state__in=[State.IMPORTED, State.UNDONE])
        .exclude(pk=run.pk)
        .select_related("started_by", "unit")
        .order_by("-pk")
        .first()
    )


# What was for that one file.
_NOT_REMEMBERED = frozenset({"tag"})


def _remember(run: ImportRun, actor: User) -> None:
    found = remembered(run, actor) if run.header_row else None
    if found is None:
        return
    kept = {key: value for key, value in found.options.items() if key not in _NOT_REMEMBERED}
    run.mapping = found.mapping
    run.options = {**run.options, **kept}
    if covers(actor, "contacts.import_contacts", found.unit_id):
        run.unit = found.unit


@transaction.atomic
def forget_columns(*, run: ImportRun, actor: User) -> ImportRun:
    """Choose anew, now and for every later file with these headers."""
    current = _locked(run, State.MAPPING)
    ImportRun.objects.visible_to(actor).filter(header_print=current.header_print).exclude(
        pk=current.pk
    ).update(is_remembered=False)
    found = recognise.preview(
        Path(current.file.path),
        encoding=current.encoding,
        delimiter=current.delimiter,
        header_row=current.header_row,
    )
    _take_over(current, found)
    current.options = presets(current)
    current.save()
    audit.record(
        actor=actor, action="contacts.import_forgotten", target=current, file=current.file_name
    )
    return current


def _take_over(run: ImportRun, found: Preview) -> None:
    run.encoding = found.encoding
    run.delimiter = found.delimiter
    run.header_row = found.header_row
    run.columns = found.headers
    run.layout = run.file_format if run.file_format in layouts.LABELS else found.layout
    run.header_print = print_of(found.headers)
    run.mapping = {str(place): key for place, key in enumerate(found.meanings) if key}


@transaction.atomic
def choose(*, run: ImportRun, choices: Choices, actor: User) -> ImportRun:
    """Keep the choices and have a worker try every row (the dry run)."""
    current = _locked(run, State.MAPPING)
    if not covers(actor, "contacts.import_contacts", choices.unit.pk if choices.unit else None):
        raise UnitRefused(_("You may not import people for that unit."))
    found = recognise.preview(
        Path(current.file.path),
        encoding=choices.encoding,
        delimiter=choices.delimiter,
        header_row=choices.header_row,
    )
    _check_mapping(choices, found)
    _take_over(current, found)
    current.mapping = {str(place): key for place, key in choices.mapping.items() if key}
    current.options = dict(choices.options)
    current.unit = choices.unit
    return _queue(current, State.CHECKING, actor)


def _check_mapping(choices: Choices, found: Preview) -> None:
    chosen = {key for place, key in choices.mapping.items() if place < len(found.headers)}
    if not chosen & {"given", "family", "full"}:
        raise MappingRefused(
            _("Say which column holds the name: a given name, a family name or a full name.")
        )


@transaction.atomic
def start(*, run: ImportRun, actor: User) -> ImportRun:
    """Have a worker do what the dry run showed."""
    return _queue(_locked(run, State.CHECKED), State.IMPORTING, actor)


@transaction.atomic
def change_choices(*, run: ImportRun, actor: User) -> ImportRun:
    """Back to the columns, after a dry run or a failed one."""
    current = _locked(run, State.CHECKED, State.FAILED)
    if not current.file:
        raise ImportNotReady(_("The file is no longer kept. Upload it again."))
    current.state = State.MAPPING
    current.outcome = ""
    current.save(update_fields=["state", "outcome", "updated_at"])
    return current


@transaction.atomic
def discard(*, run: ImportRun, actor: User) -> ImportRun:
    """Give up a file that was not imported: what was read of it goes, that it was here stays."""
    current = _locked(run, State.MAPPING, State.CHECKED, State.FAILED)
    current.state = State.DISCARDED
    current.finished_at = timezone.now()
    current.rows.all().delete()
    forget_file(current)
    current.save(update_fields=["state", "finished_at", "file", "updated_at"])
    audit.record(
        actor=actor, action="contacts.import_discarded", target=current, file=current.file_name
    )
    return current


def forget_file(run: ImportRun) -> None:
    """Its rows hold all that the file held, where erasure can reach it. Gone once committed."""
    stored, storage = run.file.name, run.file.storage
    if stored:
        transaction.on_commit(lambda: storage.delete(stored))
    run.file = ""


def _queue(run: ImportRun, state: str, actor: User) -> ImportRun:
    values: dict[str, Any] = {
        "state": state,
        "queue_state": Queue.WAITING,
        "due_at": timezone.now(),
        "attempts": 0,
        "cursor": 0,
        "done_count": 0,
        "counts": {},
        "outcome": "",
        "started_by": actor,
        "started_at": timezone.now(),
        "finished_at": None,
    }
    if state == State.CHECKING:
        values["row_count"] = 0
    for name, value in values.items():
        setattr(run, name, value)
    run.save()
    return run


def _locked(run: ImportRun, *states: str) -> ImportRun:
    current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if current.state not in states:
        raise ImportNotReady(_("Somebody else went on with this import. Look at it again."))
    return current
