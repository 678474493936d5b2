"""Whom we know already and who may be the person that is being written down."""

from dataclasses import astuple, dataclass, replace

from contacts.likeness import Certainty, Reason, certainty_of, reasons_of
from contacts.matching.facts import Facts
from contacts.matching.keys import MOST_HOLDERS, keys_of
from contacts.matching.scoring import compare
from contacts.models import Contact, MatchProfile
from contacts.models.contact import ContactQuerySet
from contacts.selectors.duplicates import statistics

MOST_HINTS = 5


@dataclass(frozen=True)
class Hint:
    """Somebody we know who may be the one that is being written down."""

    contact: Contact
    points: int
    certainty: Certainty
    reasons: list[Reason]


def likely_same(people: ContactQuerySet, facts: Facts, *, limit: int = MOST_HINTS) -> list[Hint]:
    """Who of ``people`` may be the person that ``facts`` tell of, the likeliest first.

    ``people`` are those whom the asker may know of: of others nothing is said.
    """
    found = _held_against(facts, people)
    return sorted(found, key=lambda hint: -hint.points)[:limit]


def _held_against(facts: Facts, people: ContactQuerySet) -> list[Hint]:
    holders = MatchProfile.objects.holders_of(keys_of(facts), limit=MOST_HOLDERS + 1)
    telling = [held for held in holders.values() if len(held) <= MOST_HOLDERS]
    crowds = {key: len(held) + 1 for key, held in holders.items() if key & 1}
    known = people.filter(pk__in=set().union(*telling), merged_into=None, erased_at=None)
    counted = replace(statistics(), crowds=crowds)
    hints = []
    for contact in known.select_related("match_profile", "unit"):
        comparison = compare(facts, Facts.from_json(contact.match_profile.facts), counted)
        if comparison.points >= counted.needed:
            certainty = certainty_of(comparison.points, counted.needed)
            reasons = reasons_of([astuple(part) for part in comparison.parts])
            hints.append(Hint(contact, comparison.points, certainty, reasons))
    return hints
