"""Owner and stage of many people at once (``contacts.bulk_acts``): what was asked of people is done
to their open relationships. The caller has the contacts locked, and says who may.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.utils import timezone

from contacts import bulk_acts
from contacts.bulk_acts import Before, Options, Result, done, skipped
from contacts.models import Contact
from core import events
from core.bulk import update_all
from core.models import User
from relationships.events import OwnerChanged
from relationships.models import AllowedMove, OwnershipOverride, Relationship, Stage
from relationships.selectors.ownership import Hold, holds_against
from relationships.services.lifecycle import EntryRefused, move_all_to_stage, take_back_all
from relationships.services.ownership import override_holds

NONE_OPEN, UNSEEN = "no_open_relationship", "owner_cannot_see"
HELD = "held_by_colleague"
NO_SUCH_MOVE, REASON_NEEDED, UNMET = "move_not_allowed", "reason_needed", "entry_rule_unmet"


def hand_over_all(
    contact_ids: Sequence[int], options: Options, actor: User
) -> Mapping[int, Result]:
    """Give each open relationship to ``options["owner"]`` (a uid, or "" for nobody); with
    ``options["kind"]`` only those of that kind. Nobody is given a person they cannot open. Who
    makes themselves the owner leaves those whom a colleague holds, unless
    ``options["override_reason"]`` says why not.
    """
    owner = User.objects.filter(uid=options["owner"]).first() if options["owner"] else None
    seen = _seen_by(owner, contact_ids) if options["owner"] else set(contact_ids)
    open_rows = _open_rows(contact_ids, options["kind"])
    holds = _holds_in_the_way(owner, contact_ids, actor)
    reason = options.get("override_reason", "")
    results: dict[int, Result] = {}
    changed: list[tuple[Relationship, int | None]] = []
    for pk in contact_ids:
        others = [row for row in open_rows[pk] if row.owner_id != (owner.pk if owner else None)]
        if not open_rows[pk] or pk not in seen:
            results[pk] = skipped(UNSEEN if open_rows[pk] else NONE_OPEN)
        elif others and pk in holds and not reason:
            results[pk] = skipped(HELD)
        elif others:
            results[pk] = done(
                owners={str(row.pk): row.owner_id for row in others},
                since={str(row.pk): _iso(row.owner_since) for row in others},
            )
            changed += [(row, row.owner_id) for row in others]
    _override({row.contact_id for row, _before in changed}, holds, actor, reason)
    for row, _before in changed:
        row.owner = owner
        row.owner_since = timezone.localdate()
    _keep_owners(changed, actor)
    return results


def undo_handing_over(
    before: Mapping[int, Before], options: Options, actor: User
) -> Mapping[int, str]:
    """Give the relationships back that still belong to whom they were given to."""
    owners = {int(pk): owner for held in before.values() for pk, owner in held["owners"].items()}
    given = User.objects.filter(uid=options["owner"]).first() if options["owner"] else None
    rows = Relationship.objects.select_for_update().filter(pk__in=owners).order_by("pk").in_bulk()
    known = set(
        User.objects.filter(pk__in=set(owners.values()) - {None}).values_list("pk", flat=True)
    )
    left: dict[int, str] = {}
    changed: list[tuple[Relationship, int | None]] = []
    for contact_id, held in before.items():
        for pk, owner in held["owners"].items():
            row = rows.get(int(pk))
            is_ours = row is not None and row.owner_id == (given.pk if given else None)
            if row is None or not is_ours or (owner is not None and owner not in known):
                left[contact_id] = bulk_acts.CHANGED
                continue
            changed.append((row, row.owner_id))
            row.owner_id = owner
            row.owner_since = _day(held.get("since", {}).get(pk))
    _keep_owners(changed, actor)
    return left


def move_all(contact_ids: Sequence[int], options: Options, actor: User) -> Mapping[int, Result]:
    """Move the open relationship of the stage's kind to ``options["stage"]`` (a uid), where the
    lifecycle allows the move.
    """
    stage = Stage.objects.select_related("lifecycle").filter(uid=options["stage"]).first()
    # Before the relationships are locked, as whoever puts a stage aside does.
    if stage is None or Stage.objects.shared([stage.pk])[stage.pk].archived_at is not None:
        return {pk: skipped(NO_SUCH_MOVE) for pk in contact_ids}
    open_rows = _open_rows(contact_ids, stage.lifecycle.kind)
    moves = {move.from_stage_id: move for move in AllowedMove.objects.filter(to_stage=stage)}
    results: dict[int, Result] = {}
    going: list[Relationship] = []
    for pk in contact_ids:
        row = next(iter(open_rows[pk]), None)
        if row is None:
            results[pk] = skipped(NONE_OPEN)
        elif row.stage_id != stage.pk and row.stage_id not in moves:
            results[pk] = skipped(NO_SUCH_MOVE)
        elif (
            row.stage_id != stage.pk and moves[row.stage_id].needs_reason and not options["reason"]
        ):
            results[pk] = skipped(REASON_NEEDED)
        elif row.stage_id != stage.pk:
            going.append(row)
    moved = move_all_to_stage(
        relationships=going, to_stage=stage, actor=actor, reason=options["reason"], is_told=False
    )
    results |= {
        row.contact_id: skipped(UNMET if isinstance(why, EntryRefused) else NO_SUCH_MOVE)
        for row, why in moved.refused
    }
    results |= {one.relationship.contact_id: done(move=one.pk) for one in moved.made}
    return results


def undo_moving(before: Mapping[int, Before], options: Options, actor: User) -> Mapping[int, str]:
    """Move back whoever was not moved again since."""
    taken = take_back_all(transition_ids=[held["move"] for held in before.values()], actor=actor)
    return {pk: bulk_acts.CHANGED for pk, held in before.items() if held["move"] not in taken}


def _open_rows(contact_ids: Sequence[int], kind: str) -> defaultdict[int, list[Relationship]]:
    """Locked, in the order of their ids."""
    rows = Relationship.objects.open().filter(contact__in=contact_ids)
    if kind:
        rows = rows.filter(kind=kind)
    found: defaultdict[int, list[Relationship]] = defaultdict(list)
    for row in rows.select_for_update().order_by("pk"):
        found[row.contact_id].append(row)
    return found


def _holds_in_the_way(
    owner: User | None, contact_ids: Sequence[int], actor: User
) -> Mapping[int, Hold]:
    """As on the page of one person: only who takes people for themselves is asked why."""
    if owner != actor:
        return {}
    return holds_against(actor, contact_ids, today=timezone.localdate())


def _override(
    changed: Collection[int], holds: Mapping[int, Hold], actor: User, reason: str
) -> None:
    taken = {pk: hold for pk, hold in holds.items() if pk in changed}
    if taken:
        act = OwnershipOverride.Act.TAKE_OVER
        override_holds(holds=taken, actor=actor, act=act, reason=reason)


def _seen_by(owner: User | None, contact_ids: Sequence[int]) -> set[int]:
    if owner is None:
        return set()
    people = Contact.objects.visible_to(owner).filter(pk__in=contact_ids)
    return set(people.values_list("pk", flat=True))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


def _keep_owners(changed: Sequence[tuple[Relationship, int | None]], actor: User) -> None:
    """``changed``: the rows as they shall be, each with the owner it had."""
    for row, _before in changed:
        row.updated_at = timezone.now()
    update_all([row for row, _before in changed], ["owner", "owner_since"])
    events.publish(
        *(
            OwnerChanged(
                relationship_id=row.pk,
                contact_id=row.contact_id,
                from_owner_id=was,
                to_owner_id=row.owner_id,
                actor_id=actor.pk,
            )
            for row, was in changed
        )
    )
