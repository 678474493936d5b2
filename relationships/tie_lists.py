"""What lists of people and rules of segments can ask of ties."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
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
from relationships.models import Tie
from relationships.models.tie import TieQuerySet
from relationships.selectors.ties import kind_choices

SEE = "relationships.view_relationship"


def tied(ties: TieQuerySet, values: Sequence[str] = ()) -> Q:
    """Whoever is an end of one of ``ties``; with ``values`` (as ``kind_choices`` gives them) of
    those kinds, from that side of them.

    The ends are gathered once, whatever the number of people: a tie has two, which a question per
    person would have to look up both.
    """
    if not values:
        return Q(pk__in=ties.values("contact")) | Q(
            pk__in=ties.filter(other__isnull=False).values("other")
        )
    plain = [value for value in values if ":" not in value]
    turned = [value.partition(":")[0] for value in values if ":" in value]
    one_way = ties.filter(other__isnull=False, kind__uid__in=plain, kind__inverse_en="")
    same = one_way.filter(kind__inverse_nl="")
    back = ties.filter(other__isnull=False, kind__uid__in=turned)
    return (
        Q(pk__in=ties.filter(kind__uid__in=plain).values("contact"))
        | Q(pk__in=same.values("other"))
        | Q(pk__in=back.values("other"))
    )


def by_tie(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    return people.filter(tied(_known_to(user), values))


def without_ties(people: ContactQuerySet, user: User) -> ContactQuerySet:
    return people.exclude(tied(_known_to(user)))


def by_person(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    """Those who have a tie with one of these people: few, so they are looked up first."""
    ties = Tie.objects.visible_to(user)
    named = Contact.objects.filter(uid__in=values)
    ends = set(ties.filter(contact__in=named, other__isnull=False).values_list("other", flat=True))
    ends |= set(ties.filter(other__in=named).values_list("contact", flat=True))
    return people.filter(pk__in=ends)


def _known_to(user: User) -> TieQuerySet:
    return Tie.objects.visible_to(user).current(timezone.localdate())


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
