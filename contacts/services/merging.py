"""Making two contacts one person, and two again."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.events import ContactsMerged, ContactsParted
from contacts.models import (
    Consent,
    Contact,
    ContactSkill,
    EmailAddress,
    MergeRecord,
    PhoneNumber,
    PostalAddress,
    SocialProfile,
)
from contacts.names import fold
from contacts.services.contacts import EDITABLE_FIELDS, NAME_FIELDS, refresh_derived_columns
from core import audit, events, merging
from core.errors import DomainError
from core.merging import Clash, Journal
from core.models import User

# A name is taken whole or not at all: half of each would be nobody's.
_ALONE = tuple(
    name for name in EDITABLE_FIELDS if name not in (*NAME_FIELDS, "do_not_contact", "note")
)


class MergeRefused(DomainError):
    code = "merge_refused"


class UndoRefused(DomainError):
    code = "merge_undo_refused"


@transaction.atomic
def merge_contacts(
    *,
    survivor: Contact,
    duplicate: Contact,
    actor: User | None,
    choices: dict[str, str] | None = None,
) -> MergeRecord:
    """Make ``duplicate`` part of ``survivor``: everything that hangs on it changes hands.

    ``choices`` names, per field of the contact, whose value stays ("survivor" or "duplicate");
    ``"name"`` stands for all parts of the name. What is not chosen: the survivor's, or the
    duplicate's where the survivor has none. Notes are joined. Whoever is not to be contacted
    stays so, and of two last words on a purpose the more restrictive one counts.
    """
    kept, gone = _locked_pair(survivor, duplicate)
    words = _restrictive_words(kept, gone)
    before = Journal()
    before.change(Contact.objects.filter(pk=kept.pk), **_values(kept, gone, choices or {}))
    moved = merging.merge_references(kept, gone)
    _give_firsts(kept, moved)
    _append_words(words, kept, actor, moved)
    _refresh(kept, before)
    before.change(Contact.objects.filter(pk=gone.pk), merged_into=kept, updated_at=timezone.now())
    record = MergeRecord.objects.create(
        survivor=kept,
        duplicate=gone,
        merged_by=actor,
        before=before.steps,
        moved=moved.steps,
    )
    audit.record(actor=actor, action="contacts.merged", target=kept, duplicate=gone.pk)
    events.publish(
        ContactsMerged(
            survivor_id=kept.pk,
            duplicate_id=gone.pk,
            actor_id=actor.pk if actor else None,
        )
    )
    return record


@transaction.atomic
def undo_merge(*, record: MergeRecord, actor: User | None) -> MergeRecord:
    """Part two contacts again, every row as it was.

    What was changed on the survivor since stays as it is now, and so does what was added.
    Merges are undone in the opposite order: not while the survivor itself is merged away, and
    not while a later merge into it stands.
    """
    current = MergeRecord.objects.select_for_update().get(pk=record.pk)
    _check_undoable(current)
    _make_room(current)
    try:
        with transaction.atomic():
            Journal(current.moved).undo()
            Journal(current.before).undo()
    except IntegrityError as error:
        message = _("This merge cannot be undone any more: what was added since stands in its way.")
        raise UndoRefused(message) from error
    _settle(current)
    current.undone_at, current.undone_by = timezone.now(), actor
    current.save(update_fields=["undone_at", "undone_by", "updated_at"])
    audit.record(
        actor=actor,
        action="contacts.parted",
        target=current.survivor,
        duplicate=current.duplicate_id,
    )
    events.publish(
        ContactsParted(
            survivor_id=current.survivor_id,
            duplicate_id=current.duplicate_id,
            actor_id=actor.pk if actor else None,
        )
    )
    return current


def _locked_pair(survivor: Contact, duplicate: Contact) -> tuple[Contact, Contact]:
    """Both rows, locked in the order of their ids: two merges cannot wait for each other."""
    if survivor.pk == duplicate.pk:
        raise MergeRefused(_("A person cannot be merged with themself."))
    rows = Contact.objects.select_for_update().filter(pk__in=[survivor.pk, duplicate.pk])
    pair = {row.pk: row for row in rows.order_by("pk")}
    for row in pair.values():
        if row.erased_at is not None:
            raise MergeRefused(_("One of them was erased."))
        if row.merged_into_id is not None:
            raise MergeRefused(_("One of them was merged before."))
    return pair[survivor.pk], pair[duplicate.pk]


def _values(kept: Contact, gone: Contact, choices: dict[str, str]) -> dict[str, Any]:
    unknown = choices.keys() - {"name", *_ALONE, "note"}
    if unknown or set(choices.values()) - {"survivor", "duplicate"}:
        raise TypeError(f"no such choice: {choices}")
    values: dict[str, Any] = {}
    if choices.get("name") == "duplicate":
        values |= {name: getattr(gone, name) for name in NAME_FIELDS}
    for name in _ALONE:
        mine, theirs = getattr(kept, name), getattr(gone, name)
        is_chosen = choices.get(name) == "duplicate"
        if theirs != mine and (is_chosen or (name not in choices and mine in ("", None))):
            values[name] = theirs
    values["note"] = _note(kept.note, gone.note, choices.get("note", ""))
    values["do_not_contact"] = kept.do_not_contact or gone.do_not_contact
    values["archived_at"] = kept.archived_at if gone.archived_at else None
    return values


def _note(mine: str, theirs: str, choice: str) -> str:
    if choice:
        return mine if choice == "survivor" else theirs
    return "\n\n".join(dict.fromkeys(note for note in (mine, theirs) if note))


def _restrictive_words(kept: Contact, gone: Contact) -> list[Consent]:
    """Per purpose on which both spoke, the more restrictive of their last words."""
    said: dict[str, list[Consent]] = {}
    for consent in Consent.objects.last_words().filter(contact__in=[kept, gone]):
        said.setdefault(consent.purpose, []).append(consent)
    return [min(pair, key=_openness) for pair in said.values() if len(pair) == 2]


def _openness(consent: Consent) -> tuple[bool, bool, float]:
    """Withdrawn before given, what ends sooner before what ends later or never."""
    is_given = consent.decision == Consent.Decision.GIVEN
    ends = consent.expires_at.timestamp() if consent.expires_at else 0.0
    return is_given, consent.expires_at is None, ends


def _append_words(
    words: list[Consent], kept: Contact, actor: User | None, journal: Journal
) -> None:
    """Where the ledger, joined, would end on the more open word, say the restrictive one again."""
    for word in words:
        last = kept.consents.filter(purpose=word.purpose).order_by("-pk")[0]
        if _openness(last) > _openness(word):
            repeated = Consent.objects.create(
                contact=kept,
                purpose=word.purpose,
                decision=word.decision,
                basis=word.basis,
                wording=word.wording,
                language=word.language,
                source=word.source,
                decided_at=word.decided_at,
                expires_at=word.expires_at,
                recorded_by=actor,
            )
            journal.add(repeated)


def _refresh(kept: Contact, journal: Journal) -> None:
    """The derived columns anew, as a step that is undone with the rest."""
    row = Contact.objects.filter(pk=kept.pk)
    with journal.watching(row):
        refresh_derived_columns(contact_ids=[kept.pk])
        row.update(updated_at=timezone.now())


def _check_undoable(record: MergeRecord) -> None:
    if record.undone_at is not None:
        raise UndoRefused(_("This merge was undone before."))
    survivor = Contact.objects.select_for_update().get(pk=record.survivor_id)
    if survivor.merged_into_id is not None or survivor.erased_at is not None:
        raise UndoRefused(_("The person was merged or erased since. Undo that first."))
    later = MergeRecord.objects.filter(
        survivor=record.survivor_id, undone_at=None, pk__gt=record.pk
    )
    if later.exists():
        raise UndoRefused(_("Another merge came after this one. Undo that first."))


def _make_room(record: MergeRecord) -> None:
    """An address that goes back may have become the survivor's first since; the duplicate has a
    first of its own.
    """
    journal = Journal(record.moved)
    for model in (EmailAddress, PhoneNumber, PostalAddress):
        returning = journal.ids_changed(model, "contact_id", record.duplicate_id)
        firsts = journal.ids_changed(model, "is_primary", True)
        rows = model._default_manager.filter(pk__in=returning, contact=record.survivor_id)
        rows.exclude(pk__in=firsts).update(is_primary=False)


def _settle(record: MergeRecord) -> None:
    """Whoever is left with addresses but no first one gets one again, and is found by what they
    now have: only where something was changed since the merge.
    """
    journal = Journal()
    for contact in Contact.objects.filter(pk__in=[record.survivor_id, record.duplicate_id]):
        _give_firsts(contact, journal)
    if not Contact.objects.filter(pk=record.survivor_id, updated_at__lt=record.created_at).exists():
        refresh_derived_columns(contact_ids=[record.survivor_id])


def _give_firsts(contact: Contact, journal: Journal) -> None:
    for model in (EmailAddress, PhoneNumber, PostalAddress):
        rows = model._default_manager.filter(contact=contact)
        if not rows.filter(is_primary=True).exists():
            first = list(rows.order_by("pk").values_list("pk", flat=True)[:1])
            journal.change(model._default_manager.filter(pk__in=first), is_primary=True)
    _put_the_place_first(contact, journal)


def _put_the_place_first(contact: Contact, journal: Journal) -> None:
    """The primary postal address is in the city that was chosen for the contact, if any is."""
    city = Contact.objects.values_list("city", flat=True).get(pk=contact.pk)
    rows = contact.postal_addresses.order_by("-is_primary", "pk")
    fitting = [row for row in rows if row.city.casefold() == city.casefold()]
    if fitting and not fitting[0].is_primary:
        journal.change(contact.postal_addresses.filter(is_primary=True), is_primary=False)
        journal.change(PostalAddress.objects.filter(pk=fitting[0].pk), is_primary=True)


def _keep_one_address(clash: Clash) -> None:
    """Of an address that both have, the survivor's stays, and knows that it bounced."""
    for double in clash.duplicates.annotate(folded=Lower("address")):
        held = clash.survivors.annotate(folded=Lower("address")).filter(folded=double.folded)
        if double.bounced_at is not None and held.filter(bounced_at=None).exists():
            clash.journal.change(
                EmailAddress.objects.filter(pk__in=held.values("pk")), bounced_at=double.bounced_at
            )
        if held.exists():
            clash.journal.take_out(EmailAddress.objects.filter(pk=double.pk))
    _step_back(clash)


def _keep_one_number(clash: Clash) -> None:
    held = list(clash.survivors.values_list("number", flat=True))
    clash.journal.take_out(clash.duplicates.filter(number__in=held))
    _step_back(clash)


def _keep_one_profile(clash: Clash) -> None:
    held = list(clash.survivors.values_list("url", flat=True))
    clash.journal.take_out(clash.duplicates.filter(url__in=held))


def _keep_one_place(clash: Clash) -> None:
    held = {_place(row) for row in clash.survivors}
    doubles = [row.pk for row in clash.duplicates if _place(row) in held]
    clash.journal.take_out(clash.duplicates.filter(pk__in=doubles))
    _step_back(clash)


def _place(row: PostalAddress) -> tuple[str, ...]:
    return tuple(fold(text) for text in (row.lines, row.postcode, row.city, row.country))


def _keep_one_skill(clash: Clash) -> None:
    """Of a skill that both have, one row stays whole: one that was confirmed before one that was
    not, then the higher level, then what was confirmed last; the survivor's where all is equal.
    """
    held = {row.skill_id: row for row in clash.survivors}
    for double in clash.duplicates.filter(skill__in=held):
        own = held[double.skill_id]
        lesser = own if _worth(double) > _worth(own) else double
        clash.journal.take_out(ContactSkill.objects.filter(pk=lesser.pk))


def _worth(row: ContactSkill) -> tuple[bool, int, date]:
    return row.confirmed_on is not None, row.level or 0, row.confirmed_on or date.min


def _step_back(clash: Clash) -> None:
    """The duplicate's first is one among others from now on."""
    clash.journal.change(clash.duplicates.filter(is_primary=True), is_primary=False)


merging.register_resolver(EmailAddress, _keep_one_address)
merging.register_resolver(PhoneNumber, _keep_one_number)
merging.register_resolver(PostalAddress, _keep_one_place)
merging.register_resolver(ContactSkill, _keep_one_skill)
merging.register_resolver(SocialProfile, _keep_one_profile)
# Merges themselves go on naming whom they named: a chain of them leads to the last survivor.
merging.register_staying(Contact, "merged_into")
merging.register_staying(MergeRecord, "survivor")
merging.register_staying(MergeRecord, "duplicate")
