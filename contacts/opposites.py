"""What people expect beside a filter: "not in Utrecht", "without a city".

Each is a filter of its own under a key of its own, so that addresses, saved views, campaigns and
acts on many need know nothing of it; in the menu it hides behind the filter that it turns round.
"""

from collections.abc import Callable
from dataclasses import replace

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.listing import Filter, all_filters, register_filter
from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from core.models import User

MODES: dict[str, str | Promise] = {"is": _("is"), "not": _("is not"), "none": _("has none")}


def register_with_opposites(
    known: Filter,
    *,
    negation: str | Promise = "",
    emptiness: str | Promise = "",
    lacking: Callable[[ContactQuerySet, User], ContactQuerySet] | None = None,
) -> None:
    """Register ``known`` and, where there are words for them, everybody but those whom it finds
    (``negation``, with the value in it), and those for whom there is nothing to ask (``emptiness``,
    whom ``lacking`` gives).
    """
    register_filter(known)
    if negation:
        register_filter(
            replace(
                known, key=f"not_{known.key}", sentence=negation, apply=_others(known), of=known.key
            )
        )
    if emptiness and lacking is not None:
        find = lacking
        register_filter(
            replace(
                known,
                key=f"no_{known.key}",
                widget="flag",
                sentence=emptiness,
                apply=lambda people, values, user: find(people, user),
                choices=None,
                say=None,
                editor="",
                of=known.key,
            )
        )


def modes_of(known: Filter, user: User) -> list[tuple[Filter, str | Promise]]:
    """The filter and its opposites, each with the word that chooses it; none where it is alone."""
    base = known.of or known.key
    every = all_filters()
    keys = {"is": base, "not": f"not_{base}", "none": f"no_{base}"}
    found = [(every[key], MODES[mode]) for mode, key in keys.items() if key in every]
    held = [one for one in found if not one[0].permission or user.has_perm(one[0].permission)]
    return held if len(held) > 1 else []


def _others(
    known: Filter,
) -> Callable[[ContactQuerySet, list[str], User], ContactQuerySet]:
    """Person by person, so that a page of them is found as soon as without it."""

    def apply(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
        found = known.apply(Contact.objects.filter(pk=OuterRef("pk")), values, user)
        return people.filter(~Exists(found))

    return apply
