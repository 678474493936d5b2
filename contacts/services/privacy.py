"""Handing people what we hold of them, and forgetting them. Both walk the privacy registry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts import custom_fields
from contacts.events import ContactErased
from contacts.models import (
    Contact,
    DocumentVersion,
    EmailAddress,
    ExportRun,
    ImportRun,
    Suppression,
)
from contacts.services.consent import suppress
from contacts.services.exports import discard
from contacts.services.import_retention import forget_in_rows
from contacts.services.search_words import forget_words, words_of
from core import audit, events, privacy
from core.errors import DomainError
from core.models import User
from core.privacy import Entry


class AlreadyErased(DomainError):
    code = "already_erased"


@dataclass(frozen=True)
class Footprint:
    """How many rows of one kind will be deleted, or emptied of what is personal, or kept."""

    name: str
    count: int
    erasure: str


def export_person(*, contact: Contact, now: datetime) -> dict[str, Any]:
    """All personal data we hold about ``contact``, table by table, fit for JSON.

    Rows of contacts that were merged into this one are part of it: they are the same person.
    """
    people = _selves(contact)
    tables: dict[str, list[dict[str, Any]]] = {}
    for entry in privacy.entries():
        names = [name for name, field in entry.personal.items() if field.in_export]
        rows = entry.rows_about(people).order_by("pk").values(*names) if names else []
        if rows:
            tables[entry.model._meta.label] = [
                {name: _plain(value) for name, value in row.items()} for row in rows
            ]
    for row in tables.get("contacts.Contact", ()):
        row["custom_values"] = custom_fields.personal(row["custom_values"])
    return {
        "person": str(contact.uid),
        "exported_at": now.isoformat(),
        "tables": dict(sorted(tables.items())),
    }


@transaction.atomic
def erase_person(*, contact: Contact, actor: User | None) -> Contact:
    """Forget a person for good.

    The registry says what of each table is deleted, emptied and kept. What is left is a shell
    without a name, so that figures still add up; the addresses are suppressed by hash first, so
    that an import cannot bring them back to be written to.
    """
    current = Contact.objects.select_for_update().get(pk=contact.pk)
    if current.erased_at is not None:
        raise AlreadyErased(_("This person was erased before."))
    people = _selves(current)
    addresses = _addresses(people)
    forget_in_rows(addresses)
    for address in addresses:
        suppress(address=address, reason=Suppression.Reason.ERASED, actor=actor)
    _delete_files(people)
    words = words_of(people)
    # First the mark: without it a row must have a name.
    Contact.objects.filter(pk__in=[person.pk for person in people]).update(
        erased_at=timezone.now(), updated_at=timezone.now()
    )
    for entry in privacy.entries():
        _erase(entry, people)
    forget_words(words)
    current.refresh_from_db()
    audit.record(actor=actor, action="contacts.erased", target=current)
    events.publish(ContactErased(contact_id=current.pk, actor_id=actor.pk if actor else None))
    return current


def footprint_of(contact: Contact) -> list[Footprint]:
    """What an erasure would do, table by table: what its page says before one confirms."""
    people = _selves(contact)
    found = []
    for entry in privacy.entries():
        count = entry.rows_about(people).count() if entry.personal else 0
        if count and entry.model is not Contact:
            found.append(Footprint(str(entry.label), count, _fate(entry)))
    return sorted(found, key=lambda footprint: (footprint.erasure, footprint.name))


def _selves(contact: Contact) -> list[Contact]:
    """The contact and all that were ever merged into it, however many merges ago."""
    selves, turn = [contact], [contact]
    while turn:
        turn = list(Contact.objects.filter(merged_into__in=turn))
        selves += turn
    return selves


def _addresses(people: Iterable[Contact]) -> list[str]:
    rows = EmailAddress.objects.filter(contact__in=list(people))
    return list(rows.values_list("address", flat=True))


def _delete_files(people: Iterable[Contact]) -> None:
    """Uploaded files hold the person as well: their documents, and files of imports, which are of
    no use once the import has ended. Of exports nobody knows who is in which: all that wait to
    be fetched go, and can be made anew.
    """
    for made in ExportRun.objects.filter(state=ExportRun.State.READY):
        discard(run=made)
    for version in DocumentVersion.objects.filter(document__contact__in=list(people)):
        transaction.on_commit(partial(version.file.storage.delete, str(version.file.name)))
    ended = (ImportRun.State.IMPORTED, ImportRun.State.FAILED, ImportRun.State.DISCARDED)
    runs = ImportRun.objects.filter(rows__contact__in=list(people), state__in=ended).distinct()
    for run in runs.exclude(file=""):
        ImportRun.objects.filter(pk=run.pk).update(file="")
        transaction.on_commit(partial(run.file.storage.delete, str(run.file.name)))


def _erase(entry: Entry, people: list[Contact]) -> None:
    if not entry.personal:
        return
    rows = entry.rows_about(people)
    if entry.is_deleted:
        rows.delete()
    elif entry.blanks:
        rows.update(**entry.blanks)


def _fate(entry: Entry) -> str:
    if entry.is_deleted:
        return privacy.Erasure.DELETE
    return privacy.Erasure.ANONYMISE if entry.blanks else privacy.Erasure.KEEP


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
