"""A colleague leaves: the segments, talent pools and views that are theirs get an heir."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import SavedView, Segment, TalentPool
from contacts.models.access import covers
from core import audit
from core.errors import DomainError
from core.models import User

KEEP = "contacts.manage_segments"
LONGEST_NAME = 60
# The rows of each sort that were handed on, by their ids: fit for a session.
Parts = dict[str, list[int]]


class InheritingRefused(DomainError):
    code = "inheriting_refused"


@dataclass(frozen=True)
class KeptLists:
    """How many of each are theirs; private ones too, of which no name is told."""

    segments: int
    pools: int
    views: int

    @property
    def total(self) -> int:
        return self.segments + self.pools + self.views


@dataclass
class HandedOn:
    """``left``: the names of those that the heir could not keep, with nothing of them changed."""

    parts: Parts = field(default_factory=lambda: {"segments": [], "pools": [], "views": []})
    left: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(len(ids) for ids in self.parts.values())


def lists_kept_by(user: User) -> KeptLists:
    return KeptLists(
        segments=Segment.objects.filter(owner=user, archived_at=None).count(),
        pools=TalentPool.objects.filter(owner=user, archived_at=None).count(),
        views=SavedView.objects.filter(owner=user, deleted_at=None).count(),
    )


@transaction.atomic
def hand_on_lists(*, leaver: User, heir: User, actor: User) -> HandedOn:
    """All of them to one heir. What was private is the heir's alone from now on; a segment finds
    its people anew, as the heir sees them. One that the heir may not keep stays where it is.
    """
    if heir == leaver or not heir.is_active:
        raise InheritingRefused(_("Choose a colleague who is here."))
    made = HandedOn()
    for segment in Segment.objects.select_for_update().filter(owner=leaver, archived_at=None):
        if _may_keep(heir, segment) and _give_segment(segment, heir):
            made.parts["segments"].append(segment.pk)
        else:
            made.left.append(segment.public_name)
    for pool in TalentPool.objects.select_for_update().filter(owner=leaver, archived_at=None):
        if _may_keep(heir, pool):
            _give(pool, heir)
            made.parts["pools"].append(pool.pk)
        else:
            made.left.append(pool.public_name)
    for view in SavedView.objects.select_for_update().filter(owner=leaver, deleted_at=None):
        view.name = _free_name(view, heir, leaver)
        _give(view, heir, "name")
        made.parts["views"].append(view.pk)
    if made.total:
        audit.record(
            actor=actor,
            action="contacts.lists_handed_on",
            target=leaver,
            heir=heir.name,
            count=made.total,
        )
    return made


@transaction.atomic
def take_lists_back(*, leaver: User, heir: User, parts: Parts, actor: User) -> int:
    """Undo: those that are still the heir's are the leaver's again. Answers how many."""
    segments, pools, views = (parts.get(key, []) for key in ("segments", "pools", "views"))
    kept = Segment.objects.select_for_update().filter(owner=heir, pk__in=segments)
    back = 0
    for segment in kept:
        segment.due_at = timezone.now()
        _give(segment, leaver, "due_at")
        back += 1
    for pool in TalentPool.objects.select_for_update().filter(owner=heir, pk__in=pools):
        _give(pool, leaver)
        back += 1
    for view in SavedView.objects.select_for_update().filter(owner=heir, pk__in=views):
        view.name = _free_name(view, leaver, heir)
        _give(view, leaver, "name")
        back += 1
    if back:
        audit.record(actor=actor, action="contacts.lists_taken_back", target=leaver, count=back)
    return back


def _may_keep(heir: User, row: Segment | TalentPool) -> bool:
    """A private one is nobody's part of the organisation: whoever keeps any may keep it."""
    return heir.has_perm(KEEP) if row.is_private else covers(heir, KEEP, row.unit_id)


def _give(row: Segment | TalentPool | SavedView, owner: User, *fields: str) -> None:
    row.owner = owner
    row.save(update_fields=["owner", "updated_at", *fields])


def _give_segment(segment: Segment, heir: User) -> bool:
    """False where its rule asks what the heir may not know: they would not see it themselves."""
    owner = segment.owner
    segment.due_at = timezone.now()
    _give(segment, heir, "due_at")
    if Segment.objects.visible_to(heir).filter(pk=segment.pk).exists():
        return True
    _give(segment, owner, "due_at")
    return False


def _free_name(view: SavedView, owner: User, other: User) -> str:
    """Names of views are unique to their owner: a second one is told apart by whose it was."""
    taken = SavedView.objects.filter(owner=owner, deleted_at=None, name__iexact=view.name)
    if not taken.exists():
        return view.name
    ending = f" ({other.name})"[:LONGEST_NAME]
    name = view.name[: LONGEST_NAME - len(ending)] + ending
    number = 2
    while SavedView.objects.filter(owner=owner, deleted_at=None, name__iexact=name).exists():
        mark = f" {number}"
        name = name[: LONGEST_NAME - len(mark)] + mark
        number += 1
    return name
