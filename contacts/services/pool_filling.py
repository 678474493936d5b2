"""Every night a talent pool takes in whoever came into the segment that it is filled from."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from contacts.conditions import sentences, shape
from contacts.models import Contact, PoolMember, Segment, SegmentMember, TalentPool
from contacts.services.pool_members import add_to_pool
from contacts.services.pools import locked


def fill_pools(*, now: datetime) -> int:
    """Every night: who is in the segment that a pool is filled from, and never was in the pool."""
    today = timezone.localdate(now)
    due = TalentPool.objects.live().filter(filled_from__archived_at=None).exclude(filled_on=today)
    added = 0
    for pool in due.exclude(filled_from=None).order_by("pk"):
        added += fill_pool(pool=pool, now=now)
    return added


@transaction.atomic
def fill_pool(*, pool: TalentPool, now: datetime) -> int:
    """As the pool's owner sees people: what they may not know of does not come in by itself.

    Whoever was taken out stays out: a machine does not overrule what a colleague decided.
    """
    segment = pool.filled_from
    current = locked(pool)
    current.filled_on = timezone.localdate(now)
    current.save(update_fields=["filled_on", "updated_at"])
    if segment is None or not _may_fill(current, segment):
        return 0
    inside = SegmentMember.objects.present().filter(segment=segment)
    ever = PoolMember.objects.filter(pool=current)
    people = (
        Contact.objects.visible_to(current.owner)
        .filter(pk__in=inside.values("contact"))
        .exclude(pk__in=ever.values("contact"))
    )
    with translation.override(current.owner.language):
        words = {
            "segment": segment.name,
            "rule": sentences.sentence_of(shape.stored(segment.rule), current.owner),
        }
        why = _("%(segment)s: %(rule)s") % words
    ids = list(people.order_by("pk").values_list("pk", flat=True))
    add_to_pool(pool=current, actor=None, contact_ids=ids, why=why, filled_from=segment, now=now)
    return len(ids)


def _may_fill(pool: TalentPool, segment: Segment) -> bool:
    return Segment.objects.visible_to(pool.owner).live().filter(pk=segment.pk).exists()
