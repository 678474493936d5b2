"""Stages kept under a name, and used again in one act: nobody is moved, nothing is lost."""

from typing import Any

import pytest

from contacts.models import StepTemplate
from contacts.services.step_templates import (
    TemplateRefused,
    delete_template,
    save_steps_of,
    save_template,
)
from core.models import AuditEntry
from relationships.models import AllowedMove, Lifecycle, Relationship, Stage
from relationships.services.lifecycle import begin_relationship, move_to_stage
from relationships.services.stage_order import StageRefused
from relationships.services.stage_templates import plan_template, save_stages_of, use_template
from relationships.services.stages import add_stage, set_entry_rules
from tests.factories import ContactFactory, RelationshipFactory, UserFactory, stage
from tests.factories.groups import TalentPoolFactory

pytestmark = pytest.mark.django_db


def lifecycle(kind: str) -> Lifecycle:
    return Lifecycle.objects.get(kind=kind)


def kept(kind: str = "prospect", name: str = "Our way") -> StepTemplate:
    return save_stages_of(lifecycle=lifecycle(kind), actor=UserFactory(), name=name)


def shape(kind: str) -> list[tuple[Any, ...]]:
    rows = Stage.objects.live().filter(lifecycle__kind=kind).order_by("position")
    return [
        (one.label, one.cadence_days, one.is_entry, one.is_closed, one.is_onward, one.entry_rules)
        for one in rows
    ]


def moves(kind: str) -> list[tuple[str, str, bool]]:
    found = AllowedMove.objects.filter(
        from_stage__lifecycle__kind=kind,
        from_stage__archived_at=None,
        to_stage__archived_at=None,
    ).select_related("from_stage", "to_stage")
    return sorted((one.from_stage.label, one.to_stage.label, one.needs_reason) for one in found)


def test_a_template_of_a_lifecycle_makes_another_the_same() -> None:
    set_entry_rules(stage=stage("prospect", "offer"), actor=UserFactory(), rules=[("owner", "yes")])
    before = shape("prospect"), moves("prospect")

    use_template(lifecycle=lifecycle("alumnus"), template=kept(), actor=UserFactory())

    assert (shape("alumnus"), moves("alumnus")) == before
    assert (shape("prospect"), moves("prospect")) == before


def test_a_template_used_on_its_own_lifecycle_changes_nothing() -> None:
    before = list(Stage.objects.order_by("pk").values_list("pk", "key", "name", "position"))
    ways = sorted(AllowedMove.objects.values_list("from_stage", "to_stage", "needs_reason"))

    plan = use_template(lifecycle=lifecycle("prospect"), template=kept(), actor=UserFactory())

    assert (plan.added, plan.aside, plan.stays) == ([], [], [])
    after = Stage.objects.order_by("pk").values_list("pk", "key", "name", "position")
    assert list(after) == before
    pairs = AllowedMove.objects.values_list("from_stage", "to_stage", "needs_reason")
    assert sorted(pairs) == ways


def test_where_people_stand_stays_and_the_plan_says_so_beforehand() -> None:
    row = RelationshipFactory(kind="alumnus", at="dormant")
    template = kept()

    plan = plan_template(lifecycle=lifecycle("alumnus"), template=template)
    assert [one.key for one in plan.stays] == ["dormant"]
    assert [one.key for one in plan.aside] == [
        *("just-left", "in-touch", "active"),
        *("returned", "no-contact-wanted"),
    ]
    assert len(plan.added) == 7
    assert Stage.objects.filter(lifecycle__kind="alumnus").count() == 6

    use_template(lifecycle=lifecycle("alumnus"), template=template, actor=UserFactory())

    row.refresh_from_db()
    assert (row.stage.key, row.stage.archived_at) == ("dormant", None)
    labels = [one[0] for one in shape("alumnus")]
    assert labels[5:] == ["Dormant", "Joined", "Not now"]
    # And one can leave it.
    there = Stage.objects.get(lifecycle__kind="alumnus", name="Joined")
    move_to_stage(relationship=row, to_stage=there, actor=None)


def test_the_steps_of_a_pool_become_open_stages_before_the_ends_that_there_are() -> None:
    pool = TalentPoolFactory(steps=["Asked", "Met", "In contact"])
    template = save_steps_of(pool=pool, actor=pool.owner, name="From a pool")

    use_template(lifecycle=lifecycle("prospect"), template=template, actor=UserFactory())

    found = shape("prospect")
    assert [(one[0], one[2], one[3], one[4]) for one in found] == [
        ("Asked", True, False, False),
        ("Met", False, False, False),
        ("In contact", False, False, False),
        ("Joined", False, True, True),
        ("Not now", False, True, False),
    ]
    begun = begin_relationship(contact=ContactFactory(), kind="prospect", actor=None)
    assert begun.stage.label == "Asked"
    out = {here for here, _there, _need in moves("prospect")}
    assert out == {"Asked", "Met", "In contact", "Joined", "Not now"}


def test_a_stage_that_was_put_aside_comes_back_with_it() -> None:
    template = kept()
    made = add_stage(lifecycle=lifecycle("prospect"), actor=UserFactory(), name="Extra")
    use_template(lifecycle=lifecycle("prospect"), template=template, actor=UserFactory())
    made.refresh_from_db()
    assert made.archived_at is not None
    with_extra = save_template(
        actor=UserFactory(), name="More", steps=[*template.steps, {"name": "Extra"}]
    )

    use_template(lifecycle=lifecycle("prospect"), template=with_extra, actor=UserFactory())

    made.refresh_from_db()
    assert made.archived_at is None


def test_what_cannot_be_is_refused_whole() -> None:
    only_ends = save_template(
        actor=UserFactory(), name="Ends", steps=[{"name": "Over", "is_closed": True}]
    )
    many = save_template(
        actor=UserFactory(), name="Many", steps=[{"name": f"S{n}"} for n in range(25)]
    )
    before = list(Stage.objects.order_by("pk").values())
    for template, match in ((only_ends, "somebody can stand"), (many, "at most 20")):
        with pytest.raises(StageRefused, match=match):
            use_template(lifecycle=lifecycle("prospect"), template=template, actor=UserFactory())
    assert list(Stage.objects.order_by("pk").values()) == before


def test_a_name_is_kept_once_and_empty_ones_not_at_all() -> None:
    kept(name="Our way")
    for name, match in (("our WAY", "already"), ("  ", "name")):
        with pytest.raises(TemplateRefused, match=match):
            kept(name=name)
    with pytest.raises(TemplateRefused, match="no steps"):
        save_steps_of(pool=TalentPoolFactory(), actor=UserFactory(), name="Empty")


def test_deleting_a_template_leaves_what_was_made_from_it() -> None:
    template = kept()
    use_template(lifecycle=lifecycle("alumnus"), template=template, actor=UserFactory())
    before = shape("alumnus")

    delete_template(template=template, actor=UserFactory())

    assert shape("alumnus") == before
    assert AuditEntry.objects.filter(action="contacts.template_deleted").count() == 1
    assert not Relationship.objects.exists()
