"""The task that an occasion becomes: whose it is, what it is called, and that it is made once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from contacts.models import Contact
from core.models import User
from relationships.models import (
    FollowUp,
)
from relationships.selectors.colleagues import owners_of
from relationships.services.follow_ups import NewFollowUp, create_follow_ups


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """``owner_id``: whose task it is, where nobody keeps in touch with the person. An anniversary
    of no ``years`` is a birthday.
    """

    kind: str
    key: str
    contact_id: int
    occurred_on: date
    due_on: date
    owner_id: int | None = None
    years: int = 0
    interaction_id: int | None = None
    fact_id: int | None = None


def ask(occasions: Iterable[Occasion]) -> list[FollowUp]:
    """Write the tasks that are not there yet, each in the language of whose it is."""
    found = {one.key: one for one in occasions}
    held = set(FollowUp.objects.filter(key__in=found).values_list("key", flat=True))
    fresh = [one for key, one in found.items() if key not in held]
    owners = _who_may_see(owners_of([one.contact_id for one in fresh]))
    others = User.objects.filter(is_active=True).in_bulk(
        {one.owner_id for one in fresh if one.owner_id and one.contact_id not in owners}
    )
    new = [_task(one, owners.get(one.contact_id) or others.get(one.owner_id or 0)) for one in fresh]
    return create_follow_ups(new=new, actor=None) if new else []


def _who_may_see(owners: Mapping[int, User]) -> dict[int, User]:
    """Nobody is given work with a person they cannot open."""
    people: defaultdict[User, list[int]] = defaultdict(list)
    for contact_id, owner in owners.items():
        people[owner].append(contact_id)
    return {
        pk: owner
        for owner, ids in people.items()
        for pk in Contact.objects.visible_to(owner).filter(pk__in=ids).values_list("pk", flat=True)
    }


def _task(one: Occasion, owner: User | None) -> NewFollowUp:
    with override(owner.language if owner else None):
        title = _title(one)
    return NewFollowUp(
        contact=Contact(pk=one.contact_id),
        title=title,
        due_on=one.due_on,
        assignee=owner,
        kind=one.kind,
        key=one.key,
        occurred_on=one.occurred_on,
        interaction_id=one.interaction_id,
        fact_id=one.fact_id,
    )


def _title(one: Occasion) -> str:
    if one.kind == FollowUp.Kind.REPLY:
        return _("Answer their message")
    if one.kind == FollowUp.Kind.CLOSING:
        return _("Close it well: say a word yourself")
    if one.kind == FollowUp.Kind.ANNIVERSARY and not one.years:
        return _("Their birthday")
    if one.kind == FollowUp.Kind.ANNIVERSARY:
        years = ngettext("%(years)d year with us", "%(years)d years with us", one.years)
        return years % {"years": one.years}
    return _("Something worth speaking of")
