"""Making two contacts one person, and two again."""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.events import ContactsMerged, ContactsParted
from contacts.models import (
    Consent,
    Contact,
    EmailAddress,
    MergeRecord,
    PhoneNumber,
    PostalAddress,
)
from contacts.services.contacts import refresh_derived_columns
from contacts.services.merged_values import merged_values, part_values
from core import audit, events, merging
from core.errors import DomainError
from core.merging import Journal
from core.models import User


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
    rule: str = "",
) -> MergeRecord:
    """Make ``duplicate`` part of ``survivor``: everything that hangs on it changes hands.

    ``choices`` names, per field of the contact, whose value stays ("survivor" or "duplicate");
    ``"name"`` stands for all parts of the name, ``custom_`` and its key for a field of one's own.
    What is not chosen: the survivor's, or the duplicate's where the survivor has none. Notes are
    joined. Whoever is not to be contacted stays so, and of two last words on a purpose the more
    restrictive one counts. ``rule`` names the rule that found it safe, when no person decided.
    """
    kept, gone = _locked_pair(survivor, duplicate)
    words = _restrictive_words(kept, gone)
    before = Journal()
    before.change(Contact.objects.filter(pk=kept.pk), **merged_values(kept, gone, choices or {}))
    moved = merging.merge_references(kept, gone)
    _give_firsts(kept, moved)
    _append_words(words, kept, actor, moved)
    _refresh(kept, before)
    before.change(Contact.objects.filter(pk=gone.pk), merged_into=kept, updated_at=timezone.now())
    record = MergeRecord.objects.create(
        survivor=kept,
        duplicate=gone,
        merged_by=actor,
        rule=rule,
        before=before.steps,
        moved=moved.steps,
    )
    _record(record, actor)
    events.publish(
        ContactsMerged(
            survivor_id=kept.pk,
            duplicate_id=gone.pk,
            actor_id=actor.pk if actor else None,
        )
    )
    return record


def _record(record: MergeRecord, actor: User | None) -> None:
    details: dict[str, object] = {"duplicate": record.duplicate_id, "merge": str(record.uid)}
    action = "contacts.merged"
    if record.rule:
        action, details["rule"] = "contacts.merged_by_rule", f"rule:{record.rule}"
    audit.record(actor=actor, action=action, target=record.survivor, **details)


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
    part_values(current)
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


def _restrictive_words(kept: Contact, gone: Contact) -> list[Consent]:
    """Per purpose on which both spoke, the more restrictive of their last words."""
    said: dict[str, list[Consent]] = {}
    for consent in Consent.objects.last_words().filter(contact__in=[kept, gone]):
        said.setdefault(consent.purpose, []).append(consent)
    return [min(pair, key=lambda word: word.openness) for pair in said.values() if len(pair) == 2]


def _append_words(
    words: list[Consent], kept: Contact, actor: User | None, journal: Journal
) -> None:
    """Where the ledger, joined, would end on the more open word, say the restrictive one again."""
    for word in words:
        last = kept.consents.filter(purpose=word.purpose).order_by("-pk")[0]
        if last.openness > word.openness:
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
    if not record.may_be_undone(timezone.now()):
        raise UndoRefused(
            _("A merge can be undone for %(days)s days. This one is older.")
            % {"days": MergeRecord.UNDONE_FOR.days}
        )
    survivor = Contact.objects.select_for_update().get(pk=record.survivor_id)
    if survivor.erased_at is not None:
        raise UndoRefused(_("This person was erased since."))
    stands_in_the_way = merge_to_undo_first(record)
    if stands_in_the_way is not None:
        raise UndoRefused(
            _("First undo the merge of %(duplicate)s into %(survivor)s, which came later.")
            % {
                "duplicate": stands_in_the_way.duplicate.full_name,
                "survivor": stands_in_the_way.survivor.full_name,
            }
        )


def merge_to_undo_first(record: MergeRecord) -> MergeRecord | None:
    """The last merge that came after ``record`` and had to do with either of its two, if any:
    merges are undone in the opposite order.
    """
    people = [record.survivor_id, record.duplicate_id]
    later = MergeRecord.objects.filter(undone_at=None, pk__gt=record.pk)
    touching = later.filter(Q(survivor__in=people) | Q(duplicate__in=people))
    return touching.select_related("survivor", "duplicate").order_by("-pk").first()


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
