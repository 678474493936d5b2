"""What lists of people can show and ask of relationships: kind, stage, owner, contact."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.listing import Filter, register_filter
from contacts.models.contact import ContactQuerySet
from contacts.opposites import register_with_opposites
from core.models import User
from relationships.choices import Kind
from relationships.models import Relationship
from relationships.selectors.colleagues import colleagues
from relationships.selectors.continuity import exposed
from relationships.selectors.goodwill import owed
from relationships.selectors.lifecycle import stage_choices
from relationships.selectors.two_sides import in_quadrants
from relationships.two_sides import QUADRANT_LABELS

SEE = "relationships.view_relationship"
# Longer than anybody remembers; a day before that is no date.
MOST_DAYS = 36_500
Choices = Sequence[tuple[str, str | Promise]]


def _with(people: ContactQuerySet, condition: Q) -> ContactQuerySet:
    """Those who have an open relationship of which ``condition`` is true."""
    rows = Relationship.objects.open().filter(condition, contact=OuterRef("pk"))
    return people.filter(Exists(rows))


def by_kind(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    return _with(people, Q(kind__in=values))


def by_stage(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    """Also those that closed a relationship: whoever asks for "left" means them."""
    rows = Relationship.objects.filter(contact=OuterRef("pk"), stage__uid__in=values)
    return people.filter(Exists(rows))


def by_owner(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    condition = Q(owner__uid__in=[value for value in values if value not in ("me", "none")])
    if "me" in values:
        condition |= Q(owner=user)
    if "none" in values:
        condition |= Q(owner=None)
    return _with(people, condition)


def by_last_contact(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    """No contact since that day: not heard from since, or never. Those we have something with."""
    day = max(date.fromisoformat(value) for value in values)
    moment = timezone.make_aware(datetime.combine(day, time.min))
    heard = Relationship.objects.filter(contact=OuterRef("pk"), last_two_way_at__gte=moment)
    return _with(people, Q()).exclude(Exists(heard))


def _without(people: ContactQuerySet, user: User) -> ContactQuerySet:
    """Those with nothing open."""
    rows = Relationship.objects.open().filter(contact=OuterRef("pk"))
    return people.filter(~Exists(rows))


def by_silence(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    """No contact for so many days, also tomorrow: a view that keeps it stays true."""
    days = min(max(int(value) for value in values), MOST_DAYS)
    day = timezone.localdate() - timedelta(days=days - 1)
    return by_last_contact(people, [day.isoformat()], user)


def by_next_touch(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    return _with(people, Q(next_touch_on__lte=timezone.localdate()))


def _kinds(user: User) -> Choices:
    return [(kind.value, kind.label) for kind in Kind]


def _stages(user: User) -> Choices:
    return stage_choices()


def _owners(user: User) -> Choices:
    names = [(str(one.uid), one.name) for one in colleagues() if one != user]
    return [("me", _("me")), ("none", _("nobody")), *names]


def by_owed(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    return owed(people, today=timezone.localdate())


def by_exposure(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    return exposed(people)


def by_two_sides(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    return in_quadrants(people, values)


def _quadrants(user: User) -> Choices:
    return list(QUADRANT_LABELS.items())


def by_health(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    return _with(people, Q(health__value__lt=max(int(value) for value in values)))


register_with_opposites(
    Filter(
        key="kind",
        label=_("Kind"),
        position=10,
        widget="choice",
        sentence=_("%(value)s"),
        apply=by_kind,
        choices=_kinds,
        permission=SEE,
    ),
    negation=_("no %(value)s"),
    emptiness=_("with whom we have nothing"),
    lacking=_without,
)
register_with_opposites(
    Filter(
        key="stage",
        label=_("Stage"),
        position=20,
        widget="choice",
        sentence=_("at %(value)s"),
        apply=by_stage,
        choices=_stages,
        permission=SEE,
    ),
    negation=_("not at %(value)s"),
)
register_with_opposites(
    Filter(
        key="owner",
        label=_("Owner"),
        position=30,
        widget="choice",
        sentence=_("owned by %(value)s"),
        apply=by_owner,
        choices=_owners,
        permission=SEE,
    ),
    negation=_("not owned by %(value)s"),
)
register_filter(
    Filter(
        key="last_contact_before",
        label=_("No contact since"),
        position=40,
        widget="date",
        sentence=_("no contact since %(value)s"),
        apply=by_last_contact,
        permission=SEE,
    )
)
register_filter(
    Filter(
        key="silent_for",
        label=_("No contact for (days)"),
        position=42,
        widget="number",
        sentence=_("no contact for %(value)s days"),
        apply=by_silence,
        permission=SEE,
        icon="message-circle-off",
    )
)
register_filter(
    Filter(
        key="touch_due",
        label=_("Next touch is due"),
        position=50,
        widget="flag",
        sentence=_("next touch is due"),
        apply=by_next_touch,
        permission=SEE,
    )
)
register_filter(
    Filter(
        key="health_below",
        label=_("Health below"),
        position=54,
        widget="number",
        sentence=_("health below %(value)s"),
        apply=by_health,
        permission=SEE,
        icon="heart-pulse",
    )
)
register_filter(
    Filter(
        key="hangs_on_one",
        label=_("Hangs on one of us, or nobody"),
        position=57,
        widget="flag",
        sentence=_("known to one of us, or nobody"),
        apply=by_exposure,
        permission=SEE,
        icon="user-round-minus",
    )
)
register_filter(
    Filter(
        key="two_sides",
        label=_("Two sides"),
        position=55,
        widget="choice",
        sentence=_("%(value)s"),
        apply=by_two_sides,
        choices=_quadrants,
        permission=SEE,
        icon="scale",
    )
)
register_filter(
    Filter(
        key="we_owe",
        label=_("We owe them"),
        position=56,
        widget="flag",
        sentence=_("to whom we owe something"),
        apply=by_owed,
        permission=SEE,
        icon="hand-heart",
    )
)

# Figures about a relationship: lists of whom to care for may ask by them, never a choice of people
# for work (docs/measures.md).
NEVER_FOR_WORK = frozenset({"health_below", "we_owe", "two_sides", "hangs_on_one"})
