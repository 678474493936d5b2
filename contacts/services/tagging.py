"""Tags on and off many people at once. The caller has the contacts locked, and says who may."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils import timezone

from contacts import bulk_acts
from contacts.bulk_acts import Before, Options, Result, done
from contacts.events import ContactUpdated
from contacts.models import Contact, Tag
from contacts.services.tags import named_tags
from core import events
from core.bulk import insert
from core.models import User

_Tagged = Contact.tags.through


def tag_all(contact_ids: Sequence[int], options: Options, actor: User) -> Mapping[int, Result]:
    """Give each the tags that they have not."""
    tags = named_tags(options["tags"])
    held = _held(contact_ids, [tag.pk for tag in tags])
    missing = {
        pk: [tag.pk for tag in tags if tag.pk not in held[pk]]
        for pk in contact_ids
        if any(tag.pk not in held[pk] for tag in tags)
    }
    _give(missing)
    _tell(list(missing), actor)
    return {pk: done(tags=tag_ids) for pk, tag_ids in missing.items()}


def untag_all(contact_ids: Sequence[int], options: Options, actor: User) -> Mapping[int, Result]:
    """Take from each the tags that they have."""
    tag_ids = list(Tag.objects.filter(name__in=options["tags"]).values_list("pk", flat=True))
    held = _held(contact_ids, tag_ids)
    _take(held)
    _tell(list(held), actor)
    return {pk: done(tags=sorted(ids)) for pk, ids in held.items()}


def undo_tagging(before: Mapping[int, Before], options: Options, actor: User) -> Mapping[int, str]:
    """Take away what was given. Whoever lost one of these tags since is left as they are."""
    given = {pk: set(values["tags"]) for pk, values in before.items()}
    held = _held(list(given), sorted(set().union(*given.values())))
    untouched = {pk: ids for pk, ids in given.items() if ids <= held[pk]}
    _take(untouched)
    _tell(list(untouched), actor)
    return {pk: bulk_acts.CHANGED for pk in given if pk not in untouched}


def undo_untagging(
    before: Mapping[int, Before], options: Options, actor: User
) -> Mapping[int, str]:
    """Give back what was taken. Whoever was given one of these tags since is left."""
    known = set(Tag.objects.filter(name__in=options["tags"]).values_list("pk", flat=True))
    taken = {pk: set(values["tags"]) for pk, values in before.items()}
    held = _held(list(taken), sorted(known))
    untouched = {
        pk: sorted(ids) for pk, ids in taken.items() if ids <= known and not ids & held[pk]
    }
    _give(untouched)
    _tell(list(untouched), actor)
    return {pk: bulk_acts.CHANGED for pk in taken if pk not in untouched}


def _held(contact_ids: Sequence[int], tag_ids: Sequence[int]) -> defaultdict[int, set[int]]:
    """Which of these tags hang on whom."""
    held: defaultdict[int, set[int]] = defaultdict(set)
    rows = _Tagged.objects.filter(contact__in=contact_ids, tag__in=tag_ids)
    for contact_id, tag_id in rows.values_list("contact_id", "tag_id"):
        held[contact_id].add(tag_id)
    return held


def _give(tags_of: Mapping[int, Sequence[int]]) -> None:
    rows = (_Tagged(contact_id=pk, tag_id=tag_id) for pk, ids in tags_of.items() for tag_id in ids)
    insert(rows, skips_conflicts=True)


def _take(tags_of: Mapping[int, set[int]]) -> None:
    """Those rows and no others, by tag: a statement for each."""
    people: defaultdict[int, list[int]] = defaultdict(list)
    for pk, tag_ids in tags_of.items():
        for tag_id in tag_ids:
            people[tag_id].append(pk)
    for tag_id, contact_ids in people.items():
        _Tagged.objects.filter(tag=tag_id, contact__in=contact_ids).delete()


def _tell(contact_ids: Sequence[int], actor: User) -> None:
    Contact.objects.filter(pk__in=contact_ids).update(updated_at=timezone.now())
    events.publish(
        *(ContactUpdated(contact_id=pk, actor_id=actor.pk, fields=["tags"]) for pk in contact_ids)
    )
