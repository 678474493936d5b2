"""Steps that a person does: each becomes a task of the colleague who knows the contact best."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from campaigns.choices import Reason
from campaigns.merge_tags import Person, Slot, parse
from campaigns.models import Step, Touchpoint
from campaigns.selectors.letters import Letters
from campaigns.services.settlement import Ending, note
from contacts.models import Contact
from core.models import User
from relationships.models import Relationship
from relationships.services.follow_ups import NewFollowUp, create_follow_ups

# What keeps a mail from leaving and not a colleague from calling.
_ONLY_FOR_MAIL = (Reason.NO_ADDRESS, Reason.SUPPRESSED)


@transaction.atomic
def assign(rows: Collection[Touchpoint], *, letters: Letters, token: UUID, now: datetime) -> None:
    """Make the tasks. All of it is rows, so it happens whole or not at all.

    Rows that another worker took, or somebody cancelled, since they were claimed fall away.
    """
    held = list(
        Touchpoint.objects.select_for_update()
        .filter(
            pk__in=[row.pk for row in rows],
            lease_token=token,
            queue_state=Touchpoint.QueueState.CLAIMED,
        )
        .order_by("pk")
    )
    reasons = {row.pk: letters.reason_against(row) for row in held}
    blocked = [row for row in held if reasons[row.pk] and reasons[row.pk] not in _ONLY_FOR_MAIL]
    note(
        [Ending(row.pk, Touchpoint.Result.LEFT_OUT, reasons[row.pk]) for row in blocked],
        token=token,
        now=now,
    )
    _make_tasks([row for row in held if row not in blocked], letters, token, now)


def _make_tasks(rows: list[Touchpoint], letters: Letters, token: UUID, now: datetime) -> None:
    contacts = Contact.objects.in_bulk({row.contact_id for row in rows})
    owners = owners_of(contacts)
    new = []
    for row in rows:
        step = letters.step_of(row)
        assignee = owners.get(row.contact_id) or step.campaign.owner
        title, body = _texts(step, assignee.language, letters.person_of(row))
        new.append(
            NewFollowUp(
                contact=contacts[row.contact_id],
                title=title[:200],
                body=body,
                due_on=timezone.localdate(now),
                assignee=assignee,
            )
        )
    if not new:
        return
    for row, follow_up in zip(rows, create_follow_ups(new=new, actor=None), strict=True):
        row.follow_up = follow_up
    Touchpoint.objects.bulk_update(rows, ["follow_up"])
    note([Ending(row.pk, Touchpoint.Result.ASSIGNED) for row in rows], token=token, now=now)


def owners_of(contact_ids: Collection[int]) -> dict[int, User]:
    """Who stands for each contact: the owner of the open relationship that moved last."""
    relationships = (
        Relationship.objects.open()
        .filter(contact__in=contact_ids, owner__is_active=True)
        .select_related("owner")
        .order_by("contact_id", "-stage_since", "-pk")
        .distinct("contact_id")
    )
    return {
        relationship.contact_id: relationship.owner
        for relationship in relationships
        if relationship.owner
    }


def _texts(step: Step, language: str, person: Person) -> tuple[str, str]:
    return tuple(  # type: ignore[return-value]
        _filled(texts.get(language) or next(iter(filter(None, texts.values())), ""), person)
        for texts in (step.subject, step.body)
    )


def _filled(text: str, person: Person) -> str:
    """A colleague may read that something is not known; the person themself never does."""

    def shown(part: str | Slot) -> str:
        if isinstance(part, str):
            return part
        return part.value_for(person) or f"({part.tag.label}?)"

    return "".join(shown(part) for part in parse(text).parts)
