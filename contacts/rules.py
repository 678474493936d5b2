"""Who may do what with people. A permission counts for the part it was granted for."""

from collections.abc import Callable

import rules
from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, ImportRun, Segment, TalentPool
from contacts.models.access import covers, visible_units
from core import scopes
from core.models import Role, User
from core.permissions import declare


def within_unit(permission: str) -> Callable[[User, models.Model], bool]:
    """A predicate: the user holds ``permission`` for the unit that keeps the record."""

    def is_covered(user: User, record: Contact | ImportRun) -> bool:
        return covers(user, permission, record.unit_id)

    predicate: Callable[[User, models.Model], bool] = rules.predicate(is_covered)
    return predicate


declare("contacts.view_contact", _("See people"))
declare("contacts.view_confidential", _("See contracts and other confidential documents"))
declare("contacts.change_contact", _("Add and change people"))
declare("contacts.import_contacts", _("Import files of people"))
declare("contacts.export_contacts", _("Export people to files"))
declare("contacts.merge_contacts", _("Merge people who are one"))
declare("contacts.manage_segments", _("Make segments and talent pools"))
declare("contacts.erase_contact", _("Erase people"))
declare("contacts.manage_skills", _("Change the list of skills"))
declare("contacts.manage_fields", _("Make fields of your own"))
declare("contacts.manage_units", _("Change the organisation tree"))

for _codename in (
    "contacts.view_contact",
    "contacts.view_confidential",
    "contacts.change_contact",
    "contacts.import_contacts",
    "contacts.export_contacts",
    "contacts.merge_contacts",
    "contacts.erase_contact",
):
    rules.add_perm(_codename, within_unit(_codename))


@rules.predicate
def keeps_group(user: User, group: Segment | TalentPool) -> bool:
    """One's own, and what is shared by colleagues of the same part of the organisation."""
    if group.owner_id == user.pk:
        return True
    if group.is_private and group.owner.is_active:
        return False
    return covers(user, "contacts.manage_segments", group.unit_id)


rules.add_perm("contacts.manage_segments", keeps_group)


def may_grant(user: User, role: Role, unit_id: int | None) -> bool:
    """Within a part of the organisation nobody gives what they do not hold there themselves. Who
    administers the whole also says what roles allow, so there it would hinder nobody.
    """
    if visible_units(user, "core.manage_accounts") is None:
        return True
    needed = ["core.manage_accounts", *role.permissions]
    return all(covers(user, permission, unit_id) for permission in needed)


def may_manage(user: User, colleague: User) -> bool:
    """Whether ``user`` manages accounts wherever ``colleague`` has a role."""
    units = visible_units(user, "core.manage_accounts")
    if units is None:
        return True
    held = list(colleague.role_grants.values_list("unit_id", flat=True))
    return bool(held) and set(held) <= set(units)


@rules.predicate
def manages_account(user: User, colleague: User) -> bool:
    return isinstance(colleague, User) and may_manage(user, colleague)


rules.add_perm("core.manage_accounts", manages_account)


scopes.register("contacts:read", _("Read people and units"))
scopes.register("contacts:write", _("Add and change people"))
scopes.register("segments:read", _("Read segments and talent pools"))
scopes.register("segments:write", _("Add people to talent pools, and take them out"))
