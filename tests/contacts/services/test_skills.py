from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from contacts.models import Contact, ContactSkill
from contacts.services.contacts import ContactClosed
from contacts.services.merging import merge_contacts, undo_merge
from contacts.services.skills import SkillEntry, confirm_skills, put_skills, remove_skills
from core.models import AuditEntry, Change
from relationships.models import TimelineEntry
from relationships.timeline import find_verb
from tests.factories import ContactFactory, ContactSkillFactory, SkillFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY, LATER = date(2025, 3, 1), date(2026, 3, 1)


def test_put_adds_replaces_and_leaves_alone() -> None:
    python, sql, java = (SkillFactory(name_en=name) for name in ("Python", "SQL", "Java"))
    ada, bob = ContactFactory.create_batch(2)
    ContactSkillFactory(contact=ada, skill=sql, level=2, confirmed_on=DAY, evidence="CV 2025")
    same = ContactSkillFactory(contact=bob, skill=java, level=4, confirmed_on=DAY)
    recruiter = UserFactory()

    rows = put_skills(
        entries=[
            SkillEntry(contact_id=ada.pk, skill=python, level=3, evidence=" three  years\x00 "),
            SkillEntry(contact_id=ada.pk, skill=sql, level=4, source="manager", confirmed_on=LATER),
            SkillEntry(contact_id=bob.pk, skill=java, level=4, confirmed_on=DAY),
        ],
        actor=recruiter,
    )

    assert [(row.contact_id, row.skill, row.level, row.source, row.evidence) for row in rows] == [
        (ada.pk, python, 3, "colleague", "three years"),
        (ada.pk, sql, 4, "manager", ""),
        (bob.pk, java, 4, "colleague", ""),
    ]
    assert [row.recorded_by for row in rows] == [recruiter, recruiter, None]
    assert rows[2].pk == same.pk
    payload = Change.objects.get(event="contacts.ContactSkillsChanged").payload
    assert (payload["contact_id"], payload["added"], payload["changed"], payload["removed"]) == (
        ada.pk,
        [python.pk],
        [sql.pk],
        [],
    )
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target_id, entry.actor) == (
        "contacts.skills_changed",
        ada.pk,
        recruiter,
    )


def test_the_person_counts_as_changed_and_the_timeline_says_what() -> None:
    contact = ContactFactory()
    before = contact.updated_at
    skill = SkillFactory(name_en="Nursing", name_nl="Verpleegkunde")

    (row,) = put_skills(entries=[SkillEntry(contact_id=contact.pk, skill=skill)], actor=None)
    confirm_skills(skills=[row], actor=None, on=LATER)
    remove_skills(skills=[row], actor=None)

    contact.refresh_from_db()
    assert contact.updated_at > before
    lines = TimelineEntry.objects.filter(verb="skills.changed").order_by("pk")
    assert [find_verb(line.verb).render(line) for line in lines] == [
        "Skills: added Nursing",
        "Skills: confirmed or changed Nursing",
        "Skills: taken away Nursing",
    ]
    assert not ContactSkill.objects.exists()


def test_confirming_never_makes_it_older() -> None:
    row = ContactSkillFactory(confirmed_on=LATER)

    confirm_skills(skills=[row], actor=None, on=DAY)

    row.refresh_from_db()
    assert row.confirmed_on == LATER
    assert not Change.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_many_people_cost_the_same_statements_as_one(
    count: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    skill = SkillFactory()
    people = ContactFactory.create_batch(count)
    entries = [SkillEntry(contact_id=one.pk, skill=skill, level=3) for one in people]
    put_skills(entries=[SkillEntry(contact_id=ContactFactory().pk, skill=skill)], actor=None)

    with django_assert_num_queries(15):
        put_skills(entries=entries, actor=None)

    assert ContactSkill.objects.filter(level=3).count() == count


def test_nothing_is_written_of_who_was_erased_or_merged() -> None:
    kept = ContactFactory()
    gone = ContactFactory(merged_into=kept)
    skill = SkillFactory()

    with pytest.raises(ContactClosed):
        put_skills(
            entries=[
                SkillEntry(contact_id=kept.pk, skill=skill),
                SkillEntry(contact_id=gone.pk, skill=skill),
            ],
            actor=None,
        )

    assert not ContactSkill.objects.exists()


@pytest.mark.parametrize(
    ("mine", "theirs", "kept"),
    [
        ((3, DAY), (4, DAY), "theirs"),
        ((5, None), (2, DAY), "theirs"),
        ((3, DAY), (3, LATER), "theirs"),
        ((3, DAY), (3, DAY), "mine"),
        ((4, DAY), (3, LATER), "mine"),
        ((None, None), (1, None), "theirs"),
    ],
)
def test_of_a_skill_that_both_have_the_highest_confirmed_stays_until_they_part(
    mine: tuple[int | None, date | None], theirs: tuple[int | None, date | None], kept: str
) -> None:
    skill = SkillFactory()
    survivor, duplicate = ContactFactory.create_batch(2)
    rows = {
        "mine": ContactSkillFactory(
            contact=survivor, skill=skill, level=mine[0], confirmed_on=mine[1], evidence="mine"
        ),
        "theirs": ContactSkillFactory(
            contact=duplicate, skill=skill, level=theirs[0], confirmed_on=theirs[1]
        ),
    }
    other = ContactSkillFactory(contact=duplicate)
    before = list(ContactSkill.objects.order_by("pk").values())

    record = merge_contacts(survivor=survivor, duplicate=duplicate, actor=None)

    assert list(survivor.skills.order_by("pk")) == [rows[kept], other]
    undo_merge(record=record, actor=None)
    assert list(ContactSkill.objects.order_by("pk").values()) == before
    assert Contact.objects.get(pk=duplicate.pk).merged_into is None
