"""A colleague leaves: each of their relationships gets an heir and a warm introduction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from core.models import User
from relationships.models import Bequest, FollowUp, Relationship
from relationships.services.cadence import HandOverRefused, hand_over_relationship
from relationships.services.follow_ups import (
    NewFollowUp,
    close_follow_up,
    create_follow_ups,
)

INTRODUCED_WITHIN = timedelta(days=7)


class BequestRefused(DomainError):
    code = "bequest_refused"


@dataclass(frozen=True)
class Outcome:
    """``refused``: the relationships that stayed, with the words why."""

    bequest: Bequest | None
    given: int
    refused: Mapping[int, str]


@transaction.atomic
def hand_on(
    *,
    leaver: User,
    heirs: Mapping[Relationship, User],
    actor: User,
    introduces: bool = True,
    now: datetime | None = None,
) -> Outcome:
    """Give each relationship its heir, and make a task of each introduction: for the leaver while
    they are here, else for the heir. An heir who cannot see the person is refused, that one alone.
    """
    today = timezone.localdate(now)
    parts: list[dict[str, Any]] = []
    refused: dict[int, str] = {}
    asked: list[NewFollowUp] = []
    for row, heir in sorted(heirs.items(), key=lambda pair: pair[0].pk):
        current = Relationship.objects.select_for_update().filter(
            pk=row.pk, owner=leaver, ended_on=None
        )
        held = current.select_related("contact").first()
        if held is None:
            refused[row.pk] = _("They are not the owner any more.")
            continue
        since = held.owner_since
        try:
            hand_over_relationship(relationship=held, actor=actor, owner=heir)
        except HandOverRefused as refusal:
            refused[row.pk] = str(refusal)
            continue
        day = since.isoformat() if since else ""
        parts.append({"relationship": row.pk, "heir": heir.pk, "since": day, "task": None})
        asked.append(_introduction(held, leaver, heir, today))
    if not parts:
        return Outcome(None, 0, refused)
    if introduces:
        for part, task in zip(parts, create_follow_ups(new=asked, actor=actor), strict=True):
            part["task"] = task.pk
    made = Bequest.objects.create(leaver=leaver, made_by=actor, parts=parts)
    audit.record(actor=actor, action="relationships.handed_on", target=leaver, people=len(parts))
    return Outcome(made, len(parts), refused)


def _introduction(row: Relationship, leaver: User, heir: User, today: date) -> NewFollowUp:
    is_here = leaver.is_active
    who = leaver if is_here else heir
    with translation.override(who.language):
        words = {"person": row.contact.full_name, "heir": heir.name, "leaver": leaver.name}
        if is_here:
            title = _("Introduce %(heir)s to %(person)s") % words
            body = _("%(heir)s keeps in touch from now on. A word from you makes it warm.") % words
        else:
            title = _("Introduce yourself to %(person)s") % words
            body = _("%(leaver)s, who left, kept in touch. Say so, and ask how they are.") % words
    return NewFollowUp(
        contact=row.contact,
        title=title[:200],
        body=body,
        due_on=today + INTRODUCED_WITHIN,
        assignee=who,
    )


@transaction.atomic
def take_back(*, bequest: Bequest, actor: User, now: datetime | None = None) -> int:
    """Undo: give back what the heirs still have, and let the introductions fall. Return how many
    came back.
    """
    current = Bequest.objects.select_for_update().get(pk=bequest.pk)
    if current.undone_at is not None:
        raise BequestRefused(_("This was undone already."))
    back = 0
    for part in current.parts:
        row = Relationship.objects.open().filter(pk=part["relationship"], owner=part["heir"])
        held = row.select_related("contact").first()
        if held is None:
            continue
        since = date.fromisoformat(part["since"]) if part["since"] else held.started_on
        # Also where their account was closed meanwhile: it is as it was, and still needs an heir.
        hand_over_relationship(
            relationship=held, actor=actor, owner=current.leaver, since=since, is_undo=True
        )
        _drop_introduction(part["task"], actor)
        back += 1
    current.undone_at = now or timezone.now()
    current.save(update_fields=["undone_at", "updated_at"])
    audit.record(
        actor=actor, action="relationships.handing_on_undone", target=current.leaver, people=back
    )
    return back


def _drop_introduction(task_id: int | None, actor: User) -> None:
    task = FollowUp.objects.open().filter(pk=task_id or 0).first()
    if task is not None:
        close_follow_up(
            follow_up=task,
            actor=actor,
            state=FollowUp.State.NOT_NEEDED,
            outcome=_("The handing over was undone."),
        )
