"""What lists of people and rules of segments can ask of ties."""

from collections.abc import Sequence
from datetime import date

from django.db.models import BooleanField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.conditions.registry import Ask, Condition
from contacts.conditions.registry import register as register_condition
from contacts.listing import Filter, register_filter
from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from contacts.opposites import register_with_opposites
from core.models import User
from relationships.models import Tie, TieKind
from relationships.models.tie import TieQuerySet
from relationships.selectors.ties import kind_choices

SEE = "relationships.view_relationship"
# So many ends are looked up at once for a list; beyond it each person is asked.
GATHERED = 20_000


def tied(ties: TieQuerySet, values: Sequence[str] = ()) -> Q:
    """Whoever is an end of one of ``ties``; with ``values`` (as ``kind_choices`` gives them) of
    those kinds, from that side of them.

    The ends are gathered once, whatever the number of people: a tie has two, which a question per
    person would have to look up both.
    """
    ends = Q()
    for end, held in _ends(ties, values):
        ends |= Q(pk__in=held.values(end))
    return ends


def _ends(ties: TieQuerySet, values: Sequence[str]) -> list[tuple[str, TieQuerySet]]:
    """The ends meant by ``values``, each with the ties of which it is the end."""
    if not values:
        return [("contact", ties), ("other", ties.filter(other__isnull=False))]
    kinds = {str(kind.uid): kind for kind in TieKind.objects.filter(uid__in=map(_kind, values))}
    plain = [kinds[value] for value in values if value in kinds]
    turned = [kinds[_kind(one)] for one in values if one not in kinds and _kind(one) in kinds]
    same = [kind for kind in plain if kind.is_symmetric]
    return [
        ("contact", ties.filter(kind__in=plain)),
        ("other", ties.filter(kind__in=[*same, *turned], other__isnull=False)),
    ]


def _kind(value: str) -> str:
    return value.partition(":")[0]


def _asked(user: User, values: Sequence[str] = ()) -> Q:
    """As ``tied``, for a page of a list. Of few ties the ends are looked up first. Where there are
    many, the page is full after a few people: each is asked for a tie, by index, in a form that
    PostgreSQL does not turn into gathering all.
    """
    ends = _ends(Tie.objects.visible_to(user).current(timezone.localdate()), values)
    every = _ends(Tie.objects.filter(removed_at=None), values)
    if sum(held[: GATHERED + 1].count() for _end, held in every) <= GATHERED:
        return Q(
            pk__any=sorted({pk for end, held in ends for pk in held.values_list(end, flat=True)})
        )
    asked = Q(pk__in=[])
    for end, held in ends:
        of_them = held.filter(**{end: OuterRef("pk")}).order_by().values(has=Value(value=True))
        has = Subquery(of_them[:1], output_field=BooleanField())
        asked |= Q(Coalesce(has, Value(value=False)))
    return asked


def by_tie(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    return people.filter(_asked(user, values))


def without_ties(people: ContactQuerySet, user: User) -> ContactQuerySet:
    return people.exclude(_asked(user))


def by_person(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    """Those who have a tie with one of these people: few, so they are looked up first."""
    ties = Tie.objects.visible_to(user)
    named = Contact.objects.filter(uid__in=values)
    ends = set(ties.filter(contact__in=named, other__isnull=False).values_list("other", flat=True))
    ends |= set(ties.filter(other__in=named).values_list("contact", flat=True))
    return people.filter(pk__in=ends)


def _choices(user: User) -> Sequence[tuple[str, str | Promise]]:
    return kind_choices()


def _names(values: list[str], user: User) -> str:
    people = Contact.objects.visible_to(user).filter(uid__in=values).in_name_order()
    return ", ".join(person.full_name for person in people) or "?"


def _build(ask: Ask) -> Q:
    """A rule looks at whatever its owner may see; one without an owner at all there is."""
    ties = _held(ask.today)
    if ask.owner is not None:
        ties = Tie.objects.visible_to(ask.owner).current(ask.today)
    match ask.op:
        case "one_of":
            return tied(ties, ask.values)
        case "none_of":
            return ~tied(ties, ask.values)
        case "empty":
            return ~tied(ties)
    return tied(ties)


def _held(today: date) -> TieQuerySet:
    return Tie.objects.filter(removed_at=None).current(today)


register_with_opposites(
    Filter(
        key="tie",
        label=_("Tie"),
        position=60,
        widget="choice",
        sentence=_("with a tie: %(value)s"),
        apply=by_tie,
        choices=_choices,
        permission=SEE,
        icon="waypoints",
    ),
    negation=_("without a tie: %(value)s"),
    emptiness=_("without any tie"),
    lacking=without_ties,
)
register_filter(
    Filter(
        key="tied_to",
        label=_("Tied to"),
        position=61,
        widget="picked",
        sentence=_("tied to %(value)s"),
        apply=by_person,
        permission=SEE,
        say=_names,
        icon="waypoints",
    )
)
register_condition(
    Condition(
        key="tie",
        label=_("Tie"),
        group=_("Relationship"),
        position=145,
        type="choice",
        build=_build,
        choices=_choices,
        permission=SEE,
        pace="day",
    )
)
