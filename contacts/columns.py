"""How lists of people can be narrowed by what the people themselves are."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower, Right
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from contacts.birthdays import days_of_month
from contacts.choices import Purpose, Source
from contacts.listing import Filter, register_filter
from contacts.models import Consent, Contact, OrgUnit, Tag
from contacts.models.access import visible_units
from contacts.models.contact import ContactQuerySet
from contacts.opposites import register_with_opposites
from contacts.skill_query import found_by
from core.models import User

# Longer than anybody remembers; a day before that is no date.
MOST_DAYS = 36_500


def unit_choices(user: User) -> list[tuple[str, str]]:
    """The units whose people ``user`` may see, in the order of the tree, indented."""
    units = OrgUnit.objects.all()
    allowed = visible_units(user, "contacts.view_contact")
    if allowed is not None:
        units = units.filter(pk__in=allowed)
    return [
        (str(unit.uid), f"{' ' * 3 * depth}{unit.name}") for unit, depth in in_tree_order(units)
    ]


def in_tree_order(units: Any) -> list[tuple[OrgUnit, int]]:
    """Units with their depth among those given; children under their parent, by name."""
    known = {unit.pk: unit for unit in units}

    def place(unit: OrgUnit) -> list[tuple[str, int]]:
        return [(known[pk].name.casefold(), pk) for pk in unit.lineage if pk in known]

    placed = sorted(known.values(), key=place)
    return [(unit, len(place(unit)) - 1) for unit in placed]


def tag_choices(user: User) -> list[tuple[str, str]]:
    return [(name, name) for name in Tag.objects.order_by("name").values_list("name", flat=True)]


def _in_units(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    roots = OrgUnit.objects.filter(uid__in=[UUID(value) for value in values])
    branch = OrgUnit.objects.within(list(roots.values_list("pk", flat=True)))
    return people.filter(unit__in=list(branch.values_list("pk", flat=True)))


def _found(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    for text in values:
        people = found_by(people, text)
    return people


def _in_cities(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    wanted = [value.lower() for value in values]
    return people.alias(city_folded=Lower("city")).filter(city_folded__in=wanted)


def _tagged(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    tagged = Contact.tags.through.objects.filter(tag__name__in=values)
    return people.filter(pk__in=tagged.values("contact_id"))


def _untagged(people: ContactQuerySet, user: User) -> ContactQuerySet:
    return people.filter(~Exists(Contact.tags.through.objects.filter(contact=OuterRef("pk"))))


def _birthday_choices(user: User) -> list[tuple[str, Any]]:
    months = [(str(number), name) for number, name in MONTHS.items()]
    return [("this", _("this month")), ("next", _("next month")), *months]


def _born_in(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    now = timezone.localdate().month
    said = {"this": now, "next": now % 12 + 1}
    days = [day for value in values for day in days_of_month(said.get(value) or int(value))]
    return people.alias(born_on=Right("birthday", 5)).exclude(birthday="").filter(born_on__in=days)


def _at_organisations(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    wanted = [value.lower() for value in values]
    return people.alias(at_folded=Lower("organisation_name")).filter(at_folded__in=wanted)


def _unchanged_for(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    days = max(int(value) for value in values)
    return people.filter(updated_at__lt=timezone.now() - timedelta(days=min(days, MOST_DAYS)))


def _changed_since(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    since = datetime.combine(date.fromisoformat(min(values)), time.min)
    return people.filter(updated_at__gte=timezone.make_aware(since))


def _consenting(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    in_force = Consent.objects.in_force(timezone.now()).filter(purpose__in=values)
    return people.filter(pk__in=in_force.values("contact_id"))


def _added_since(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    since = datetime.combine(date.fromisoformat(min(values)), time.min)
    return people.filter(created_at__gte=timezone.make_aware(since))


register_filter(
    Filter(
        key="q",
        label=_("Search"),
        position=0,
        widget="search",
        sentence=_("found by “%(value)s”"),
        apply=_found,
        icon="search",
    )
)
register_filter(
    Filter(
        key="only",
        label=_("Picked by hand"),
        position=5,
        widget="picked",
        sentence=_("%(value)s picked by hand"),
        apply=lambda people, values, user: people.filter(uid__in=values),
        icon="square-check",
    )
)
register_with_opposites(
    Filter(
        key="unit",
        label=_("Unit"),
        position=20,
        widget="choice",
        sentence=_("kept by %(value)s"),
        choices=unit_choices,
        apply=_in_units,
        icon="network",
    ),
    negation=_("not kept by %(value)s"),
)
register_with_opposites(
    Filter(
        key="city",
        label=_("City"),
        position=30,
        widget="text",
        sentence=_("in %(value)s"),
        apply=_in_cities,
        icon="map-pin",
    ),
    negation=_("not in %(value)s"),
    emptiness=_("whose city is not known"),
    lacking=lambda people, user: people.filter(city=""),
)
register_with_opposites(
    Filter(
        key="tag",
        label=_("Tag"),
        position=40,
        widget="choice",
        sentence=_("tagged %(value)s"),
        choices=tag_choices,
        apply=_tagged,
        icon="tag",
    ),
    negation=_("not tagged %(value)s"),
    emptiness=_("without a tag"),
    lacking=_untagged,
)
register_with_opposites(
    Filter(
        key="birthday",
        label=_("Birthday"),
        position=45,
        widget="choice",
        sentence=_("whose birthday is in %(value)s"),
        choices=_birthday_choices,
        apply=_born_in,
        icon="cake",
    ),
    negation=_("whose birthday is not in %(value)s"),
    emptiness=_("whose birthday is not known"),
    lacking=lambda people, user: people.filter(birthday=""),
)
register_with_opposites(
    Filter(
        key="language",
        label=_("Language"),
        position=50,
        widget="choice",
        sentence=_("who read %(value)s"),
        choices=lambda user: settings.LANGUAGES,
        apply=lambda people, values, user: people.filter(language__in=values),
        icon="languages",
    ),
    negation=_("who do not read %(value)s"),
)
register_with_opposites(
    Filter(
        key="consent",
        label=_("Consent"),
        position=60,
        widget="choice",
        sentence=_("who agreed to %(value)s"),
        choices=lambda user: Purpose.choices,
        apply=_consenting,
        icon="handshake",
    ),
    negation=_("who have not agreed to %(value)s"),
)
register_filter(
    Filter(
        key="do_not_contact",
        label=_("Not to be contacted"),
        position=70,
        widget="flag",
        sentence=_("not to be contacted"),
        apply=lambda people, values, user: people.filter(do_not_contact=True),
        icon="bell-off",
    )
)
register_with_opposites(
    Filter(
        key="source",
        label=_("Source"),
        position=80,
        widget="choice",
        sentence=_("who came by %(value)s"),
        choices=lambda user: Source.choices,
        apply=lambda people, values, user: people.filter(source__in=values),
        icon="log-in",
    ),
    negation=_("who did not come by %(value)s"),
)
register_filter(
    Filter(
        key="added",
        label=_("Added since"),
        position=90,
        widget="date",
        sentence=_("added since %(value)s"),
        apply=_added_since,
        icon="calendar-plus",
    )
)
register_with_opposites(
    Filter(
        key="organisation",
        label=_("Organisation"),
        position=32,
        widget="text",
        sentence=_("at %(value)s"),
        apply=_at_organisations,
        icon="building-2",
    ),
    negation=_("not at %(value)s"),
    emptiness=_("whose organisation is not known"),
    lacking=lambda people, user: people.filter(organisation_name=""),
)
register_filter(
    Filter(
        key="changed_since",
        label=_("Changed since"),
        position=92,
        widget="date",
        sentence=_("changed since %(value)s"),
        apply=_changed_since,
        icon="calendar-clock",
    )
)
register_filter(
    Filter(
        key="unchanged_for",
        label=_("Not changed for (days)"),
        position=94,
        widget="number",
        sentence=_("not changed for %(value)s days"),
        apply=_unchanged_for,
        icon="calendar-off",
    )
)
