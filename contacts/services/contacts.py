"""Adding and changing people."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts import custom_fields
from contacts.choices import Source
from contacts.events import ContactCreated, ContactUpdated
from contacts.freshness import said
from contacts.models import Contact, EmailAddress
from contacts.services import addresses
from contacts.services.addresses import (
    EmailEntry,
    ExternalIdEntry,
    PhoneEntry,
    PostalEntry,
    ProfileEntry,
    Teller,
)
from contacts.services.facts import custom_by_name, fact, kept_from, set_fact
from contacts.services.tags import named_tags
from core import audit, events
from core.errors import DomainError
from core.models import User

NAME_FIELDS = (
    "given_name",
    "infix",
    "family_name",
    "preferred_name",
    "native_name",
    "given_initials",
    "birth_name",
)
EDITABLE_FIELDS = (
    *NAME_FIELDS,
    "birthday",
    "headline",
    "organisation_name",
    "city",
    "country",
    "language",
    "form_of_address",
    "time_zone",
    "unit",
    "note",
    "do_not_contact",
)


class NameMissing(DomainError):
    code = "name_missing"


class ContactClosed(DomainError):
    """The contact was erased, or merged into another: nothing is written to it any more."""

    code = "contact_closed"


class EditConflict(DomainError):
    """Somebody else saved first.

    ``differences`` holds, per field that now differs, ``(theirs, mine)``; lists of addresses
    come as lists of entries. ``updated_at`` is what to expect on the next try.
    """

    code = "edit_conflict"

    def __init__(self, differences: dict[str, tuple[Any, Any]], updated_at: datetime) -> None:
        super().__init__(_("Somebody else changed this person while you were writing."))
        self.differences = differences
        self.updated_at = updated_at


@transaction.atomic
def create_contact(
    *,
    actor: User | None,
    source: str = Source.MANUAL,
    emails: Iterable[EmailEntry | str] = (),
    phones: Iterable[PhoneEntry | str] = (),
    postal_addresses: Iterable[PostalEntry] = (),
    profiles: Iterable[ProfileEntry] = (),
    external_ids: Iterable[ExternalIdEntry] = (),
    tags: Iterable[str] = (),
    custom_values: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Contact:
    """Add a person. ``fields`` are those of ``EDITABLE_FIELDS``; of each kind of address one is
    made the first. ``actor`` is None when no colleague did it. Raises ``ValuesRefused`` for custom
    values that do not fit.
    """
    _check_names(fields)
    values = _cleaned(fields)
    if not any(values.get(name) for name in ("given_name", "family_name", "native_name")):
        raise NameMissing(_("A person needs a name."))
    mails, numbers = addresses.clean_emails(emails), addresses.clean_phones(phones)
    places = addresses.clean_postal(postal_addresses)
    values |= addresses.place_of(places)
    custom = custom_fields.laid_over({}, custom_fields.cleaned(custom_values or {}))
    teller = Teller(source=source)
    contact = Contact(source=source, custom_values=custom, **values)
    contact.refresh_derived(addresses=" ".join(entry.address for entry in mails))
    contact.save()
    addresses.replace_emails(contact, mails, teller)
    addresses.replace_phones(contact, numbers, teller)
    addresses.replace_postal(contact, places, teller)
    addresses.replace_profiles(contact, profiles, teller)
    addresses.replace_external_ids(contact, external_ids)
    contact.tags.set(named_tags(tags))
    audit.record(actor=actor, action="contacts.created", target=contact, source=source)
    events.publish(
        ContactCreated(contact_id=contact.pk, actor_id=actor.pk if actor else None, source=source)
    )
    return contact


@transaction.atomic
def update_contact(
    *,
    contact: Contact,
    actor: User | None,
    expected_updated_at: datetime | None = None,
    emails: Iterable[EmailEntry | str] | None = None,
    phones: Iterable[PhoneEntry | str] | None = None,
    postal_addresses: Iterable[PostalEntry] | None = None,
    profiles: Iterable[ProfileEntry] | None = None,
    external_ids: Iterable[ExternalIdEntry] | None = None,
    tags: Iterable[str] | None = None,
    custom_values: Mapping[str, Any] | None = None,
    source: str = Source.MANUAL,
    source_detail: str = "",
    yields: bool = False,
    **fields: Any,
) -> Contact:
    """Change what is named; a list that is given takes the place of the whole list, and of
    ``custom_values`` what is named is changed (None empties it).

    With ``expected_updated_at`` (what the writer was shown) a change that somebody else saved
    in the meantime refuses this one, unless both wrote the same. Nothing is written, recorded
    or told when nothing differs. Returns the row as it now is.

    ``source`` is whose word this is, ``source_detail`` the system or file. With ``yields``, what
    somebody said whose word weighs more (``contacts.freshness``) stays; ``kept_fields`` of the
    answer names it.
    """
    _check_names(fields)
    current = locked_contact(contact)
    values = _cleaned(fields) | custom_by_name(custom_values)
    lists: dict[str, list[Any] | None] = {
        "emails": None if emails is None else addresses.clean_emails(emails),
        "phones": None if phones is None else addresses.clean_phones(phones),
        "postal_addresses": (
            None if postal_addresses is None else addresses.clean_postal(postal_addresses)
        ),
        "profiles": None if profiles is None else list(profiles),
        "external_ids": None if external_ids is None else list(external_ids),
        "tags": None if tags is None else sorted(tag.name for tag in named_tags(tags)),
    }
    given = {name: entries for name, entries in lists.items() if entries is not None}
    if not (yields and addresses.first_place_stands(current, source)):
        values |= _new_place(current, given)
    if expected_updated_at is not None and current.updated_at != expected_updated_at:
        differences = _differences(current, values, given)
        if differences:
            raise EditConflict(differences, current.updated_at)
    kept = kept_from(current, values, given, source) if yields else []
    values = {name: value for name, value in values.items() if name not in kept}
    current.kept_fields = tuple(kept)
    teller = Teller(source=source, yields=yields)
    changed = _write(current, values, given, teller)
    if not changed:
        return current
    if "postal_addresses" not in changed and {"city", "country"} & {*changed}:
        addresses.follow_place(current, teller)
    facts = [name for name in changed if name in values]
    current.field_sources = said(
        current.field_sources,
        facts,
        source=source,
        detail=source_detail,
        author_id=writer(actor, source),
    )
    merged_names = [getattr(current, name) for name in ("given_name", "family_name", "native_name")]
    if not any(merged_names):
        raise NameMissing(_("A person needs a name."))
    _refresh(current)
    current.save()
    audit.record(actor=actor, action="contacts.updated", target=current, fields=changed)
    events.publish(
        ContactUpdated(
            contact_id=current.pk,
            actor_id=actor.pk if actor else None,
            fields=changed,
            source=str(source),
        )
    )
    return current


def writer(actor: User | None, source: str) -> int | None:
    """The colleague whose word it is: who lets a system write by their account said nothing."""
    return actor.pk if actor is not None and source == Source.MANUAL else None


@transaction.atomic
def archive_contact(*, contact: Contact, actor: User | None) -> Contact:
    """Put a person aside: in no list, written to no more, and back at any time."""
    return _set_archived(contact, actor, at=timezone.now(), action="contacts.archived")


@transaction.atomic
def restore_contact(*, contact: Contact, actor: User | None) -> Contact:
    return _set_archived(contact, actor, at=None, action="contacts.restored")


def refresh_derived_columns(*, contact_ids: Sequence[int]) -> None:
    """Work out ``sort_key`` and ``search_text`` of many in three statements.

    For whoever wrote names or addresses in bulk, such as the import; ``updated_at`` stays.
    """
    people = list(Contact.objects.filter(pk__in=contact_ids))
    mails = _by_contact(EmailAddress.objects.filter(contact__in=contact_ids), "address")
    for person in people:
        person.refresh_derived(addresses=" ".join(mails.get(person.pk, ())))
    Contact.objects.bulk_update(people, ["sort_key", "search_text"], batch_size=1000)


def _set_archived(
    contact: Contact, actor: User | None, *, at: datetime | None, action: str
) -> Contact:
    current = locked_contact(contact)
    if (current.archived_at is None) == (at is None):
        return current
    current.archived_at = at
    current.save(update_fields=["archived_at", "updated_at"])
    audit.record(actor=actor, action=action, target=current)
    events.publish(
        ContactUpdated(
            contact_id=current.pk, actor_id=actor.pk if actor else None, fields=["archived_at"]
        )
    )
    return current


def locked_contact(contact: Contact) -> Contact:
    """The row as it is now, nobody else's to change until the transaction ends."""
    current = Contact.objects.select_for_update().get(pk=contact.pk)
    if current.erased_at is not None:
        raise ContactClosed(_("This person was erased."))
    if current.merged_into_id is not None:
        raise ContactClosed(_("This person was merged into another."))
    return current


def _check_names(fields: dict[str, Any]) -> None:
    unknown = fields.keys() - set(EDITABLE_FIELDS)
    if unknown:
        raise TypeError(f"contacts have no field {', '.join(sorted(unknown))} to write")


def _cleaned(fields: dict[str, Any]) -> dict[str, Any]:
    """Text without NUL (PostgreSQL refuses it) and without blanks round it."""
    return {
        name: value.replace("\x00", "").strip() if isinstance(value, str) else value
        for name, value in fields.items()
    }


def _write(
    current: Contact, values: dict[str, Any], lists: dict[str, list[Any]], teller: Teller
) -> list[str]:
    changed = [name for name, value in values.items() if fact(current, name) != value]
    for name in changed:
        set_fact(current, name, values[name])
    changed += [name for name, entries in lists.items() if _REPLACE[name](current, entries, teller)]
    return sorted(changed)


def _new_place(current: Contact, lists: dict[str, list[Any]]) -> dict[str, str]:
    """City and country follow the primary postal address, where that is another than it was."""
    places = lists.get("postal_addresses")
    if not places or _comparable(places) == _comparable(_postal_entries(current)):
        return {}
    return addresses.place_of(places)


def _postal_entries(contact: Contact) -> list[Any]:
    rows = contact.postal_addresses.order_by("-is_primary", "pk")
    return addresses.entries_of(list(rows), PostalEntry)


def _replace_tags(contact: Contact, tag_names: list[str], teller: Teller) -> bool:
    if tag_names == _tag_names(contact):
        return False
    contact.tags.set(named_tags(tag_names))
    return True


_REPLACE: dict[str, Callable[[Contact, list[Any], Teller], bool]] = {
    "emails": addresses.replace_emails,
    "phones": addresses.replace_phones,
    "postal_addresses": addresses.replace_postal,
    "profiles": addresses.replace_profiles,
    "external_ids": addresses.replace_external_ids,
    "tags": _replace_tags,
}


def _tag_names(contact: Contact) -> list[str]:
    return sorted(contact.tags.values_list("name", flat=True))


def _differences(
    current: Contact, values: dict[str, Any], lists: dict[str, list[Any]]
) -> dict[str, tuple[Any, Any]]:
    theirs: dict[str, Any] = {name: fact(current, name) for name in values}
    mine = {**values, **lists}
    for name in lists:
        theirs[name] = lists_of(current)[name]
    return {
        name: (theirs[name], mine[name])
        for name in mine
        if _comparable(theirs[name]) != _comparable(mine[name])
    }


def _comparable(value: Any) -> Any:
    return sorted(value, key=str) if isinstance(value, list) else value


def lists_of(contact: Contact) -> dict[str, list[Any]]:
    """Everything that a contact may have several of, as entries, the first of each kind ahead."""
    mails = contact.email_addresses.order_by("-is_primary", "pk")
    numbers = contact.phone_numbers.order_by("-is_primary", "pk")
    profiles = contact.social_profiles.order_by("pk")
    external_ids = contact.external_ids.order_by("system", "value")
    return {
        "emails": addresses.entries_of(list(mails), EmailEntry),
        "phones": addresses.entries_of(list(numbers), PhoneEntry),
        "postal_addresses": _postal_entries(contact),
        "profiles": addresses.entries_of(list(profiles), ProfileEntry),
        "external_ids": addresses.entries_of(list(external_ids), ExternalIdEntry),
        "tags": _tag_names(contact),
    }


def _refresh(contact: Contact) -> None:
    mails = contact.email_addresses.order_by("pk").values_list("address", flat=True)
    contact.refresh_derived(addresses=" ".join(mails))


def _by_contact(rows: Any, column: str) -> dict[int, list[str]]:
    grouped: dict[int, list[str]] = {}
    for contact_id, value in rows.order_by("pk").values_list("contact_id", column):
        grouped.setdefault(contact_id, []).append(value)
    return grouped
