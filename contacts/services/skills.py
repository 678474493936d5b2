"""What people can do: adding, confirming and taking away, for one and for many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.events import ContactSkillsChanged
from contacts.models import Contact, ContactSkill, Skill, SkillSource
from contacts.services.contacts import ContactClosed
from core import audit, events
from core.bulk import insert, update_all
from core.models import User

MOST_PER_CONTACT = 200
_WRITTEN = ("level", "source", "evidence", "confirmed_on", "recorded_by")


@dataclass(frozen=True, kw_only=True)
class SkillEntry:
    """What is to be written of one skill of one contact."""

    contact_id: int
    skill: Skill
    level: int | None = None
    source: str = SkillSource.COLLEAGUE
    evidence: str = ""
    confirmed_on: date | None = None


@transaction.atomic
def put_skills(*, entries: Iterable[SkillEntry], actor: User | None) -> list[ContactSkill]:
    """Make it so, in a few statements however many people: added where new, else replaced.

    Of two entries for one skill of one contact the last counts. What stands there already is not
    written, recorded or told again. Returns the rows in the order of the entries.
    """
    wanted = {(one.contact_id, one.skill.pk): one for one in entries}
    if not wanted:
        return []
    _lock_open({contact_id for contact_id, _skill in wanted})
    held = {
        (row.contact_id, row.skill_id): row
        for row in ContactSkill.objects.filter(
            contact__in={contact_id for contact_id, _skill in wanted},
            skill__in={skill_id for _contact, skill_id in wanted},
        )
    }
    new = [_row(one, actor) for key, one in wanted.items() if key not in held]
    changed = [
        row
        for key, one in wanted.items()
        if (row := held.get(key)) is not None and _take_over(row, one, actor)
    ]
    insert(new)
    update_all(changed, _WRITTEN)
    held |= {(row.contact_id, row.skill_id): row for row in new}
    _tell(actor, added=new, changed=changed)
    return [held[key] for key in wanted]


@transaction.atomic
def confirm_skills(
    *, skills: Sequence[ContactSkill], actor: User | None, on: date
) -> list[ContactSkill]:
    """Say that these still hold, as of that day."""
    rows = _locked(skills)
    stale = [row for row in rows if row.confirmed_on is None or row.confirmed_on < on]
    for row in stale:
        row.confirmed_on, row.recorded_by = on, actor
    update_all(stale, ("confirmed_on", "recorded_by"))
    _tell(actor, changed=stale)
    return rows


@transaction.atomic
def remove_skills(*, skills: Sequence[ContactSkill], actor: User | None) -> int:
    rows = _locked(skills)
    ContactSkill.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _tell(actor, removed=rows)
    return len(rows)


def _row(one: SkillEntry, actor: User | None) -> ContactSkill:
    return ContactSkill(
        contact_id=one.contact_id,
        skill_id=one.skill.pk,
        level=one.level,
        source=one.source,
        evidence=_tidy(one.evidence),
        confirmed_on=one.confirmed_on,
        recorded_by=actor,
    )


def _take_over(row: ContactSkill, one: SkillEntry, actor: User | None) -> bool:
    said = (one.level, one.source, _tidy(one.evidence), one.confirmed_on)
    if said == (row.level, row.source, row.evidence, row.confirmed_on):
        return False
    row.level, row.source, row.evidence, row.confirmed_on = said
    row.recorded_by = actor
    return True


def _tidy(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:300].strip()


def _lock_open(contact_ids: Iterable[int]) -> None:
    """The people themselves are locked, in the order of their ids: two writers of one person's
    skills go one after the other."""
    people = Contact.objects.filter(pk__in=contact_ids).order_by("pk").select_for_update()
    list(people.values_list("pk", flat=True))
    closed = Q(erased_at__isnull=False) | Q(merged_into__isnull=False)
    if Contact.objects.filter(closed, pk__in=contact_ids).exists():
        raise ContactClosed(_("This person was erased, or merged into another."))


def _locked(skills: Sequence[ContactSkill]) -> list[ContactSkill]:
    _lock_open({row.contact_id for row in skills})
    return list(
        ContactSkill.objects.select_for_update()
        .filter(pk__in=[row.pk for row in skills])
        .order_by("pk")
    )


def _tell(
    actor: User | None,
    *,
    added: Sequence[ContactSkill] = (),
    changed: Sequence[ContactSkill] = (),
    removed: Sequence[ContactSkill] = (),
) -> None:
    """Record and publish once per person, and mark them as changed."""
    acts = {"added": added, "changed": changed, "removed": removed}
    people: dict[int, dict[str, list[int]]] = {}
    for act, rows in acts.items():
        for row in rows:
            told = people.setdefault(row.contact_id, {"added": [], "changed": [], "removed": []})
            told[act].append(row.skill_id)
    if not people:
        return
    now = timezone.now()
    Contact.objects.filter(pk__in=people).update(updated_at=now)
    audit.record_many(
        actor=actor,
        action="contacts.skills_changed",
        entries=((Contact(pk=pk), {**told}) for pk, told in people.items()),
    )
    events.publish(*(_event(pk, told, actor, now) for pk, told in people.items()))


def _event(
    contact_id: int, told: dict[str, list[int]], actor: User | None, now: datetime
) -> ContactSkillsChanged:
    return ContactSkillsChanged(
        contact_id=contact_id,
        actor_id=actor.pk if actor else None,
        at=now.isoformat(),
        **told,
    )
