"""Pairs of people who may be one: writing them down, and what is decided of them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.extras import execute_values

from contacts.matching.safe import rule_for
from contacts.matching.scoring import Comparison
from contacts.models import DuplicateProposal, MatchProfile
from core import audit, merging
from core.errors import DomainError
from core.merging import Clash
from core.models import User, uuid7

PUT_OFF_FOR = timedelta(days=14)
Decision = DuplicateProposal.Decision


class ProposalGone(DomainError):
    """Somebody else decided first, or the people changed and are no longer alike."""

    code = "proposal_gone"


@dataclass(frozen=True)
class Found:
    """Two contacts, by id, and how they compare."""

    one: int
    other: int
    comparison: Comparison


_WRITE = """
INSERT INTO contacts_duplicateproposal AS held (
    uid, created_at, updated_at, first_id, second_id, points, parts, rule, decision
)
SELECT found.uid::uuid, now(), now(), found.one, found.other, found.points, found.parts::jsonb,
    found.rule, ''
FROM (VALUES %s) AS found(uid, one, other, points, parts, rule)
JOIN contacts_contact AS first ON first.id = found.one
JOIN contacts_contact AS second ON second.id = found.other
WHERE first.merged_into_id IS NULL AND second.merged_into_id IS NULL
    AND first.erased_at IS NULL AND second.erased_at IS NULL
ON CONFLICT (LEAST(first_id, second_id), GREATEST(first_id, second_id)) DO UPDATE SET
    points = excluded.points, parts = excluded.parts, rule = excluded.rule, decision = '',
    later_until = CASE WHEN excluded.points > held.points THEN NULL ELSE held.later_until END,
    updated_at = now()
WHERE (held.decision = '' AND (held.points, held.parts) <> (excluded.points, excluded.parts))
    OR (
        held.decision <> '' AND excluded.points > held.points
        AND jsonb_path_query_array(held.parts, '$[*][0 to 1]')
            <> jsonb_path_query_array(excluded.parts, '$[*][0 to 1]')
    )
RETURNING held.id
"""


def write_proposals(found: Sequence[Found]) -> int:
    """Propose these pairs. Return how many are new or changed.

    A pair that was found to be two people comes back only when more speaks for it than did then,
    and for another reason than that names became rarer.
    """
    rows = [
        (
            str(uuid7()),
            min(pair.one, pair.other),
            max(pair.one, pair.other),
            pair.comparison.points,
            json.dumps([astuple(part) for part in pair.comparison.parts]),
            rule_for(pair.comparison),
        )
        for pair in found
    ]
    if not rows:
        return 0
    # In one order, so that two workers that find the same pairs never wait for each other.
    rows.sort(key=lambda row: row[1:3])
    with connection.cursor() as cursor, connection.wrap_database_errors:
        written = execute_values(cursor.cursor, _WRITE, rows, page_size=500, fetch=True)
    return len(written)


def withdraw_others(contact_ids: Sequence[int], found: Iterable[Found]) -> int:
    """Take back open proposals about these people that were not found again, unless a colleague
    stands behind them.
    """
    pairs = {frozenset((pair.one, pair.other)) for pair in found}
    held = DuplicateProposal.objects.of(*contact_ids).not_flagged().filter(decision="")
    gone = [
        pk
        for pk, first, second in held.values_list("pk", "first_id", "second_id")
        if frozenset((first, second)) not in pairs
    ]
    DuplicateProposal.objects.filter(pk__in=gone).delete()
    return len(gone)


@transaction.atomic
def decide_different(*, proposal: DuplicateProposal, actor: User) -> DuplicateProposal:
    """They are two people, and this stays known."""
    row = _open(proposal)
    row.decision, row.decided_at, row.decided_by = Decision.DIFFERENT, timezone.now(), actor
    row.later_until = None
    row.save(update_fields=["decision", "decided_at", "decided_by", "later_until", "updated_at"])
    audit.record(
        actor=actor, action="contacts.kept_apart", target=row.first, other=row.second.full_name
    )
    return row


@transaction.atomic
def put_off(*, proposal: DuplicateProposal, actor: User) -> DuplicateProposal:
    """Not now: it comes back in two weeks, and is found under "Later" until then."""
    row = _open(proposal)
    row.later_until = timezone.now() + PUT_OFF_FOR
    row.save(update_fields=["later_until", "updated_at"])
    return row


@transaction.atomic
def reopen(*, proposal: DuplicateProposal, actor: User) -> DuplicateProposal:
    """Undo what was decided: the pair waits for a decision again."""
    row = DuplicateProposal.objects.select_for_update().get(pk=proposal.pk)
    was_decided = bool(row.decision)
    row.decision, row.decided_at, row.decided_by, row.later_until = "", None, None, None
    row.save(update_fields=["decision", "decided_at", "decided_by", "later_until", "updated_at"])
    if was_decided:
        audit.record(
            actor=actor, action="contacts.doubted", target=row.first, other=row.second.full_name
        )
    return row


def _open(proposal: DuplicateProposal) -> DuplicateProposal:
    row = DuplicateProposal.objects.select_for_update().filter(pk=proposal.pk, decision="").first()
    if row is None:
        raise ProposalGone(_("This pair was decided before."))
    return row


# When two people become one -----------------------------------------------------------------------


def _hand_over_proposals(clash: Clash) -> None:
    """What was proposed of the duplicate is proposed of the survivor: once per pair, never of one
    person and themself; and who was found to be somebody else than the one is so than the other.
    """
    rows = DuplicateProposal.objects.all()
    for row in clash.duplicates:
        others = {row.first_id, row.second_id} - {clash.duplicate_id}
        held = rows.of(clash.survivor_id).of(*others).first()
        if others == {clash.survivor_id}:
            clash.journal.take_out(rows.filter(pk=row.pk))
        elif held is not None:
            if row.decision and not held.decision:
                clash.journal.change(
                    rows.filter(pk=held.pk),
                    decision=row.decision,
                    decided_at=row.decided_at,
                    decided_by=row.decided_by_id,
                    later_until=None,
                )
            _hand_over_flags(clash, row, held)
            clash.journal.take_out(rows.filter(pk=row.pk))


def _hand_over_flags(clash: Clash, row: DuplicateProposal, held: DuplicateProposal) -> None:
    """What colleagues said of the one pair they said of the other, each once."""
    known = held.flags.values("flagged_by")
    theirs = row.flags.exclude(flagged_by__in=known)
    clash.journal.change(theirs, proposal=held)


def _forget_profile(clash: Clash) -> None:
    """It is derived; the survivor's is made anew."""
    clash.journal.take_out(clash.duplicates)


merging.register_resolver(DuplicateProposal, _hand_over_proposals, field_name="first")
merging.register_resolver(DuplicateProposal, _hand_over_proposals, field_name="second")
merging.register_resolver(MatchProfile, _forget_profile)
merging.register_derived(DuplicateProposal)
merging.register_derived(MatchProfile)
