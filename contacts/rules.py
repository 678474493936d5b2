"""Who may do what with people. A permission counts for the part it was granted for."""

from collections.abc import Callable

import rules
from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, ImportRun
from contacts.models.access import covers
from core.models import User
from core.permissions import declare


def within_unit(permission: str) -> Callable[[User, models.Model], bool]:
    """A predicate: the user holds ``permission`` for the unit that keeps the record."""

    @rules.predicate(f"{permission} within unit")
    def is_covered(user: User, record: Contact | ImportRun) -> bool:
        return covers(user, permission, record.unit_id)

    return is_covered


declare("contacts.view_contact", _("See people"))
declare("contacts.change_contact", _("Add and change people"))
declare("contacts.import_contacts", _("Import files of people"))
declare("contacts.merge_contacts", _("Merge people who are one"))
declare("contacts.erase_contact", _("Erase people"))
declare("contacts.manage_units", _("Change the organisation tree"))

for _codename in (
    "contacts.view_contact",
    "contacts.change_contact",
    "contacts.import_contacts",
    "contacts.merge_contacts",
    "contacts.erase_contact",
):
    rules.add_perm(_codename, within_unit(_codename))
