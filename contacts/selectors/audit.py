"""The audit log as people read it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, FieldError, ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.freshness import CUSTOM
from contacts.models import RoleGrant
from contacts.models.access import visible_units
from contacts.wording import field_word
from core import audit
from core.models import AuditEntry, User

PAGE = 50


@dataclass(frozen=True)
class AuditLine:
    """``record`` filters the log to the entry's record; ``url`` is the record's own page."""

    entry: AuditEntry
    sentence: str
    kind: str
    target: str
    record: str
    url: str

    @property
    def day(self) -> date:
        return timezone.localdate(self.entry.at)


@dataclass(frozen=True)
class AuditPage:
    lines: list[AuditLine]
    after: AuditEntry | None
    """The last entry shown, when there are older ones."""


def visible_entries(user: User) -> QuerySet[AuditEntry]:
    """For who holds the log for the whole organisation: all. Else what was done by colleagues who
    themselves hold nothing outside that part.
    """
    units = visible_units(user, "core.view_audit")
    if units is None:
        return AuditEntry.objects.all()
    within = RoleGrant.objects.filter(unit__in=units).values("user")
    beyond = RoleGrant.objects.exclude(unit__in=units).values("user")
    return AuditEntry.objects.filter(actor__in=within).exclude(actor__in=beyond)


def narrowed(
    entries: QuerySet[AuditEntry],
    *,
    actor: User | None = None,
    act: str = "",
    since: date | None = None,
    until: date | None = None,
    record: str = "",
) -> QuerySet[AuditEntry]:
    """``act`` is an action; ``record`` is "app.model:uid"; days are the reader's, both included."""
    if actor is not None:
        entries = entries.filter(actor=actor)
    if act:
        entries = entries.filter(action=act)
    if since:
        entries = entries.filter(at__gte=_moment(since, time.min))
    if until:
        entries = entries.filter(at__lte=_moment(until, time.max))
    if record:
        entries = entries.filter(**_target_of(record))
    return entries


def page_of(entries: QuerySet[AuditEntry], *, before: AuditEntry | None) -> AuditPage:
    """The newest entries, or those older than ``before``."""
    if before is not None:
        entries = entries.filter(pk__lt=before.pk)
    found = list(entries.select_related("actor", "target_type").order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    return AuditPage(lines=lines_of(shown), after=shown[-1] if len(found) > PAGE else None)


def lines_of(entries: Sequence[AuditEntry]) -> list[AuditLine]:
    """The entries in words: one query per kind of record among them."""
    records = _records(entries)
    return [_line(entry, records) for entry in entries]


def known_acts() -> list[tuple[str, str]]:
    """Each action with its sentence, without naming anybody, as a choice to filter by."""
    blank = defaultdict(lambda: "…", actor="…", target="…")
    return [
        (action, str(sentence).format_map(blank).strip("… "))
        for action, sentence in sorted(audit.sentences().items())
    ]


def _line(entry: AuditEntry, records: dict[tuple[int, int], models.Model]) -> AuditLine:
    kind, target, record, url = "", "", "", ""
    if entry.target_type is not None:
        model = entry.target_type.model_class()
        kind = str(model._meta.verbose_name) if model else entry.target_type.model
        found = records.get((entry.target_type.pk, entry.target_id or 0))
        target = _name(found) if found is not None else _("a record that is gone")
        if found is not None and hasattr(found, "uid"):
            record = f"{found._meta.label_lower}:{found.uid}"
            url = _url(found)
    return AuditLine(
        entry=entry,
        sentence=_sentence(entry, target),
        kind=kind,
        target=target,
        record=record,
        url=url,
    )


def _sentence(entry: AuditEntry, target: str) -> str:
    words = defaultdict(lambda: "?", {key: _word(value) for key, value in entry.details.items()})
    words["actor"] = str(entry.actor) if entry.actor else _("The system")
    words["target"] = target or _("an unknown account")
    template = audit.sentences().get(entry.action)
    if template is None:
        app, _dot, act = entry.action.partition(".")
        return f"{words['actor']}: {act.replace('_', ' ') or app}" + (
            f" ({target})" if target else ""
        )
    return str(template).format_map(words)


def _word(detail: Any) -> str:
    """A detail as part of a sentence; codes that were given words are read by those."""
    if isinstance(detail, list):
        return ", ".join(_word(one) for one in detail)
    known = None
    if isinstance(detail, str):
        known = audit.words().get(detail)
        if known is None and detail.startswith(CUSTOM):
            known = field_word(detail)
    return str(known if known is not None else detail)


def _records(entries: Iterable[AuditEntry]) -> dict[tuple[int, int], models.Model]:
    wanted: defaultdict[ContentType, set[int]] = defaultdict(set)
    for entry in entries:
        if entry.target_type is not None and entry.target_id is not None:
            wanted[entry.target_type].add(entry.target_id)
    found: dict[tuple[int, int], models.Model] = {}
    for kind, ids in wanted.items():
        model = kind.model_class()
        if model is None:
            continue
        rows = model._default_manager.filter(pk__in=ids)
        if _has_contact(model):
            rows = rows.select_related("contact")
        found |= {(kind.pk, row.pk): row for row in rows}
    return found


def _has_contact(model: type[models.Model]) -> bool:
    try:
        return bool(model._meta.get_field("contact").many_to_one)
    except FieldDoesNotExist:
        return False


def _name(record: models.Model) -> str:
    """A record goes by the person it is about, where it is about one; what is private to its
    owner, by what it is.
    """
    public = getattr(record, "public_name", None)
    return str(public or getattr(record, "contact", None) or record)


def _url(record: models.Model) -> str:
    about = getattr(record, "contact", None) or record
    return str(about.get_absolute_url()) if hasattr(about, "get_absolute_url") else ""


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def _target_of(record: str) -> dict[str, Any]:
    """What finds the entries of a record; nothing at all for one that does not exist."""
    label, _colon, uid = record.partition(":")
    try:
        model = apps.get_model(label)
        row = model._default_manager.get(uid=uid)
    except (LookupError, ValueError, FieldError, ValidationError, models.ObjectDoesNotExist):
        return {"pk": None}
    return {"target_type": ContentType.objects.get_for_model(model), "target_id": row.pk}
