"""The catalogue of skills: adding, naming, merging and retiring them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts import names
from contacts.events import SkillRenamed, SkillsMerged
from contacts.models import Contact, ContactSkill, Skill, SkillName
from contacts.skill_query import bare
from core import audit, events
from core.bulk import insert, update_all
from core.errors import DomainError
from core.models import User

LONGEST_NAME = 120


class SkillNameTaken(DomainError):
    code = "skill_name_taken"


class SkillNameMissing(DomainError):
    code = "skill_name_missing"


class SkillMergeRefused(DomainError):
    code = "skill_merge_refused"


@dataclass(frozen=True, kw_only=True)
class NewSkill:
    name_en: str = ""
    name_nl: str = ""
    synonyms: tuple[str, ...] = field(default=())
    esco_uri: str = ""

    @property
    def names(self) -> list[str]:
        return [name for name in (self.name_en, self.name_nl, *self.synonyms) if name]


@transaction.atomic
def create_skill(
    *,
    actor: User | None,
    name_en: str = "",
    name_nl: str = "",
    synonyms: Iterable[str] = (),
    esco_uri: str = "",
) -> Skill:
    _lock_catalogue()
    skill = Skill(name_en=tidy(name_en), name_nl=tidy(name_nl), esco_uri=esco_uri.strip())
    _check_esco(skill)
    _check_name(skill)
    skill.save()
    _write_names(skill, synonyms)
    audit.record(actor=actor, action="contacts.skill_created", target=skill, name=skill.name)
    return skill


@transaction.atomic
def update_skill(
    *,
    skill: Skill,
    actor: User | None,
    name_en: str,
    name_nl: str,
    synonyms: Iterable[str],
    esco_uri: str = "",
) -> Skill:
    """Give a skill other names. It stays the same skill: whoever has it has it still."""
    _lock_catalogue()
    current = Skill.objects.select_for_update().get(pk=skill.pk)
    was = current.name
    current.name_en, current.name_nl = tidy(name_en), tidy(name_nl)
    current.esco_uri = esco_uri.strip()
    _check_esco(current)
    _check_name(current)
    current.save()
    _write_names(current, synonyms)
    audit.record(
        actor=actor, action="contacts.skill_renamed", target=current, was=was, name=current.name
    )
    events.publish(SkillRenamed(skill_id=current.pk, actor_id=actor.pk if actor else None))
    return current


@transaction.atomic
def retire_skill(*, skill: Skill, actor: User | None) -> Skill:
    """Offer it no more. Who has it keeps it, and is found by it."""
    return _set_retired(skill, actor, is_retired=True)


@transaction.atomic
def restore_skill(*, skill: Skill, actor: User | None) -> Skill:
    return _set_retired(skill, actor, is_retired=False)


@transaction.atomic
def merge_skills(*, kept: Skill, gone: Skill, actor: User | None) -> int:
    """Make two skills one; return how many people had the one that goes.

    All its names lead to the other from now on, and so does its id. Who had both keeps one row:
    confirmed before not confirmed, then the higher level, then the later confirmation.
    """
    _lock_catalogue()
    pair = Skill.objects.select_for_update().in_bulk([kept.pk, gone.pk])
    if len(pair) < 2:
        raise SkillMergeRefused(_("A skill cannot be merged with itself."))
    kept, gone = pair[kept.pk], pair[gone.pk]
    if kept.merged_into_id is not None or gone.merged_into_id is not None:
        raise SkillMergeRefused(_("One of them was merged before."))
    count = _hand_over_holders(kept, gone)
    SkillName.objects.filter(skill=gone).update(skill=kept)
    Skill.objects.filter(merged_into=gone).update(merged_into=kept)
    uri, gone.esco_uri = gone.esco_uri, "" if not kept.esco_uri else gone.esco_uri
    gone.merged_into = kept
    gone.save(update_fields=["merged_into", "esco_uri", "updated_at"])
    if not kept.esco_uri and uri:
        kept.esco_uri = uri
    kept.save(update_fields=["esco_uri", "updated_at"])
    audit.record(
        actor=actor,
        action="contacts.skills_merged",
        target=kept,
        gone=gone.pk,
        was=gone.name,
        people=count,
    )
    events.publish(
        SkillsMerged(kept_id=kept.pk, gone_id=gone.pk, actor_id=actor.pk if actor else None)
    )
    return count


@transaction.atomic
def named_skills(*, wanted: Iterable[str], actor: User | None) -> dict[str, Skill]:
    """The skill of each name, by the folded name, made where it is new: "JS" gives JavaScript.

    A retired skill is given all the same; whoever writes its name knows of it.
    """
    texts: dict[str, str] = {}
    for name in wanted:
        text = tidy(name)
        if text:
            texts.setdefault(_folded(text), text)
    held = _held(texts)
    missing = {folded: text for folded, text in texts.items() if folded not in held}
    if missing:
        _lock_catalogue()
        add_skills(new=[NewSkill(name_en=text) for text in missing.values()], actor=actor)
        held = _held(texts)
    return held


@transaction.atomic
def add_skills(*, new: Sequence[NewSkill], actor: User | None) -> int:
    """Add those whose name is not taken, in a few statements; return how many that were.

    A synonym that already leads elsewhere stays there. A skill that we have from ESCO is not
    added again.
    """
    _lock_catalogue()
    taken = set(
        SkillName.objects.filter(
            folded__in={_folded(name) for one in new for name in one.names}
        ).values_list("folded", flat=True)
    )
    uris = {one.esco_uri for one in new} - {""}
    taken_uris = set(Skill.objects.filter(esco_uri__in=uris).values_list("esco_uri", flat=True))
    fresh: list[NewSkill] = []
    wanted: list[dict[str, str]] = []
    for one in new:
        main = {_folded(name) for name in (one.name_en, one.name_nl) if name}
        if not main or main & taken or (one.esco_uri and one.esco_uri in taken_uris):
            continue
        its_names = {_folded(text): tidy(text) for text in reversed(one.names) if tidy(text)}
        its_names = {key: text for key, text in its_names.items() if key not in taken}
        taken |= its_names.keys()
        taken_uris.add(one.esco_uri)
        fresh.append(one)
        wanted.append(its_names)
    skills = insert(
        Skill(name_en=tidy(one.name_en), name_nl=tidy(one.name_nl), esco_uri=one.esco_uri)
        for one in fresh
    )
    insert(
        SkillName(skill_id=skill.pk, text=text, folded=folded, bare=bare(text)[:200])
        for skill, its_names in zip(skills, wanted, strict=True)
        for folded, text in its_names.items()
    )
    audit.record_many(
        actor=actor,
        action="contacts.skill_created",
        entries=((skill, {"name": skill.name}) for skill in skills),
    )
    return len(skills)


@transaction.atomic
def translate_skills(*, known: Sequence[NewSkill], language: str) -> int:
    """Give skills that we have from ESCO, but not in this language, their name in it; return how
    many that were. Their other names come along, but for those that lead elsewhere.
    """
    _lock_catalogue()
    column = f"name_{language}"
    rows = Skill.objects.filter(esco_uri__in=[one.esco_uri for one in known if one.esco_uri])
    nameless = {row.esco_uri: row for row in rows.filter(**{column: ""}, merged_into=None)}
    found = [(nameless[one.esco_uri], one) for one in known if one.esco_uri in nameless]
    names_of: dict[str, SkillName] = {}
    for row, one in found:
        setattr(row, column, tidy(getattr(one, column)))
        for text in filter(None, map(tidy, one.names)):
            folded = _folded(text)
            name = SkillName(skill=row, text=text, folded=folded, bare=bare(text)[:200])
            names_of.setdefault(folded, name)
    insert(names_of.values(), skips_conflicts=True)
    update_all([row for row, _one in found], [column])
    return len(found)


def tidy(text: str) -> str:
    """A name on one line, without what cannot be kept."""
    return " ".join(text.replace("\x00", "").split())[:LONGEST_NAME].strip()


def _folded(text: str) -> str:
    return names.fold(tidy(text))[:200]


def _held(texts: Iterable[str]) -> dict[str, Skill]:
    rows = SkillName.objects.filter(folded__in=list(texts)).select_related("skill")
    return {row.folded: row.skill for row in rows}


def _write_names(skill: Skill, synonyms: Iterable[str]) -> None:
    """Make these, and only these, the names of the skill."""
    wanted: dict[str, str] = {}
    for text in (skill.name_en, skill.name_nl, *synonyms):
        if tidy(text) and _folded(text):
            wanted.setdefault(_folded(text), tidy(text))
    elsewhere = SkillName.objects.filter(folded__in=wanted).exclude(skill=skill)
    other = elsewhere.select_related("skill").first()
    if other is not None:
        raise SkillNameTaken(
            _("“%(name)s” is already a name of %(skill)s.")
            % {"name": other.text, "skill": other.skill.name}
        )
    SkillName.objects.filter(skill=skill).delete()
    SkillName.objects.bulk_create(
        SkillName(skill=skill, text=text, folded=folded, bare=bare(text)[:200])
        for folded, text in wanted.items()
    )


def _check_name(skill: Skill) -> None:
    if not _folded(skill.name_en) and not _folded(skill.name_nl):
        raise SkillNameMissing(_("A skill needs a name."))


def _check_esco(skill: Skill) -> None:
    if skill.esco_uri:
        other = Skill.objects.filter(esco_uri=skill.esco_uri).exclude(pk=skill.pk).first()
        if other is not None:
            raise SkillNameTaken(
                _("%(skill)s has this address in ESCO already.") % {"skill": other.name}
            )


def _set_retired(skill: Skill, actor: User | None, *, is_retired: bool) -> Skill:
    current = Skill.objects.select_for_update().get(pk=skill.pk)
    if (current.retired_at is not None) == is_retired:
        return current
    current.retired_at = timezone.now() if is_retired else None
    current.save(update_fields=["retired_at", "updated_at"])
    action = "contacts.skill_retired" if is_retired else "contacts.skill_restored"
    audit.record(actor=actor, action=action, target=current, name=current.name)
    return current


_TAKE_OUT_THE_LESSER = """
    DELETE FROM contacts_contactskill AS lesser USING contacts_contactskill AS other
    WHERE lesser.contact_id = other.contact_id AND lesser.id <> other.id
      AND lesser.skill_id IN (%(kept)s, %(gone)s) AND other.skill_id IN (%(kept)s, %(gone)s)
      AND (lesser.confirmed_on IS NOT NULL, coalesce(lesser.level, 0),
           coalesce(lesser.confirmed_on, '-infinity'), lesser.skill_id = %(kept)s)
        < (other.confirmed_on IS NOT NULL, coalesce(other.level, 0),
           coalesce(other.confirmed_on, '-infinity'), other.skill_id = %(kept)s)
"""


def _hand_over_holders(kept: Skill, gone: Skill) -> int:
    """Of two rows of one person the better stays (as in ``services.merging``), then all are one
    skill's. Two statements, however many people.
    """
    holders = ContactSkill.objects.filter(skill=gone)
    people = list(holders.values_list("contact_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_OUT_THE_LESSER, {"kept": kept.pk, "gone": gone.pk})
    now = timezone.now()
    holders.update(skill=kept, updated_at=now)
    Contact.objects.filter(pk__in=people).update(updated_at=now)
    return len(people)


def _lock_catalogue() -> None:
    """Writers of names queue behind one another: no name is given twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('contacts_skill'))")
