"""Making and changing segments. Who is in them is kept by ``services.membership``."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.conditions import rule as rules
from contacts.conditions import shape
from contacts.conditions.shape import Group
from contacts.models import OrgUnit, Segment, SegmentMember, SegmentProposal, TalentPool
from contacts.models.access import covers
from contacts.services import membership
from core import audit
from core.errors import DomainError
from core.models import User

PLAIN = ("name", "purpose", "is_private", "is_reviewed")


class SegmentRefused(DomainError):
    """``field`` is the part of the form that the refusal is about."""

    code = "segment_refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def create_segment(
    *,
    actor: User,
    name: str,
    rule: Group,
    purpose: str = "",
    unit: OrgUnit | None = None,
    is_private: bool = False,
    is_reviewed: bool = False,
) -> Segment:
    """A new one; a worker finds its people."""
    segment = Segment(
        name=_named(name),
        purpose=purpose.strip(),
        unit=unit,
        owner=actor,
        is_private=is_private,
        is_reviewed=is_reviewed,
        due_at=timezone.now(),
    )
    _set_rule(segment, rule, actor)
    segment.save()
    audit.record(actor=actor, action="contacts.segment_created", target=segment)
    return segment


@transaction.atomic
def change_segment(
    *,
    segment: Segment,
    actor: User,
    rule: Group | None = None,
    unit: OrgUnit | None = None,
    keeps_unit: bool = True,
    **fields: Any,
) -> Segment:
    """Change what is named. Another rule or unit lets a worker find its people anew."""
    current = Segment.objects.select_for_update().get(pk=segment.pk)
    if "name" in fields:
        fields["name"] = _named(fields["name"])
    changed = [name for name in PLAIN if name in fields and getattr(current, name) != fields[name]]
    for name in changed:
        setattr(current, name, fields[name])
    if not keeps_unit and current.unit_id != (unit.pk if unit else None):
        current.unit = unit
        changed.append("unit")
    if rule is not None and rule != shape.stored(current.rule):
        changed.append("rule")
    if not changed:
        return current
    _set_rule(current, rule or shape.stored(current.rule), actor)
    if {"rule", "unit", "is_reviewed"} & set(changed):
        current.due_at = timezone.now()
    if {"rule", "unit"} & set(changed):
        current.worked_out_at = None
    current.save()
    audit.record(actor=actor, action="contacts.segment_changed", target=current, fields=changed)
    return current


@transaction.atomic
def archive_segment(*, segment: Segment, actor: User) -> Segment:
    """Put it aside: its people are kept up no more, what was stays known."""
    filling = TalentPool.objects.live().filter(filled_from=segment).first()
    if filling is not None:
        raise SegmentRefused(
            _("A talent pool is filled from this segment. Take it off there first.")
        )
    return _set_archived(segment, actor, is_archived=True)


@transaction.atomic
def restore_segment(*, segment: Segment, actor: User) -> Segment:
    return _set_archived(segment, actor, is_archived=False)


@transaction.atomic
def accept_proposals(
    *, segment: Segment, actor: User, proposals: Sequence[SegmentProposal], reason: str = ""
) -> int:
    """Let those who wait into the segment; whoever was decided about meanwhile is left alone."""
    rows = _waiting(segment, proposals)
    now = timezone.now()
    added = SegmentMember.objects.bulk_create(
        [
            SegmentMember(
                segment=segment,
                contact_id=row.contact_id,
                since=now,
                joined_because=SegmentMember.Joined.REVIEW,
                admitted_by=actor,
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )
    _decide(rows, SegmentProposal.State.ACCEPTED, actor, reason, None)
    _tell(segment, actor, rows, "contacts.segment_accepted", joined=len(added))
    return len(rows)


@transaction.atomic
def decline_proposals(
    *,
    segment: Segment,
    actor: User,
    proposals: Sequence[SegmentProposal],
    reason: str,
    not_before: date | None = None,
) -> int:
    """Keep those who wait out, because of ``reason``: until ``not_before``, or for good."""
    if not reason.strip():
        raise SegmentRefused(_("Say why."), field="reason")
    if not_before is not None and not_before <= timezone.localdate():
        raise SegmentRefused(_("This day must still come."), field="not_before")
    rows = _waiting(segment, proposals)
    _decide(rows, SegmentProposal.State.DECLINED, actor, reason, not_before)
    _tell(segment, actor, rows, "contacts.segment_declined")
    return len(rows)


@transaction.atomic
def take_back_decisions(
    *, segment: Segment, actor: User, proposals: Sequence[SegmentProposal]
) -> int:
    """Undo: they wait again, and who was let in is out as if nothing had been said."""
    rows = list(
        SegmentProposal.objects.select_for_update()
        .filter(segment=segment, pk__in=[one.pk for one in proposals])
        .exclude(state=SegmentProposal.State.WAITING)
    )
    people = [row.contact_id for row in rows if row.state == SegmentProposal.State.ACCEPTED]
    reviewed = SegmentMember.objects.present().filter(
        segment=segment, contact__in=people, joined_because=SegmentMember.Joined.REVIEW
    )
    left = reviewed.count()
    reviewed.delete()
    for row in rows:
        row.state, row.reason, row.not_before = SegmentProposal.State.WAITING, "", None
        row.decided_by = row.decided_at = None
    _save(rows)
    _tell(segment, actor, rows, "contacts.segment_undecided", left=left)
    return len(rows)


def _waiting(segment: Segment, proposals: Sequence[SegmentProposal]) -> list[SegmentProposal]:
    return list(
        SegmentProposal.objects.select_for_update()
        .filter(
            segment=segment,
            state=SegmentProposal.State.WAITING,
            pk__in=[one.pk for one in proposals],
        )
        .order_by("pk")
    )


def _decide(
    rows: Sequence[SegmentProposal], state: str, actor: User, reason: str, not_before: date | None
) -> None:
    now = timezone.now()
    for row in rows:
        row.state, row.reason, row.not_before = state, reason.strip()[:300], not_before
        row.decided_by, row.decided_at = actor, now
    _save(rows)


def _save(rows: Sequence[SegmentProposal]) -> None:
    fields = ["state", "reason", "not_before", "decided_by", "decided_at"]
    SegmentProposal.objects.bulk_update(rows, fields, batch_size=1000)


def _tell(
    segment: Segment,
    actor: User,
    rows: Sequence[SegmentProposal],
    action: str,
    *,
    joined: int = 0,
    left: int = 0,
) -> None:
    """What follows from decisions: counts, and who made them about whom."""
    current = Segment.objects.select_for_update().get(pk=segment.pk)
    if joined or left:
        membership.count_anew(segment=current, joined=joined, left=left, now=timezone.now())
    membership.count_waiting(segment=current)
    if rows:
        people = [row.contact_id for row in rows]
        audit.record(
            actor=actor, action=action, target=current, count=len(people), contacts=people[:1000]
        )


def _set_rule(segment: Segment, rule: Group, actor: User) -> None:
    rules.check(rule, actor)
    segment.rule = shape.as_json(rule)
    segment.fields = rules.fields_of(rule)
    segment.permissions = rules.permissions_of(rule)
    segment.pace = rules.pace_of(rule)
    if segment.is_reviewed and not segment.pace:
        segment.pace = Segment.Pace.DAY  # the day on which to ask again about someone may come
    for permission in ("contacts.manage_segments", *segment.permissions):
        if not covers(actor, permission, segment.unit_id):
            raise SegmentRefused(
                _("You may not ask this of the people of this unit."), field="unit"
            )
    if not segment.is_private and _names_private_pool(rule):
        raise SegmentRefused(
            _("A segment that others see cannot name a private talent pool."), field="is_private"
        )


def _names_private_pool(rule: Group) -> bool:
    uids = [value for one in rule.clauses if one.field == "pool" for value in one.values]
    return TalentPool.objects.filter(uid__in=uids, is_private=True).exists()


def _named(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise SegmentRefused(_("Give it a name."), field="name")
    return name[:120]


def _set_archived(segment: Segment, actor: User, *, is_archived: bool) -> Segment:
    current = Segment.objects.select_for_update().get(pk=segment.pk)
    if (current.archived_at is not None) == is_archived:
        return current
    current.archived_at = timezone.now() if is_archived else None
    if not is_archived:
        current.due_at = timezone.now()
    current.save(update_fields=["archived_at", "due_at", "updated_at"])
    action = "contacts.segment_archived" if is_archived else "contacts.segment_restored"
    audit.record(actor=actor, action=action, target=current)
    return current
