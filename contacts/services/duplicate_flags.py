"""Saying that two people may be one, for those who may decide about it."""

from datetime import datetime

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from contacts.events import DuplicateFlagged
from contacts.matching.scoring import compare
from contacts.models import Contact, DuplicateFlag, DuplicateProposal
from contacts.selectors.duplicates import proposal_of
from contacts.services import match_profiles, match_statistics
from contacts.services.proposals import Found, write_proposals
from core import audit, events
from core.errors import DomainError
from core.models import User

LONGEST = 300


class FlagRefused(DomainError):
    code = "flag_refused"


class PairDecided(FlagRefused):
    """Somebody decided that they are two people: to be talked over with them."""

    code = "pair_decided"


@transaction.atomic
def flag_pair(*, one: Contact, other: Contact, actor: User, why: str = "") -> DuplicateFlag:
    """Have those who may merge look whether the two are one: at once, put off or not.

    A pair waits once, however many say so. Who says so again only puts it in other words.
    """
    _locked(one, other)
    proposal = _proposal(one, other)
    words = " ".join(why.replace("\x00", " ").split())[:LONGEST]
    flag, is_new = DuplicateFlag.objects.get_or_create(
        proposal=proposal, flagged_by=actor, defaults={"why": words}
    )
    is_changed = not is_new and words not in ("", flag.why)
    if is_changed:
        flag.why = words
        flag.save(update_fields=["why", "updated_at"])
    if is_new or is_changed:
        _look_now(proposal)
        audit.record(
            actor=actor, action="contacts.flagged_double", target=one, other=other.full_name
        )
        event = DuplicateFlagged(contact_id=one.pk, other_id=other.pk, actor_id=actor.pk)
        events.publish(event)
    return flag


@transaction.atomic
def withdraw_flag(*, flag: DuplicateFlag, actor: User) -> None:
    """The colleague takes their word back. What nothing else speaks for waits no longer."""
    held = DuplicateProposal.objects.select_for_update().filter(pk=flag.proposal_id)
    proposal = held.select_related(None).first()
    gone, _tables = DuplicateFlag.objects.filter(pk=flag.pk, flagged_by=actor).delete()
    if not gone or proposal is None:
        return
    audit.record(
        actor=actor,
        action="contacts.unflagged_double",
        target=proposal.first,
        other=proposal.second.full_name,
    )
    is_found = proposal.points >= match_statistics.current().needed
    if not (is_found or proposal.decision or proposal.flags.exists()):
        proposal.delete()


def _locked(one: Contact, other: Contact) -> None:
    """In the order of their ids: two who flag, or who merge, never wait for each other."""
    if one.pk == other.pk:
        raise FlagRefused(_("These are one already."))
    rows = Contact.objects.select_for_update().filter(pk__in=[one.pk, other.pk]).order_by("pk")
    for row in rows:
        if row.erased_at is not None:
            raise FlagRefused(_("One of them was erased."))
        if row.merged_into_id is not None:
            raise FlagRefused(_("One of them was merged before."))


def _proposal(one: Contact, other: Contact) -> DuplicateProposal:
    held = proposal_of(one, other)
    if held is None:
        facts = match_profiles.facts_by_contact([one.pk, other.pk])
        comparison = compare(facts[one.pk], facts[other.pk], match_statistics.current())
        write_proposals([Found(one.pk, other.pk, comparison)])
        held = proposal_of(one, other)
    if held is None:
        raise FlagRefused(_("One of them was merged before."))
    if held.decision:
        raise PairDecided(_decided_words(held, held.decided_at))
    return held


def _decided_words(held: DuplicateProposal, at: datetime | None) -> str:
    if held.decided_by is None or at is None:
        return _("They were found to be two people.")
    return _("%(name)s found on %(day)s that they are two people.") % {
        "name": held.decided_by.name,
        "day": formats.date_format(timezone.localtime(at), "DATE_FORMAT"),
    }


def _look_now(proposal: DuplicateProposal) -> None:
    DuplicateProposal.objects.filter(pk=proposal.pk).exclude(later_until=None).update(
        later_until=None, updated_at=timezone.now()
    )
