"""What the marks of a note become, and become again when the note is edited: each once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from contacts.models import Contact
from contacts.services.contacts import update_contact
from contacts.services.tags import named_tags
from core.models import User
from core.models.base import uuid7
from relationships.models import Interaction, InteractionVersion, Mention, NoteTag, Promise
from relationships.selectors.notes import NotedPromise, Understood, understand
from relationships.services.interactions import Moment, log_interactions
from relationships.services.moments import (
    change_interaction,
    put_back_interaction,
    take_back_interaction,
)
from relationships.services.promises import correct_promise, make_promise, take_back_promise


@transaction.atomic
def log_with_all(*, moments: Sequence[Moment], actor: User) -> list[Interaction]:
    """Log one talk with all who were there: a row for each, known to belong together.

    What the note promises is promised to each, its topics go to each; a colleague whom it names is
    told once.
    """
    together = uuid7() if len(moments) > 1 else None
    logged = log_interactions(
        moments=[replace(moment, gathering=together) for moment in moments], actor=actor
    )
    for at, row in enumerate(logged):
        read_note(interaction=row, actor=actor, mentions=at == 0)
    return logged


@transaction.atomic
def read_note(*, interaction: Interaction, actor: User, mentions: bool = True) -> Understood:
    """Bring mentions, topics and promises in line with the text. May be called again.

    "By Friday" counts from the day on which the note was written, also when it is put right later.
    """
    row = Interaction.objects.select_for_update().get(pk=interaction.pk)
    contact = Contact.objects.get(pk=row.contact_id)
    understood = understand(
        f"{row.summary}\n{row.body}",
        contact=contact,
        today=timezone.localdate(row.created_at),
    )
    if mentions:
        _mention(row, understood.colleagues, actor)
    _tag(row, contact, understood.topics, actor)
    _promise(row, contact, understood.promises, actor)
    return understood


@transaction.atomic
def change_note(
    *, interaction: Interaction, actor: User, summary: str, body: str, **changes: Any
) -> Understood:
    """Put a note right, and what was understood of it. ``changes`` as in ``change_interaction``."""
    changed = change_interaction(
        interaction=interaction, actor=actor, summary=summary, body=body, **changes
    )
    first = Interaction.objects.filter(gathering=changed.gathering).order_by("pk").first()
    is_told = changed.gathering is None or first is None or first.pk == changed.pk
    return read_note(interaction=changed, actor=actor, mentions=is_told)


@transaction.atomic
def take_back_note(*, interaction: Interaction, actor: User) -> InteractionVersion:
    """Take a contact moment back with what its note made: mentions, topics, open promises."""
    row = Interaction.objects.select_for_update().filter(pk=interaction.pk).first()
    if row is not None:
        contact = Contact.objects.get(pk=row.contact_id)
        _mention(row, [], actor)
        _tag(row, contact, [], actor)
        _promise(row, contact, [], actor)
    return take_back_interaction(interaction=interaction, actor=actor)


@transaction.atomic
def put_back_note(*, version: InteractionVersion, actor: User) -> Interaction:
    row = put_back_interaction(version=version, actor=actor)
    read_note(interaction=row, actor=actor)
    return row


@transaction.atomic
def take_back_gathering(*, gathering: UUID, actor: User) -> list[InteractionVersion]:
    """Take back at once what the actor logged of a talk with several."""
    rows = Interaction.objects.filter(gathering=gathering, author=actor).order_by("pk")
    return [take_back_note(interaction=row, actor=actor) for row in rows]


@transaction.atomic
def put_back_gathering(*, version: InteractionVersion, actor: User) -> list[Interaction]:
    """Undo it: all that the actor took back of the talk to which ``version`` belongs."""
    taken_back = InteractionVersion.objects.filter(
        act=InteractionVersion.Act.TAKEN_BACK,
        put_back_at=None,
        made_by=actor,
        held__gathering=version.held["gathering"],
    )
    rows = [put_back_interaction(version=one, actor=actor) for one in taken_back.order_by("number")]
    for at, row in enumerate(rows):
        read_note(interaction=row, actor=actor, mentions=at == 0)
    return rows


def read_mention(*, mention: Mention, now: datetime | None = None) -> None:
    Mention.objects.filter(pk=mention.pk).update(read_at=now or timezone.now())


def unread_mention(*, mention: Mention) -> None:
    Mention.objects.filter(pk=mention.pk).update(read_at=None)


def _mention(row: Interaction, users: Sequence[User], actor: User) -> None:
    """Who was read already stays read; who is no longer named is no longer told."""
    Mention.objects.filter(interaction=row).exclude(user__in=users).delete()
    Mention.objects.bulk_create(
        [
            Mention(interaction=row, user=user, author=actor)
            for user in users
            if user.pk != actor.pk
        ],
        ignore_conflicts=True,
    )


def _tag(row: Interaction, contact: Contact, topics: Sequence[str], actor: User) -> None:
    tags = named_tags(topics)
    gone = list(NoteTag.objects.filter(interaction=row).exclude(tag__in=tags))
    held = set(contact.tags.values_list("pk", flat=True))
    NoteTag.objects.filter(pk__in=[one.pk for one in gone]).delete()
    NoteTag.objects.bulk_create(
        [NoteTag(interaction=row, tag=tag, is_new=tag.pk not in held) for tag in tags],
        ignore_conflicts=True,
    )
    elsewhere = NoteTag.objects.filter(interaction__contact=contact)
    kept = set(elsewhere.values_list("tag", flat=True))
    off = {one.tag_id for one in gone if one.is_new and one.tag_id not in kept}
    wanted = (held - off) | {tag.pk for tag in tags}
    if wanted != held:
        names = named_tags(topics)
        stay = contact.tags.filter(pk__in=wanted).values_list("name", flat=True)
        update_contact(contact=contact, actor=actor, tags={*stay, *(tag.name for tag in names)})


def _promise(
    row: Interaction, contact: Contact, noted: Sequence[NotedPromise], actor: User
) -> None:
    """What a colleague settled in the meantime stays as they settled it."""
    held = {
        one.note_key: one for one in Promise.objects.filter(interaction=row).exclude(note_key="")
    }
    wanted = {one.mark.key: one for one in noted}
    for key, promise in held.items():
        if key not in wanted and promise.is_open:
            take_back_promise(promise=promise, actor=actor)
    for key, new in wanted.items():
        if key not in held:
            make_promise(
                contact=contact,
                actor=actor,
                text=new.mark.what,
                due_on=new.due_on,
                promiser=row.author or actor,
                interaction=row,
                note_key=key,
            )
        elif _differs(held[key], new):
            correct_promise(promise=held[key], actor=actor, text=new.mark.what, due_on=new.due_on)


def _differs(promise: Promise, new: NotedPromise) -> bool:
    return promise.is_open and (promise.text, promise.due_on) != (new.mark.what, new.due_on)
