"""What colleagues do about people who may be one: have all searched, merge, switch on rules."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.matching.safe import SAFE_RULES
from contacts.models import (
    Contact,
    DuplicateProposal,
    DuplicateRule,
    DuplicateSearch,
    MergeRecord,
)
from contacts.selectors.duplicates import in_order
from contacts.services.merging import MergeRefused, merge_contacts
from contacts.services.proposals import ProposalGone
from core import audit
from core.errors import DomainError
from core.models import User

logger = logging.getLogger(__name__)

MERGES_PER_ROUND = 200


class AlreadySearching(DomainError):
    code = "already_searching"


@dataclass(frozen=True)
class Merged:
    """What became of several: the merges, and how many pairs would not be merged."""

    records: list[MergeRecord]
    refused: int


def start_search(*, actor: User | None) -> DuplicateSearch:
    """Have everybody searched for duplicates, in the background; one search at a time."""
    try:
        with transaction.atomic():
            search = DuplicateSearch.objects.create(due_at=timezone.now(), started_by=actor)
            audit.record(actor=actor, action="contacts.duplicates_sought", target=search)
    except IntegrityError as error:
        raise AlreadySearching(_("Everybody is being searched already.")) from error
    return search


@transaction.atomic
def merge_proposal(
    *, proposal: DuplicateProposal, actor: User | None, rule: str = ""
) -> MergeRecord:
    """Make the two one, with what would be chosen without choosing."""
    rows = DuplicateProposal.objects.select_for_update(of=("self",)).filter(pk=proposal.pk)
    row = rows.select_related("first", "second").filter(decision="").first()
    if row is None:
        raise ProposalGone(_("This pair was decided before."))
    survivor, duplicate = in_order(row.first, row.second)
    return merge_contacts(survivor=survivor, duplicate=duplicate, actor=actor, rule=rule)


def merge_proposals(*, proposals: Iterable[DuplicateProposal], actor: User) -> Merged:
    """Each in a transaction of its own: of three records of one person, the second pair is gone
    once the first was merged, and is looked for anew.
    """
    records, refused = [], 0
    for proposal in proposals:
        try:
            records.append(merge_proposal(proposal=proposal, actor=actor))
        except (MergeRefused, ProposalGone):
            refused += 1
    return Merged(records, refused)


@transaction.atomic
def switch_rule(*, key: str, is_active: bool, actor: User) -> DuplicateRule:
    """From now on the pairs that the rule fits are merged without asking, or no longer."""
    if key not in {rule.key for rule in SAFE_RULES}:
        raise TypeError(f"there is no rule {key}")
    rule, _is_new = DuplicateRule.objects.select_for_update().get_or_create(key=key)
    if rule.is_active != is_active:
        rule.is_active, rule.changed_by = is_active, actor
        rule.save(update_fields=["is_active", "changed_by", "updated_at"])
        action = "contacts.rule_switched_on" if is_active else "contacts.rule_switched_off"
        audit.record(actor=actor, action=action, target=rule, rule=f"rule:{key}")
    return rule


def merge_by_rules() -> int:
    """Merge the pairs that wait and that a rule in force fits. Return how many.

    Not those of which somebody once undid a merge: a rule does not know better than a colleague.
    """
    keys = DuplicateRule.objects.filter(is_active=True).values_list("key", flat=True)
    waiting = (
        DuplicateProposal.objects.open(timezone.now())
        .filter(rule__in=list(keys), first__merged_into=None, second__merged_into=None)
        .most_certain_first()
    )
    merged = 0
    for proposal in waiting.select_related("first", "second")[:MERGES_PER_ROUND]:
        if _was_undone(proposal.first, proposal.second):
            continue
        try:
            merge_proposal(proposal=proposal, actor=None, rule=proposal.rule)
        except (MergeRefused, ProposalGone):
            logger.info("Proposal %s was gone before its rule came to it", proposal.pk)
        else:
            merged += 1
    return merged


def _was_undone(one: Contact, other: Contact) -> bool:
    pair = [one.pk, other.pk]
    undone = MergeRecord.objects.filter(survivor__in=pair, duplicate__in=pair)
    return undone.filter(undone_at__isnull=False).exists()


def forget_old_journals() -> int:
    """What no merge can be undone with any more is personal data without a purpose."""
    old = MergeRecord.objects.filter(created_at__lt=timezone.now() - MergeRecord.UNDONE_FOR)
    return old.exclude(before=[], moved=[]).update(before=[], moved=[])
