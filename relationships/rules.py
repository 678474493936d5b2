"""Who may do what with relationships: it goes by the unit that keeps the person."""

from collections.abc import Callable

import rules
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from contacts.models.access import covers
from core import scopes
from core.models import User
from core.permissions import declare
from relationships.models import (
    FollowUp,
    GoodwillEntry,
    Interaction,
    PersonalFact,
    Promise,
    Relationship,
)

About = Contact | Relationship | FollowUp | Promise | GoodwillEntry | PersonalFact | Interaction


def within_unit(permission: str) -> Callable[[User, object], bool]:
    def is_covered(user: User, record: About) -> bool:
        contact = record if isinstance(record, Contact) else record.contact
        if contact is None:
            return False  # about a talent pool: its assignee's alone
        return covers(user, permission, contact.unit_id)

    predicate: Callable[[User, object], bool] = rules.predicate(is_covered)
    return predicate


@rules.predicate
def is_assignee(user: User, follow_up: FollowUp) -> bool:
    return isinstance(follow_up, FollowUp) and follow_up.assignee_id == user.pk


declare("relationships.view_relationship", _("See relationships"))
declare("relationships.view_rates", _("See and write what people are paid"))
declare("relationships.view_dossiers", _("See and fill in the dossiers of freelancers"))
declare("relationships.manage_questionnaires", _("Change the questions of those dossiers"))
declare("relationships.move_relationship", _("Move relationships along their lifecycle"))
declare("relationships.log_interaction", _("Log contact moments"))
declare("relationships.change_follow_up", _("Make and close tasks"))
declare("relationships.manage_lifecycles", _("Change lifecycles"))
declare("relationships.manage_ties", _("Change the kinds of ties"))

for _codename in (
    "relationships.view_relationship",
    "relationships.view_rates",
    "relationships.view_dossiers",
    "relationships.move_relationship",
    "relationships.log_interaction",
):
    rules.add_perm(_codename, within_unit(_codename))
rules.add_perm(
    "relationships.change_follow_up", is_assignee | within_unit("relationships.change_follow_up")
)

scopes.register("relationships:read", _("Read what is between us: stages, timelines, work"))
scopes.register("relationships:write", _("Write what is between us: move, log, promise, end"))
