"""Where segments and talent pools stand in the shell, and on a person's page."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts import list_acts
from contacts.listing import Selection
from contacts.models import Contact, Segment, TalentPool
from contacts.panels import Panel
from contacts.panels import register as register_panel
from contacts.selectors.pools import pools_of
from core import navigation, palette
from core.models import User
from core.palette import Act, Provider, Result

SEE, MANAGE = "contacts.view_contact", "contacts.manage_segments"


def _segment(row: Segment) -> Result:
    url = reverse("contacts:segment", args=[row.uid])
    return Result(label=row.name, url=url, icon="filter", hint=row.purpose[:60])


def _pool(row: TalentPool) -> Result:
    url = reverse("contacts:pool", args=[row.uid])
    return Result(label=row.name, url=url, icon="users-round", hint=row.purpose[:60])


def find_segments(user: User, words: str, limit: int) -> list[Result]:
    rows = Segment.objects.visible_to(user).live().filter(name__icontains=words)
    return [_segment(row) for row in rows.order_by("name", "pk")[:limit]]


def segments_by_ids(user: User, ids: Sequence[str]) -> dict[str, Result]:
    rows = Segment.objects.visible_to(user).live().filter(uid__in=ids)
    return {str(row.uid): _segment(row) for row in rows}


def find_pools(user: User, words: str, limit: int) -> list[Result]:
    rows = TalentPool.objects.visible_to(user).live().filter(name__icontains=words)
    return [_pool(row) for row in rows.order_by("name", "pk")[:limit]]


def pools_by_ids(user: User, ids: Sequence[str]) -> dict[str, Result]:
    rows = TalentPool.objects.visible_to(user).live().filter(uid__in=ids)
    return {str(row.uid): _pool(row) for row in rows}


def _places(contact: Contact, user: User) -> dict[str, Any]:
    may_pool = contact.is_active and user.has_perm(MANAGE)
    return {"places": pools_of(contact, user), "may_pool": may_pool}


def _as_rule(selection: Selection) -> str:
    """A new segment that asks what the filters of a list ask."""
    address = reverse("contacts:new_segment")
    return f"{address}?{urlencode(selection, doseq=True)}" if selection else address


navigation.register(
    navigation.Item(
        section=navigation.Section.BELOW,
        label=_("Segments and pools"),
        url_name="contacts:segments",
        icon="filter",
        position=10,
        permission=SEE,
        shortcut="g",
    )
)
palette.register(
    Provider(
        key="segments",
        label=_("Segments"),
        find=find_segments,
        by_ids=segments_by_ids,
        permission=SEE,
        position=40,
    )
)
palette.register(
    Provider(
        key="pools",
        label=_("Talent pools"),
        find=find_pools,
        by_ids=pools_by_ids,
        permission=SEE,
        position=42,
    )
)
palette.register_act(
    Act(
        label=_("New segment"),
        url_name="contacts:new_segment",
        icon="filter",
        position=50,
        permission=MANAGE,
        words=_("rule filter audience"),
    )
)
palette.register_act(
    Act(
        label=_("New talent pool"),
        url_name="contacts:new_pool",
        icon="users-round",
        position=52,
        permission=MANAGE,
        words=_("list shortlist"),
    )
)
register_panel(
    Panel(
        key="pools",
        slot="aside",
        label=_("Talent pools"),
        position=50,
        waits=True,
        template="contacts/panels/pools.html",
        context=_places,
        permission=SEE,
    )
)
list_acts.register(
    list_acts.ListAct(
        key="segment",
        label=_("Keep as a segment"),
        icon="filter",
        position=20,
        url=_as_rule,
        permission=MANAGE,
    )
)
