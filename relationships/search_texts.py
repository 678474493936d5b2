"""What was written of contact moments, tasks and promises, for the search."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from contacts.searching.texts import TextSource, register
from core.models import User
from relationships.models import FollowUp, Interaction, PersonalFact, Promise

SEE = "relationships.view_relationship"


def _about_visible(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Of people whom ``user`` may see and whose relationships they may see: either may be granted
    for another part of the organisation.
    """
    rows = rows.filter(
        contact__archived_at=None, contact__merged_into=None, contact__erased_at=None
    )
    for permission in ("contacts.view_contact", SEE):
        unit_ids = visible_units(user, permission)
        if unit_ids is not None:
            rows = rows.filter(contact__unit__in=unit_ids)
    return rows


def _of(model: type[Model]) -> Callable[[User], QuerySet[Any]]:
    return lambda user: _about_visible(model._default_manager.all(), user)


def _facts(user: User) -> QuerySet[Any]:
    return _about_visible(PersonalFact.objects.kept(timezone.localdate()), user)


register(
    TextSource(
        key="interactions",
        label=_("Contact moment"),
        icon="message-square",
        rows=_of(Interaction),
        columns=("summary", "body"),
        at="happened_at",
        fragment="?tab=timeline",
        permission=SEE,
        position=20,
    )
)
register(
    TextSource(
        key="follow_ups",
        label=_("Task"),
        icon="square-check",
        rows=_of(FollowUp),
        columns=("title", "body"),
        at="created_at",
        permission=SEE,
        position=30,
    )
)
register(
    TextSource(
        key="promises",
        label=_("Promise"),
        icon="handshake",
        rows=_of(Promise),
        columns=("text",),
        at="created_at",
        permission=SEE,
        position=40,
    )
)
register(
    TextSource(
        key="facts",
        label=_("Fact"),
        icon="lightbulb",
        rows=_facts,
        columns=("text",),
        at="created_at",
        permission=SEE,
        position=50,
    )
)
