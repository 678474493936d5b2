"""Where people stand in the navigation, and how the palette finds them."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Case, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts import names
from contacts.models import Contact
from core import navigation, palette
from core.models import User
from core.navigation import Item, Section
from core.palette import Act, Provider, Result


def _find(user: User, words: str, limit: int) -> list[Result]:
    """People by every word; those whose family name begins with what was typed come first."""
    found = Contact.objects.visible_to(user).active().search(words)
    begins = When(sort_key__startswith=names.fold(words), then=0)
    return [_result(one) for one in found.order_by(Case(begins, default=1), "sort_key")[:limit]]


def _by_ids(user: User, ids: Sequence[str]) -> dict[str, Result]:
    people = Contact.objects.visible_to(user).active().filter(uid__in=[UUID(one) for one in ids])
    return {str(person.uid): _result(person) for person in people}


def _result(person: Contact) -> Result:
    hint = ", ".join(part for part in (person.headline, person.city) if part)
    url = reverse("contacts:person", args=[person.uid])
    return Result(label=person.full_name, url=url, hint=hint, person=True)


navigation.register(
    Item(
        section=Section.MAIN,
        label=_("People"),
        url_name="contacts:people",
        icon="users-round",
        position=20,
        permission="contacts.view_contact",
        shortcut="p",
    )
)
navigation.register(
    Item(
        section=Section.SETTINGS,
        label=_("Units"),
        url_name="contacts:units",
        icon="network",
        position=30,
        permission="contacts.manage_units",
    )
)
palette.register(
    Provider(
        key="people",
        label=_("People"),
        find=_find,
        permission="contacts.view_contact",
        position=10,
        by_ids=_by_ids,
    )
)
palette.register_act(
    Act(
        label=_("New contact"),
        url_name="contacts:new",
        icon="user-round-plus",
        position=10,
        permission="contacts.change_contact",
        is_new=True,
        words=_("person people add"),
    )
)
for _label, _url_name, _icon, _position, _permission in (
    (_("Team"), "contacts:team", "contact-round", 20, "core.manage_accounts"),
    (_("Roles"), "contacts:roles", "shield-check", 22, "core.manage_accounts"),
    (_("Audit log"), "contacts:audit", "scroll-text", 90, "core.view_audit"),
):
    navigation.register(
        Item(
            section=Section.SETTINGS,
            label=_label,
            url_name=_url_name,
            icon=_icon,
            position=_position,
            permission=_permission,
        )
    )
