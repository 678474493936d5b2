"""Where people stand in the navigation, and how the palette finds them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils import formats
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from contacts import list_acts, listing
from contacts.list_acts import ListAct
from contacts.listing import Selection
from contacts.models import Contact
from contacts.selectors.duplicates import waiting_count
from contacts.selectors.people import Count
from contacts.selectors.persons import survivor_of
from contacts.selectors.search import find_people
from contacts.selectors.search_texts import find_texts
from contacts.selectors.why import Hit
from core import navigation, palette
from core.models import User
from core.navigation import Item, Section
from core.palette import Act, Found, Provider, Result


def _find(user: User, words: str, limit: int) -> Found:
    """In the palette the likeliest few; on the search page counted, and to be taken to the list."""
    is_page = limit > palette.PER_GROUP
    people = find_people(user, words, limit=limit, counts=is_page)
    beside = _between_us([hit.contact for hit in people.hits], user)
    note = ""
    if people.meant:
        note = _("Nobody is spelt so. Found instead: %(words)s") % {
            "words": ", ".join(people.meant[:3])
        }
    in_the_list = Result(
        label=str(_("Go on in the list of people")),
        url=f"{reverse('contacts:people')}?{urlencode({'q': ' '.join(words.split())[:100]})}",
    )
    return Found(
        results=[_hit(hit, beside) for hit in people.hits],
        count=_count(people.count),
        note=str(note),
        more=in_the_list if is_page and people.hits and not people.meant else None,
    )


def _by_ids(user: User, ids: Sequence[str]) -> dict[str, Result]:
    found = Contact.objects.visible_to(user).active().filter(uid__in=[UUID(one) for one in ids])
    people = list(found)
    beside = _between_us(people, user)
    return {str(person.uid): _result(person, beside) for person in people}


def _result(person: Contact, beside: Mapping[int, str], **found: Any) -> Result:
    hint = ", ".join(part for part in (person.headline, person.city) if part)
    return Result(
        label=person.full_name,
        url=reverse("contacts:person", args=[person.uid]),
        hint="" if found else hint,
        person=True,
        key=str(person.uid),
        initials=person.initials,
        beside=beside.get(person.pk, ""),
        **found,
    )


def _hit(hit: Hit, beside: Mapping[int, str]) -> Result:
    return _result(
        hit.contact, beside, marked=hit.name, under=hit.position, reasons=tuple(hit.reasons)
    )


def _between_us(people: Sequence[Contact], user: User) -> Mapping[int, str]:
    """What the list shows of relationships, where an app above gave it a column for them."""
    columns = [one for one in listing.columns_for(user) if one.key == "stage"]
    draw = columns[0].html if columns else None
    if draw is None or not people:
        return {}
    values = listing.values_of(columns, people, user)["stage"]
    return {person.pk: draw(values[person.pk]) for person in people if values.get(person.pk)}


def _count(count: Count) -> str:
    number = formats.number_format(count.number, use_l10n=True, force_grouping=True)
    return f"{number}+" if count.is_more else number


def _find_texts(user: User, words: str, limit: int) -> Found:
    texts = find_texts(user, words, limit=limit)
    return Found(
        results=[
            Result(
                label=hit.contact.full_name,
                url=reverse("contacts:person", args=[hit.contact.uid]) + hit.source.fragment,
                icon=hit.source.icon,
                hint=f"{hit.source.label}, {formats.date_format(localtime(hit.at), 'DATE_FORMAT')}",
                under=hit.text,
            )
            for hit in texts.hits
        ],
        count=_count(texts.count),
    )


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
        section=Section.BELOW,
        label=_("Duplicates"),
        url_name="contacts:duplicates",
        icon="merge",
        position=30,
        permission="contacts.merge_contacts",
        shortcut="u",
        count=waiting_count,
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
        key="texts",
        label=_("Notes and contact moments"),
        find=_find_texts,
        permission="contacts.view_contact",
        position=20,
        is_thorough=True,
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


def _find_by_id(user: User, words: str, limit: int) -> Found:
    """Whose id that is, or was before they were merged."""
    try:
        uid = UUID(words)
    except ValueError:
        return Found(results=[])
    people = Contact.objects.visible_to(user).filter(erased_at=None)
    named = people.filter(uid=uid).select_related("merged_into").first()
    now = people.filter(pk=survivor_of(named).pk).first() if named else None
    if now is None:
        return Found(results=[])
    url = reverse("contacts:person", args=[now.uid])
    return Found(results=[Result(label=now.full_name, url=url, hint=now.headline, person=True)])


palette.register(
    Provider(
        key="people-by-id",
        label=_("By id"),
        find=_find_by_id,
        permission="contacts.view_contact",
        position=5,
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
