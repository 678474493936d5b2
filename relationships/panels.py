"""Our parts of a person's page."""

from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models import Contact
from contacts.panels import Panel, register
from core.models import User
from relationships.choices import Kind
from relationships.log_forms import QUICK
from relationships.selectors.continuity import bonds_of
from relationships.selectors.desk_items import works_of
from relationships.selectors.engagements import line_of
from relationships.selectors.facts import facts_of
from relationships.selectors.goodwill import ledger_of
from relationships.selectors.leaving import progress_of
from relationships.selectors.line_of_life import line_of_life
from relationships.selectors.person import engagements_of, hold_shown, open_tasks, standings
from relationships.selectors.promises import promises_of
from relationships.selectors.ties import ties_of
from relationships.selectors.two_sides import sides_of
from relationships.timeline_forms import asked_of, timeline_shown

SEE = "relationships.view_relationship"


def head_of(contact: Contact, user: User) -> dict[str, Any]:
    today = timezone.localdate()
    found = standings(contact, today=today)
    return {
        "hold": hold_shown(contact, user, today=today),
        "standings": [one for one in found if one.relationship.ended_on is None] or found[:1],
        "may_log": user.has_perm("relationships.log_interaction", contact),
        "quick": [(channel, label, icon) for channel, (_way, label, icon) in QUICK.items()],
    }


def life_of(contact: Contact, user: User) -> dict[str, Any]:
    return {"life": line_of_life(contact, now=timezone.now())}


def timeline_of(contact: Contact, user: User, given: QueryDict) -> dict[str, Any]:
    return timeline_shown(contact, user, asked_of(given))


def tasks_of(contact: Contact, user: User) -> dict[str, Any]:
    tasks = open_tasks(contact)
    return {
        "tasks": tasks,
        "works": works_of(tasks),
        "today": timezone.localdate(),
        "may_change_tasks": user.has_perm("relationships.change_follow_up", contact),
    }


def promises_shown(contact: Contact, user: User) -> dict[str, Any]:
    today = timezone.localdate()
    found = promises_of(contact)
    return {
        "promises": found,
        "today": today,
        "is_mail_held": any(one.is_ours and one.due_on < today for one in found.open),
        "may_promise": user.has_perm("relationships.log_interaction", contact),
    }


def goodwill_shown(contact: Contact, user: User) -> dict[str, Any]:
    return {
        "ledger": ledger_of(contact, today=timezone.localdate()),
        "may_note": user.has_perm("relationships.log_interaction", contact),
    }


def facts_shown(contact: Contact, user: User) -> dict[str, Any]:
    return {
        "facts": facts_of(contact, today=timezone.localdate()),
        "may_note": user.has_perm("relationships.log_interaction", contact),
    }


def ties_shown(contact: Contact, user: User) -> dict[str, Any]:
    return {
        "ties": ties_of(contact, user, today=timezone.localdate()),
        "bonds": bonds_of(contact, now=timezone.now()),
        "may_tie": user.has_perm("relationships.log_interaction", contact),
    }


def two_sides_shown(contact: Contact, user: User) -> dict[str, Any]:
    return {"sides": sides_of(contact, today=timezone.localdate())}


def standing_of(contact: Contact, user: User) -> dict[str, Any]:
    today = timezone.localdate()
    found = standings(contact, today=today, with_owners=True)
    held = {one.relationship.kind for one in found if one.relationship.ended_on is None}
    return {
        "standings": found,
        "today": today,
        "may_move": user.has_perm("relationships.move_relationship", contact),
        "has_kinds_left": len(held) < len(Kind),
    }


def engagements_shown(contact: Contact, user: User) -> dict[str, Any]:
    today, rows = timezone.localdate(), engagements_of(contact)
    return {
        "engagements": [line_of(row, today) for row in rows],
        "progress": progress_of([row.pk for row in rows if row.ends_on is not None]),
        "may_move": user.has_perm("relationships.move_relationship", contact),
        "may_see_rates": user.has_perm("relationships.view_rates", contact),
    }


register(
    Panel(
        key="relationships",
        slot="head",
        label=_("What is between us"),
        position=10,
        template="relationships/panels/head.html",
        context=head_of,
        permission=SEE,
    )
)
register(
    Panel(
        key="life",
        slot="main",
        label=_("Line of life"),
        position=10,
        template="relationships/panels/life.html",
        context=life_of,
        permission=SEE,
    )
)
register(
    Panel(
        key="timeline",
        slot="tab",
        label=_("Timeline"),
        position=10,
        template="relationships/panels/timeline.html",
        asked=timeline_of,
        permission=SEE,
    )
)
register(
    Panel(
        key="sides",
        slot="tab",
        label=_("Legal and experienced"),
        position=30,
        template="relationships/panels/two_sides.html",
        context=two_sides_shown,
        permission=SEE,
    )
)
register(
    Panel(
        key="ties",
        slot="tab",
        label=pgettext_lazy("panel", "Ties"),
        position=40,
        template="relationships/panels/ties.html",
        context=ties_shown,
        permission=SEE,
    )
)
register(
    Panel(
        key="tasks",
        slot="aside",
        label=pgettext_lazy("panel", "Tasks"),
        position=10,
        template="relationships/panels/tasks.html",
        context=tasks_of,
        permission=SEE,
    )
)
register(
    Panel(
        key="promises",
        slot="aside",
        label=_("Promises"),
        position=12,
        template="relationships/panels/promises.html",
        context=promises_shown,
        permission=SEE,
    )
)
register(
    Panel(
        key="goodwill",
        slot="aside",
        label=_("Goodwill"),
        position=14,
        waits=True,
        template="relationships/panels/goodwill.html",
        context=goodwill_shown,
        permission=SEE,
    )
)
register(
    Panel(
        key="facts",
        slot="aside",
        label=_("Personal facts"),
        position=16,
        waits=True,
        template="relationships/panels/facts.html",
        context=facts_shown,
        permission=SEE,
    )
)
register(
    Panel(
        key="standing",
        slot="aside",
        label=_("Relationships"),
        position=20,
        waits=True,
        template="relationships/panels/standing.html",
        context=standing_of,
        permission=SEE,
    )
)
register(
    Panel(
        key="engagements",
        slot="aside",
        label=_("Engagements"),
        position=22,
        waits=True,
        template="relationships/panels/engagements.html",
        context=engagements_shown,
        permission=SEE,
    )
)
