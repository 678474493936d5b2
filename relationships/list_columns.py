"""What lists of people show of relationships, and by what of them they are ordered."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contacts import cells
from contacts.listing import Column, register_column
from contacts.models.access import visible_units
from contacts.models.contact import ContactQuerySet
from contacts.sorting import Sort, register_sort
from core import icons
from core.models import User
from core.prepared import Given, Prepared
from relationships.goodwill import Goodwill
from relationships.models import Relationship, Stage
from relationships.models.relationship import RelationshipQuerySet
from relationships.selectors.goodwill import goodwill_of

SEE = "relationships.view_relationship"


class ShownRow(NamedTuple):
    """What a list tells of one relationship, open or ended."""

    contact_id: int
    kind: str
    stage_key: str
    stage_name: str
    owner: str | None
    ended_on: date | None
    last_two_way_at: datetime | None
    next_touch_on: date | None
    health: int | None


RowsOf = Mapping[int, list[ShownRow]]
READ = (
    *("contact_id", "kind", "stage__key", "stage__name", "owner__name"),
    *("ended_on", "last_two_way_at", "next_touch_on", "health__value"),
)


def _of_people(rows: RelationshipQuerySet) -> QuerySet[Relationship, tuple[Any, ...]]:
    of_people = rows.filter(contact__any=Given("contacts"))
    return of_people.order_by("started_on", "pk").values_list(*READ)


_ALL_ROWS = Prepared(lambda: _of_people(Relationship.objects.in_units(None)))
_ROWS_IN_UNITS = Prepared(lambda: _of_people(Relationship.objects.in_units(Given("units"))))


def rows_of(contact_ids: Sequence[int], user: User) -> RowsOf:
    """The relationships of a page of people, those begun first in front."""
    rows: defaultdict[int, list[ShownRow]] = defaultdict(list)
    units = visible_units(user, SEE)
    asked = _ALL_ROWS if units is None else _ROWS_IN_UNITS
    for values in asked(contacts=contact_ids, units=units):
        rows[values[0]].append(ShownRow(*values))
    return rows


def open_rows(known: RowsOf) -> RowsOf:
    """Those of them that have not ended."""
    return {pk: found for pk, rows in known.items() if (found := _open(rows))}


def owners_shown(known: RowsOf) -> Mapping[int, str]:
    """The names of the owners, each once."""
    return {
        pk: ", ".join(dict.fromkeys(row.owner for row in _open(rows) if row.owner))
        for pk, rows in known.items()
    }


def last_contacts(known: RowsOf) -> Mapping[int, date]:
    """The last day on which we heard from them, or spoke; also of what has ended since."""
    latest = {
        pk: max((row.last_two_way_at for row in rows if row.last_two_way_at), default=None)
        for pk, rows in known.items()
    }
    return {pk: timezone.localdate(at) for pk, at in latest.items() if at}


def next_touches(known: RowsOf) -> Mapping[int, dict[str, Any]]:
    """The nearest next touch, and whether it is due."""
    today = timezone.localdate()
    shown = {}
    for pk, rows in known.items():
        days = [row.next_touch_on for row in _open(rows) if row.next_touch_on]
        if days:
            shown[pk] = {"on": min(days), "is_due": min(days) <= today}
    return shown


def _open(rows: Sequence[ShownRow]) -> list[ShownRow]:
    return [row for row in rows if row.ended_on is None]


def stage_badges(rows: Sequence[ShownRow]) -> SafeString:
    language = get_language() or ""
    badges = "".join(_badge(row.kind, row.stage_key, row.stage_name, language) for row in rows)
    return mark_safe(f'<span class="flex flex-col items-start gap-0.5">{badges}</span>')  # noqa: S308 -- of templates


@lru_cache(maxsize=512)
def _badge(kind: str, key: str, name: str, language: str) -> SafeString:
    """One component for the whole house, drawn once for each kind and stage."""
    label = Stage(key=key, name=name).label
    return render_to_string("relationships/columns/stage.html", {"kind": kind, "stage": label})


def health_shown(value: int) -> SafeString:
    return _health(value, get_language() or "")


@lru_cache(maxsize=512)
def _health(value: int, language: str) -> SafeString:
    return render_to_string("relationships/columns/health.html", {"value": value})


def goodwill_drawn(value: Goodwill) -> SafeString:
    return render_to_string("relationships/columns/goodwill.html", {"value": value})


def touch(value: Mapping[str, Any]) -> SafeString:
    shown = cells.day(value["on"])
    if not value["is_due"]:
        return shown
    return format_html(
        '<span class="inline-flex items-center gap-1 whitespace-nowrap text-warn">{}'
        '<span class="sr-only">{}: </span>{}</span>',
        icons.svg("bell-ring"),
        _t("due"),
        shown,
    )


def _of_rows(derive: Callable[[RowsOf], Mapping[int, Any]]) -> dict[str, Any]:
    """Several columns tell of the same rows: they are asked for once."""
    return {"source": rows_of, "derive": derive}


def _seen(people: ContactQuerySet, user: User) -> ContactQuerySet:
    """Whoever's relationships ``user`` may see: the order must not tell of the others."""
    unit_ids = visible_units(user, SEE)
    return people if unit_ids is None else people.filter(unit__in=unit_ids)


def _heard_from(people: ContactQuerySet, user: User) -> ContactQuerySet:
    """By the relationship with the latest contact of each."""
    found = _seen(people, user).alias(
        heard=FilteredRelation(
            "relationships", condition=Q(relationships__last_two_way_at__isnull=False)
        ),
        heard_at=F("heard__last_two_way_at"),
        heard_row=F("heard__pk"),
        heard_whom=F("heard__contact"),
    )
    later = Relationship.objects.filter(contact=OuterRef("pk")).filter(
        Q(last_two_way_at__gt=OuterRef("heard_at"))
        | Q(last_two_way_at=OuterRef("heard_at"), pk__gt=OuterRef("heard_row"))
    )
    return found.filter(~Exists(later), heard_at__isnull=False)


def _never_heard_from(people: ContactQuerySet, user: User) -> ContactQuerySet:
    seen = Relationship.objects.visible_to(user).filter(contact=OuterRef("pk"))
    return people.filter(~Exists(seen.filter(last_two_way_at__isnull=False)))


def _to_be_touched(people: ContactQuerySet, user: User) -> ContactQuerySet:
    """By the open relationship with the nearest next touch of each."""
    found = _seen(people, user).alias(
        touch=FilteredRelation("relationships", condition=Q(relationships__ended_on=None)),
        touch_on=F("touch__next_touch_on"),
        touch_row=F("touch__pk"),
        touch_whom=F("touch__contact"),
    )
    sooner = (
        Relationship.objects.open()
        .filter(contact=OuterRef("pk"))
        .filter(
            Q(next_touch_on__lt=OuterRef("touch_on"))
            | Q(next_touch_on=OuterRef("touch_on"), pk__lt=OuterRef("touch_row"))
        )
    )
    return found.filter(~Exists(sooner), touch_on__isnull=False)


def _not_to_be_touched(people: ContactQuerySet, user: User) -> ContactQuerySet:
    seen = Relationship.objects.visible_to(user).open().filter(contact=OuterRef("pk"))
    return people.filter(~Exists(seen.filter(next_touch_on__isnull=False)))


def goodwill_shown(contact_ids: Sequence[int], user: User) -> Mapping[int, Goodwill]:
    return goodwill_of(contact_ids, user, today=timezone.localdate())


def healths(known: RowsOf) -> Mapping[int, int]:
    """Of several relationships, that of the one that fares worst: there help is needed."""
    shown = {}
    for pk, rows in known.items():
        values = [row.health for row in _open(rows) if row.health is not None]
        if values:
            shown[pk] = min(values)
    return shown


for _new in (
    Column(
        key="stage",
        label=_("Relationship"),
        position=10,
        html=stage_badges,
        is_shown=True,
        permission=SEE,
        **_of_rows(open_rows),
    ),
    Column(
        key="owner",
        label=_("Owner"),
        position=30,
        is_shown=True,
        permission=SEE,
        **_of_rows(owners_shown),
    ),
    Column(
        key="last_contact",
        label=_("Last contact"),
        position=32,
        html=cells.day,
        is_shown=True,
        permission=SEE,
        **_of_rows(last_contacts),
    ),
    Column(
        key="next_touch",
        label=_("Next touch"),
        position=34,
        html=touch,
        is_shown=True,
        permission=SEE,
        **_of_rows(next_touches),
    ),
    Column(
        key="health",
        label=_("Health"),
        position=36,
        html=health_shown,
        permission=SEE,
        **_of_rows(healths),
    ),
    Column(
        key="goodwill",
        label=_("Goodwill"),
        position=38,
        values=goodwill_shown,
        html=goodwill_drawn,
        permission=SEE,
    ),
):
    register_column(_new)

register_sort(
    Sort(
        key="last_contact",
        label=_("Last contact"),
        position=32,
        value="heard_at",
        tie="heard_whom",
        is_down=True,
        having=_heard_from,
        lacking=_never_heard_from,
        permission=SEE,
    )
)
register_sort(
    Sort(
        key="next_touch",
        label=_("Next touch"),
        position=34,
        value="touch_on",
        tie="touch_whom",
        having=_to_be_touched,
        lacking=_not_to_be_touched,
        permission=SEE,
    )
)
