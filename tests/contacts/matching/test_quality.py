"""How good the proposals are, with everything in its place: tables, keys, statistics, search.

On pairs that were tuned on, on pairs of another seed that were not, and on a public set.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest

from contacts.models import (
    Contact,
    DuplicateProposal,
    DuplicateSearch,
    EmailAddress,
    PhoneNumber,
    PostalAddress,
    SocialProfile,
)
from contacts.services import duplicate_work
from contacts.services.addresses import e164
from contacts.services.duplicates import start_search
from tests.support import dutch_pairs, febrl

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Quality:
    precision: float
    recall: float
    rule_precision: float
    by_rule: int


def measured(people: Iterable[tuple[str, dict[str, Any]]]) -> Quality:
    """Write the people down, search everybody, and hold the proposals against the truth."""
    whose = {_written(fields).pk: owner for owner, fields in people}
    start_search(actor=None)
    assert duplicate_work.work_on_next()
    assert DuplicateSearch.objects.get().state == DuplicateSearch.State.DONE
    found = {
        frozenset((row.first_id, row.second_id)): row for row in DuplicateProposal.objects.all()
    }
    truth = {frozenset(pair) for pair in combinations(whose, 2) if whose[pair[0]] == whose[pair[1]]}
    by_rule = {pair for pair, row in found.items() if row.rule}
    return Quality(
        precision=len(found.keys() & truth) / len(found),
        recall=len(found.keys() & truth) / len(truth),
        rule_precision=len(by_rule & truth) / len(by_rule) if by_rule else 1.0,
        by_rule=len(by_rule),
    )


def _written(fields: dict[str, Any]) -> Contact:
    own = {
        name: fields[name]
        for name in ("given_name", "infix", "family_name", "preferred_name", "city")
        if name in fields
    }
    contact = Contact(
        organisation_name=fields.get("organisation_name", ""),
        custom_values=fields.get("custom_values", {}),
        native_name="" if any(own.values()) else "?",
        **own,
    )
    contact.refresh_derived()
    contact.save()
    EmailAddress.objects.bulk_create(
        EmailAddress(contact=contact, address=address) for address in fields.get("emails", ())
    )
    PhoneNumber.objects.bulk_create(
        PhoneNumber(contact=contact, number=e164(number)) for number in fields.get("phones", ())
    )
    SocialProfile.objects.bulk_create(
        SocialProfile(contact=contact, network="linkedin", url=url)
        for url in fields.get("profiles", ())
    )
    if fields.get("postcode") or fields.get("street"):
        PostalAddress.objects.create(
            contact=contact, lines=fields.get("street", ""), postcode=fields.get("postcode", "")
        )
    return contact


def _people_of(pairs: Iterable[dutch_pairs.Pair]) -> Iterable[tuple[str, dict[str, Any]]]:
    for number, pair in enumerate(pairs):
        yield f"{number}", pair.one.arguments()
        yield f"{number}" if pair.is_one else f"{number} other", pair.other.arguments()


def test_dutch_pairs() -> None:
    pairs = dutch_pairs.read()
    assert (len(pairs), sum(pair.is_one for pair in pairs)) == (500, 350)

    quality = measured(_people_of(pairs))

    assert quality.precision >= 0.98
    assert quality.recall >= 0.85
    assert (quality.rule_precision, quality.by_rule > 50) == (1.0, True)


@pytest.mark.parametrize("seed", [dutch_pairs.HOLDOUT, dutch_pairs.HOLDOUT + 1])
def test_dutch_pairs_that_were_not_tuned_on(seed: int) -> None:
    quality = measured(_people_of(dutch_pairs.pairs(seed)))

    assert quality.precision >= 0.98
    assert quality.recall >= 0.85
    assert quality.rule_precision == 1.0


def test_febrl() -> None:
    quality = measured(febrl.people())

    assert quality.precision >= 0.98
    assert quality.recall >= 0.85
    assert quality.rule_precision == 1.0


def test_the_file_is_what_the_seed_makes() -> None:
    assert dutch_pairs.read() == list(dutch_pairs.pairs(dutch_pairs.SEED))
