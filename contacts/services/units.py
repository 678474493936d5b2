"""The tree of our own organisation."""

from datetime import date

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import OrgUnit, Segment
from core import audit
from core.errors import DomainError
from core.models import User


class MoveRefused(DomainError):
    code = "unit_move_refused"


class CodeTaken(DomainError):
    code = "unit_code_taken"


@transaction.atomic
def create_unit(
    *,
    name: str,
    actor: User | None,
    parent: OrgUnit | None = None,
    code: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> OrgUnit:
    _lock_tree()
    _check_code(code)
    unit = OrgUnit.objects.create(
        name=name.strip(), code=code.strip(), parent=parent, starts_on=starts_on, ends_on=ends_on
    )
    unit.lineage = [*_lineage_of(parent), unit.pk]
    unit.save(update_fields=["lineage", "updated_at"])
    audit.record(actor=actor, action="contacts.unit_created", target=unit, name=unit.name)
    return unit


@transaction.atomic
def rename_unit(
    *, unit: OrgUnit, name: str, actor: User | None, code: str | None = None
) -> OrgUnit:
    current = OrgUnit.objects.select_for_update().get(pk=unit.pk)
    code = current.code if code is None else code.strip()
    if (current.name, current.code) == (name.strip(), code):
        return current
    _check_code(code, other_than=current)
    was = current.name
    current.name, current.code = name.strip(), code
    current.save(update_fields=["name", "code", "updated_at"])
    audit.record(
        actor=actor, action="contacts.unit_renamed", target=current, was=was, name=current.name
    )
    return current


@transaction.atomic
def move_unit(*, unit: OrgUnit, parent: OrgUnit | None, actor: User | None) -> OrgUnit:
    """Hang a unit, with its whole branch, elsewhere; ``parent`` None makes it a root.

    Everyone whose role was granted above sees the branch come and go with it. Moves queue
    behind one another: two at once could hang each unit under the other.
    """
    _lock_tree()
    current = OrgUnit.objects.get(pk=unit.pk)
    above = _lineage_of(parent)
    if current.pk in above:
        raise MoveRefused(_("A unit cannot be moved under itself."))
    was = current.parent_id
    if was == (parent.pk if parent else None):
        return current
    current.parent = parent
    current.save(update_fields=["parent", "updated_at"])
    _rewrite_lineage(current, above)
    Segment.objects.ask_anew("unit")
    Segment.objects.live().filter(unit__isnull=False).update(due_at=timezone.now())
    current.refresh_from_db()
    audit.record(
        actor=actor,
        action="contacts.unit_moved",
        target=current,
        was=was,
        parent=current.parent_id,
    )
    return current


def _rewrite_lineage(unit: OrgUnit, above: list[int]) -> None:
    """Put ``above`` in the place of what stood before ``unit`` in every lineage of its branch."""
    query = """
        UPDATE contacts_orgunit
        SET lineage = %s::bigint[] || lineage[array_position(lineage, %s::bigint):]
        WHERE lineage @> ARRAY[%s::bigint]
    """
    with connection.cursor() as cursor:
        cursor.execute(query, [above, unit.pk, unit.pk])


def _lineage_of(parent: OrgUnit | None) -> list[int]:
    if parent is None:
        return []
    return list(OrgUnit.objects.values_list("lineage", flat=True).get(pk=parent.pk))


def _check_code(code: str, other_than: OrgUnit | None = None) -> None:
    taken = OrgUnit.objects.filter(code=code.strip()).exclude(code="")
    if other_than is not None:
        taken = taken.exclude(pk=other_than.pk)
    if taken.exists():
        raise CodeTaken(_("Another unit has this code."))


def _lock_tree() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('contacts_orgunit'))")
