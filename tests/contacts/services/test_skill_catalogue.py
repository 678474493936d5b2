from datetime import date

import pytest

from contacts.models import ContactSkill, Skill, SkillName
from contacts.selectors.skills import catalogue, find_skill, near_skills, suggestions
from contacts.services.skill_catalogue import (
    NewSkill,
    SkillMergeRefused,
    SkillNameMissing,
    SkillNameTaken,
    add_skills,
    create_skill,
    merge_skills,
    named_skills,
    retire_skill,
    update_skill,
)
from core.models import AuditEntry, Change
from tests.factories import ContactFactory, ContactSkillFactory, SkillFactory, UserFactory

pytestmark = pytest.mark.django_db


def names_of(skill: Skill) -> list[str]:
    return sorted(skill.names.values_list("text", flat=True))


def test_a_skill_is_found_by_each_of_its_names() -> None:
    skill = create_skill(
        actor=None, name_en=" Java  Script ", name_nl="", synonyms=["JS", "js", "", "ECMAScript"]
    )

    assert skill.name_en == "Java Script"
    assert names_of(skill) == ["ECMAScript", "JS", "Java Script"]
    assert [find_skill(text) for text in ("java script", "JS", "ecmascript", "Java")] == [
        skill,
        skill,
        skill,
        None,
    ]


def test_a_name_leads_to_one_skill_only() -> None:
    create_skill(actor=None, name_en="JavaScript", synonyms=["JS"])

    with pytest.raises(SkillNameTaken, match="“JS” is already a name of JavaScript"):
        create_skill(actor=None, name_en="Just saying", synonyms=["js"])
    with pytest.raises(SkillNameMissing):
        create_skill(actor=None, name_en=" ", synonyms=["x"])
    assert Skill.objects.count() == 1


def test_renaming_keeps_the_skill_and_who_has_it() -> None:
    skill = SkillFactory(name_en="Pyhton", synonyms=["py"])
    held = ContactSkillFactory(skill=skill)

    renamed = update_skill(
        skill=skill, actor=None, name_en="Python", name_nl="Python", synonyms=["py3"]
    )

    assert (renamed.pk, renamed.uid) == (skill.pk, skill.uid)
    assert names_of(skill) == ["Python", "py3"]
    held.refresh_from_db()
    assert held.skill.name == "Python"
    assert Change.objects.get().event == "contacts.SkillRenamed"


def test_merging_moves_the_people_and_keeps_the_better_row_of_who_had_both() -> None:
    kept = SkillFactory(name_en="Python")
    gone = SkillFactory(name_en="Python 3", synonyms=["py3"])
    both = ContactFactory()
    ContactSkillFactory(contact=both, skill=kept, level=5, confirmed_on=None)
    better = ContactSkillFactory(contact=both, skill=gone, level=3, confirmed_on=date(2026, 1, 1))
    other = ContactSkillFactory(skill=gone, level=2)
    own = ContactSkillFactory(skill=kept)

    assert merge_skills(kept=kept, gone=gone, actor=UserFactory()) == 2

    assert list(ContactSkill.objects.filter(skill=kept).order_by("pk")) == [better, other, own]
    assert names_of(kept) == ["Python", "Python 3", "py3"]
    gone.refresh_from_db()
    assert gone.merged_into == kept
    assert list(Skill.objects.offered()) == [kept]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details["people"]) == ("contacts.skills_merged", 2)
    with pytest.raises(SkillMergeRefused):
        merge_skills(kept=kept, gone=gone, actor=None)
    with pytest.raises(SkillMergeRefused):
        merge_skills(kept=kept, gone=kept, actor=None)


def test_named_skills_finds_synonyms_and_makes_the_rest_once() -> None:
    javascript = SkillFactory(name_en="JavaScript", synonyms=["JS"])

    found = named_skills(wanted=["js", "Rust", "rust ", "", "\x00"], actor=None)

    assert found["js"] == javascript
    assert sorted(found) == ["js", "rust"]
    assert Skill.objects.get(name_en="Rust") == found["rust"]
    assert named_skills(wanted=["RUST"], actor=None) == {"rust": found["rust"]}


def test_add_skills_leaves_what_is_there_and_counts_the_new() -> None:
    SkillFactory(name_en="Python")
    new = [
        NewSkill(name_en="python", synonyms=("snake",)),
        NewSkill(name_en="SQL", synonyms=("sequel", "Python"), esco_uri="http://x/1"),
        NewSkill(name_en="SQL", synonyms=("other",)),
        NewSkill(name_en="Bash", synonyms=("sequel",), esco_uri="http://x/1"),
    ]

    assert add_skills(new=new, actor=None) == 1
    assert add_skills(new=new, actor=None) == 0
    assert sorted(SkillName.objects.values_list("text", flat=True)) == ["Python", "SQL", "sequel"]


def test_suggestions_begin_with_the_nearest_and_tell_the_name_that_was_met() -> None:
    SkillFactory(name_en="TypeScript")
    javascript = SkillFactory(name_en="JavaScript", synonyms=["JS", "ECMAScript"])
    java = SkillFactory(name_en="Java")
    retire_skill(skill=SkillFactory(name_en="Java ME"), actor=None)

    assert [one.skill for one in suggestions("java")] == [java, javascript]
    (met,) = suggestions("js")
    assert (met.skill, met.found_as) == (javascript, "JS")
    assert suggestions("%") == suggestions("") == []


def test_near_skills_are_a_slip_of_the_pen_away() -> None:
    python, node = SkillFactory(name_en="Python"), SkillFactory(name_en="Node.js")
    SkillFactory(name_en="Project management")

    assert near_skills("Pyhton") == near_skills("Pythn") == [python]
    assert near_skills("python") == near_skills("?") == []
    assert near_skills("NodeJS") == [node]
    assert near_skills("Welding") == []


def test_the_catalogue_counts_who_is_still_here() -> None:
    skill = SkillFactory(name_en="Python", synonyms=["snake"])
    ContactSkillFactory(skill=skill)
    ContactSkillFactory(skill=skill, contact__merged_into=ContactFactory())
    SkillFactory(name_en="Java")

    assert [(one.name, one.people) for one in catalogue()] == [("Java", 0), ("Python", 1)]
    assert [one.name for one in catalogue(words="SNA")] == ["Python"]
