"""How two people who are one go on in the segments and talent pools that both are in."""

from django.db.models import QuerySet

from contacts.models import PoolMember, SegmentMember, SegmentProposal
from core.merging import Clash, register_resolver


def _keep_one_place(clash: Clash) -> None:
    """In a segment both are in, the survivor's place stays: the duplicate's ends as a memory."""
    held = clash.survivors.filter(until=None).values_list("segment", flat=True)
    clash.journal.take_out(clash.duplicates.filter(until=None, segment__in=list(held)))


def _keep_one_proposal(clash: Clash) -> None:
    """What was decided counts for more than what waits, and a no for more than a yes."""
    held = {row.segment_id: row for row in clash.survivors}
    for double in clash.duplicates.filter(segment__in=list(held)):
        kept = held[double.segment_id]
        lesser = double if _weight(kept) >= _weight(double) else kept
        clash.journal.take_out(_only(lesser))


def _weight(row: SegmentProposal) -> int:
    return [*SegmentProposal.State].index(SegmentProposal.State(row.state))


def _only(row: SegmentProposal) -> "QuerySet[SegmentProposal]":
    return SegmentProposal.objects.filter(pk=row.pk)


def _keep_one_pool_place(clash: Clash) -> None:
    held = clash.survivors.filter(until=None).values_list("pool", flat=True)
    clash.journal.take_out(clash.duplicates.filter(until=None, pool__in=list(held)))


register_resolver(SegmentMember, _keep_one_place)
register_resolver(SegmentProposal, _keep_one_proposal)
register_resolver(PoolMember, _keep_one_pool_place)
