"""Taking back what a file brought: whom it made and nobody touched since goes, the rest is put back
field by field, and what somebody changed since is left and named.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from contacts.imports.notes import Note, note
from contacts.imports.places import Place
from contacts.models import (
    Contact,
    DuplicateProposal,
    EmailAddress,
    ExternalId,
    PhoneNumber,
    PostalAddress,
    SegmentProposal,
    SocialProfile,
    Tag,
)
from core.bulk import update_rows

# Rows about a person that machines write by themselves: nobody touched anyone by them.
_BY_MACHINES: set[type[models.Model]] = {DuplicateProposal, SegmentProposal}


def ignore_touches_of(model: type[models.Model]) -> None:
    """For higher apps: rows of ``model`` come and go without anybody doing anything."""
    _BY_MACHINES.add(model)


@dataclass(slots=True)
class Brought:
    """What a file brought one person we knew: ``before`` of each of its rows, the last first."""

    contact: Contact
    done_at: datetime
    befores: list[Mapping[str, Any]]
    restored: set[str] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)

    def keep(self, key: str) -> None:
        self.notes.append(note("undo_kept", key=key))


def touched(done_at: Mapping[int, datetime]) -> set[int]:
    """Which of these contacts somebody did something with after that moment, in any app."""
    since = min(done_at.values(), default=None)
    if since is None:
        return set()
    found = {
        pk
        for pk, at in Contact.objects.filter(pk__any=list(done_at)).values_list("pk", "updated_at")
        if at > done_at[pk]
    }
    for relation in Contact._meta.related_objects:
        model, name = relation.related_model, relation.field.attname
        if isinstance(model, str) or model in _BY_MACHINES or not _is_stamped(model):
            continue
        rows = model._default_manager.filter(
            Q(**{f"{name}__any": list(done_at)}), updated_at__gt=since
        )
        found |= {pk for pk, at in rows.values_list(name, "updated_at") if pk and at > done_at[pk]}
    return found


def _is_stamped(model: type[models.Model]) -> bool:
    return any(one.name == "updated_at" for one in model._meta.local_concrete_fields)


def put_back_fields(brought: Sequence[Brought]) -> None:
    """On the objects only; ``brought.restored`` names the columns to write."""
    for one in brought:
        for before in one.befores:
            _put_back(one, before)


# A name is one thing.
_SHOWN = {
    "given_name": "full",
    "infix": "full",
    "family_name": "full",
    "headline": "position",
    "preferred_name": "preferred",
    "organisation_name": "organisation",
    "native_name": "native",
    "given_initials": "initials",
}


def _put_back(one: Brought, before: Mapping[str, Any]) -> None:
    contact, sources = one.contact, before.get("sources", {})
    for column, (old, new) in before.get("fields", {}).items():
        if getattr(contact, column) != new:
            if column != "do_not_contact":
                one.keep(_SHOWN.get(column, column))
            continue
        setattr(contact, column, old)
        one.restored.add(column)
        if column in sources:
            held = {k: v for k, v in contact.field_sources.items() if k != column}
            said = {} if sources[column] is None else {column: sources[column]}
            contact.field_sources = {**held, **said}
            one.restored.add("field_sources")


_LISTS: tuple[tuple[str, str, type[models.Model], str], ...] = (
    ("emails", "email", EmailAddress, "address"),
    ("phones", "phone", PhoneNumber, "number"),
    ("profiles", "profile", SocialProfile, "url"),
    ("external_ids", "external_id", ExternalId, "value"),
)


def take_out_of_lists(brought: Sequence[Brought]) -> None:
    """Take out what the file added to lists, unless it was changed since."""
    by_contact = {one.contact.pk: one for one in brought}
    for name, key, model, column in _LISTS:
        added = {
            (one.contact.pk, _value(value))
            for one in brought
            for before in one.befores
            for value in before.get(name, ())
        }
        if not added:
            continue
        held = model._default_manager.filter(contact_id__any=list({pk for pk, _ in added}))
        gone: list[int] = []
        for pk, contact_id, value, at in held.values_list("pk", "contact_id", column, "updated_at"):
            one = by_contact[contact_id]
            if (contact_id, str(value).casefold()) not in added:
                continue
            if at > one.done_at:
                one.keep(key)
            else:
                gone.append(pk)
                one.restored.add(name)
        model._default_manager.filter(pk__any=gone).delete()
        if any(one.name == "is_primary" for one in model._meta.local_concrete_fields):
            _name_a_first(model, {pk for pk, _ in added})
    _take_out_places(brought)
    _put_labels_back(brought)
    _take_off_tags(brought)


def _take_out_places(brought: Sequence[Brought]) -> None:
    people = {one.contact.pk: one for one in brought}
    by_contact = {
        pk: {Place(*place).key for place in places}
        for pk, one in people.items()
        if (places := [place for before in one.befores for place in before.get("places", ())])
    }
    gone: list[int] = []
    for row in PostalAddress.objects.filter(contact_id__any=list(by_contact)):
        one = people[row.contact_id]
        place = Place(row.lines, row.postcode, row.city, row.country)
        if place.key not in by_contact[row.contact_id]:
            continue
        if row.updated_at > one.done_at:
            one.keep("street")
        else:
            gone.append(row.pk)
            one.restored.add("places")
    PostalAddress.objects.filter(pk__any=gone).delete()
    _name_a_first(PostalAddress, by_contact)


_LABELLED: tuple[tuple[str, str, type[models.Model]], ...] = (
    ("email", "emails", EmailAddress),
    ("phone", "phones", PhoneNumber),
    ("street", "places", PostalAddress),
)


def _put_labels_back(brought: Sequence[Brought]) -> None:
    """Of what was here before: the last label first, so that it ends with the one before all."""
    for key, name, model in _LABELLED:
        said = {
            pk: (one, old)
            for one in brought
            for before in one.befores
            for kind, pk, old in reversed(before.get("labels", ()))
            if kind == key
        }
        held = model._default_manager.filter(pk__any=list(said))
        back: list[int] = []
        for pk, at in held.values_list("pk", "updated_at"):
            one, _old = said[pk]
            if at > one.done_at:
                one.keep(key)
            else:
                back.append(pk)
                one.restored.add(name)
        update_rows(model, ["label"], back, [[said[pk][1] for pk in back]])


def _value(value: Any) -> str:
    """An address as it is; of a pair (network, page; system, number) the second."""
    return str(value[-1] if isinstance(value, list) else value).casefold()


def _name_a_first(model: type[models.Model], contact_ids: Iterable[int]) -> None:
    """Who lost their first address gets the oldest of the others."""
    rows = model._default_manager.filter(contact_id__any=list(contact_ids)).order_by("pk")
    held: defaultdict[int, list[tuple[int, bool]]] = defaultdict(list)
    for pk, contact_id, is_primary in rows.values_list("pk", "contact_id", "is_primary"):
        held[contact_id].append((pk, is_primary))
    firsts = [
        entries[0][0]
        for entries in held.values()
        if not any(is_primary for _pk, is_primary in entries)
    ]
    model._default_manager.filter(pk__any=firsts).update(is_primary=True)


def _take_off_tags(brought: Sequence[Brought]) -> None:
    added: defaultdict[str, set[int]] = defaultdict(set)
    for one in brought:
        for before in one.befores:
            for name in before.get("tags", ()):
                added[name.casefold()].add(one.contact.pk)
                one.restored.add("tags")
    if not added:
        return
    through = Contact.tags.through._default_manager
    for tag in Tag.objects.all().only("pk", "name"):
        people = added.get(tag.name.casefold())
        if people:
            through.filter(tag_id=tag.pk, contact_id__any=list(people)).delete()
