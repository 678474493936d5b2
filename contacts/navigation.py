"""Where people stand in the navigation, and how the palette finds them."""

from collections.abc import Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts import list_acts
from contacts.list_acts import ListAct
from contacts.listing import Selection
from contacts.models import Contact
from contacts.selectors.people import suggestions
from core import navigation, palette
from core.models import User
from core.navigation import Item, Section
from core.palette import Act, Provider, Result


def _find(user: User, words: str, limit: int) -> list[Result]:
    people = Contact.objects.visible_to(user).active()
    return [_result(one) for one in suggestions(people, words, limit=limit)]


def _by_ids(user: User, ids: Sequence[str]) -> dict[str, Result]:
    people = Contact.objects.visible_to(user).active().filter(uid__in=[UUID(one) for one in ids])
    return {str(person.uid): _result(person) for person in people}


def _result(person: Contact) -> Result:
    hint = ", ".join(part for part in (person.headline, person.city) if part)
    url = reverse("contacts:person", args=[person.uid])
    return Result(label=person.full_name, url=url, hint=hint, person=True)


def _export_url(selection: Selection) -> str:
    address = reverse("contacts:export_people")
    return f"{address}?{urlencode(selection, doseq=True)}" if selection else address


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
        purpose=_("The tree of the organisation"),
        url_name="contacts:units",
        icon="network",
        position=30,
        permission="contacts.manage_units",
    )
)
navigation.register(
    Item(
        section=Section.SETTINGS,
        label=_("Skills"),
        purpose=_("What people can do, and what it is called"),
        url_name="contacts:skill_catalogue",
        icon="graduation-cap",
        position=32,
        permission="contacts.manage_skills",
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
navigation.register(
    Item(
        section=Section.SETTINGS,
        label=_("Team"),
        url_name="contacts:team",
        icon="contact-round",
        position=20,
        permission="core.manage_accounts",
        purpose=_("Who can sign in, and invitations"),
    )
)
navigation.register(
    Item(
        section=Section.SETTINGS,
        label=_("Roles"),
        url_name="contacts:roles",
        icon="shield-check",
        position=22,
        permission="core.manage_accounts",
        purpose=_("What each role allows"),
    )
)
navigation.register(
    Item(
        section=Section.SETTINGS,
        label=_("Audit log"),
        url_name="contacts:audit",
        icon="scroll-text",
        position=90,
        permission="core.view_audit",
        purpose=_("Who did what, to which record"),
    )
)
palette.register_act(
    Act(
        label=_("Import people"),
        url_name="contacts:imports",
        icon="upload",
        position=15,
        permission="contacts.import_contacts",
        words=_("file csv excel linkedin google outlook spreadsheet"),
    )
)
navigation.register(
    Item(
        section=Section.SETTINGS,
        label=_("Fields"),
        purpose=_("What you want to know of people besides"),
        url_name="contacts:fields",
        icon="text-cursor-input",
        position=32,
        permission="contacts.manage_fields",
    )
)
list_acts.register(
    ListAct(
        key="export",
        label=_("Export"),
        icon="download",
        position=80,
        url=_export_url,
        permission="contacts.export_contacts",
    )
)
