"""What rules may ask of relationships, contact moments and engagements."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from contacts.conditions import building
from contacts.conditions.registry import (
    Ask,
    Choices,
    Condition,
    Part,
    begin_of,
    leave_out,
    register,
)
from core.models import User
from relationships.choices import Channel, Direction, Kind
from relationships.models import Engagement, Interaction, Relationship
from relationships.selectors.colleagues import colleagues
from relationships.selectors.lifecycle import stage_choices

SEE = "relationships.view_relationship"
STANDING, MOMENTS, WORK = _("Relationship"), _("Contact moments"), _("Work for us")


def _open(ask: Ask) -> QuerySet[Any]:
    return Relationship.objects.open()


def _owned(ask: Ask) -> QuerySet[Any]:
    return Relationship.objects.open().filter(owner__isnull=False)


def _any(ask: Ask) -> QuerySet[Any]:
    return Relationship.objects.all()


def _owners(user: User) -> Choices:
    return [(str(one.uid), one.name) for one in colleagues()]


def _kinds(user: User) -> Choices:
    return [(kind.value, kind.label) for kind in Kind]


def _stages(user: User) -> Choices:
    return stage_choices()


def _moments(ask: Ask) -> QuerySet[Any]:
    """Contact between people. What colleagues noted among themselves counts if it is asked for."""
    rows = Interaction.objects.filter(is_automated=False)
    channels, directions = ask.parts.get("channel"), ask.parts.get("direction")
    if channels:
        rows = rows.filter(channel__in=channels)
    rows = (
        rows.filter(direction__in=directions)
        if directions
        else rows.exclude(direction=Direction.INTERNAL)
    )
    if ask.parts.get("days"):
        rows = rows.filter(happened_at__gte=begin_of(ask.days_ago(int(ask.parts["days"][0]))))
    return rows


def _current(ask: Ask) -> QuerySet[Any]:
    return Engagement.objects.current(ask.today)


register(
    Condition(
        key="kind",
        label=_("Kind"),
        group=STANDING,
        position=100,
        type="choice",
        build=building.some_row(_open, "kind"),
        choices=_kinds,
        permission=SEE,
    ),
    Condition(
        key="stage",
        label=_("Stage"),
        group=STANDING,
        position=110,
        type="choice",
        build=building.some_row(_any, "stage__uid"),
        choices=_stages,
        permission=SEE,
        has_presence=False,
    ),
    Condition(
        key="owner",
        label=_("Owner"),
        group=STANDING,
        position=120,
        type="choice",
        build=building.some_row(_owned, "owner__uid"),
        choices=_owners,
        permission=SEE,
    ),
    Condition(
        key="begun",
        label=_("Relationship begun"),
        group=STANDING,
        position=130,
        type="day",
        build=building.latest_row(_open, "started_on", is_moment=False),
        permission=SEE,
    ),
    Condition(
        key="next_touch",
        label=_("Next contact planned"),
        group=STANDING,
        position=140,
        type="day",
        build=building.latest_row(_open, "next_touch_on", is_moment=False),
        permission=SEE,
    ),
    Condition(
        key="last_contact",
        label=_("Last contact"),
        group=MOMENTS,
        position=150,
        type="day",
        build=building.latest_row(_any, "last_two_way_at", is_moment=True),
        permission=SEE,
    ),
    Condition(
        key="interactions",
        label=_("Contact moments"),
        noun=_("contact moments"),
        group=MOMENTS,
        position=160,
        type="count",
        build=building.counted_rows(_moments),
        parts=(
            Part(
                key="channel",
                label=_("by"),
                sentence=_("by %(value)s"),
                choices=lambda user: Channel.choices,
            ),
            Part(
                key="direction",
                label=_("who spoke"),
                sentence=_("(%(value)s)"),
                choices=lambda user: Direction.choices,
            ),
            Part(
                key="days",
                label=_("in the last … days"),
                sentence=_("in the last %(value)s days"),
            ),
        ),
        permission=SEE,
    ),
    Condition(
        key="engagement",
        label=_("Works for us now"),
        group=WORK,
        position=170,
        type="choice",
        build=building.some_row(_current, "form"),
        choices=lambda user: Engagement.Form.choices,
        permission=SEE,
        pace="day",
    ),
    Condition(
        key="engagement_ended",
        label=_("Last day of work"),
        group=WORK,
        position=180,
        type="day",
        build=building.latest_row(
            lambda ask: Engagement.objects.binding(), "ends_on", is_moment=False
        ),
        permission=SEE,
    ),
)
leave_out(lambda: ("last_contact_before", "touch_due"))
