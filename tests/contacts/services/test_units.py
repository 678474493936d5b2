import pytest

from contacts.models import OrgUnit
from contacts.services.units import CodeTaken, MoveRefused, create_unit, move_unit, rename_unit
from core.models import AuditEntry
from tests.factories import OrgUnitFactory, UserFactory

pytestmark = pytest.mark.django_db


def lineage(unit: OrgUnit) -> list[int]:
    return OrgUnit.objects.get(pk=unit.pk).lineage


def test_create_unit_knows_where_it_hangs() -> None:
    actor = UserFactory()
    root = create_unit(name="Organisation", actor=actor)

    branch = create_unit(name=" Sales ", actor=actor, parent=root, code="S")

    assert (branch.name, branch.parent, branch.depth) == ("Sales", root, 1)
    assert (lineage(root), lineage(branch)) == ([root.pk], [root.pk, branch.pk])
    assert list(AuditEntry.objects.values_list("action", "actor", "target_id")) == [
        ("contacts.unit_created", actor.pk, root.pk),
        ("contacts.unit_created", actor.pk, branch.pk),
    ]


def test_move_unit_takes_its_whole_branch_along_and_nothing_else() -> None:
    root = OrgUnitFactory()
    old, new = OrgUnitFactory(parent=root), OrgUnitFactory(parent=root)
    moved = OrgUnitFactory(parent=old)
    child = OrgUnitFactory(parent=moved)
    grandchild = OrgUnitFactory(parent=child)
    sibling = OrgUnitFactory(parent=old)

    move_unit(unit=moved, parent=new, actor=None)

    assert lineage(moved) == [root.pk, new.pk, moved.pk]
    assert lineage(child) == [root.pk, new.pk, moved.pk, child.pk]
    assert lineage(grandchild) == [root.pk, new.pk, moved.pk, child.pk, grandchild.pk]
    assert lineage(sibling) == [root.pk, old.pk, sibling.pk]
    assert set(OrgUnit.objects.within([new.pk])) == {new, moved, child, grandchild}


def test_move_unit_to_the_top_makes_a_root_and_back() -> None:
    root = OrgUnitFactory()
    moved = OrgUnitFactory(parent=root)
    child = OrgUnitFactory(parent=moved)

    assert move_unit(unit=moved, parent=None, actor=None).parent is None
    assert lineage(child) == [moved.pk, child.pk]

    move_unit(unit=moved, parent=root, actor=None)
    assert lineage(child) == [root.pk, moved.pk, child.pk]


def test_move_unit_refuses_a_place_under_itself() -> None:
    unit = OrgUnitFactory()
    below = OrgUnitFactory(parent=OrgUnitFactory(parent=unit))

    for parent in (unit, below):
        with pytest.raises(MoveRefused):
            move_unit(unit=unit, parent=parent, actor=None)

    assert lineage(below)[0] == unit.pk
    assert not AuditEntry.objects.exists()


def test_rename_unit_refuses_the_code_of_another() -> None:
    OrgUnitFactory(code="HR")
    unit = OrgUnitFactory(name="Sales", code="S")

    with pytest.raises(CodeTaken):
        rename_unit(unit=unit, name="Sales", code="HR", actor=None)
    rename_unit(unit=unit, name="Selling", code="S", actor=None)

    assert list(OrgUnit.objects.filter(pk=unit.pk).values_list("name", "code")) == [
        ("Selling", "S")
    ]
