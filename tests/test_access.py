"""Who gets in where: every address of the product, as anonymous, stranger, colleague and owner.

``tests.access.rules`` is the one table. An address that is not in it fails the test, so whoever
adds one says there who may open it. The owner made the records, which lie in the unit North, and
administers the whole; the colleague is a recruiter of the unit South; the stranger has an account
and no role. Who is kept out is kept out by every method, and leaves no trace behind.
"""

from pathlib import Path

import pytest
from pytest_django import Settings

from core.models import AuditEntry, Change
from tests.access.addresses import ADDRESSES
from tests.access.outcomes import FORBIDDEN, HIDDEN, KEPT_OUT, OPEN, TOLD_NO, Outcome, outcome_of
from tests.access.rules import RULES
from tests.access.world import PREPARE, QUERY, World

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")


def test_every_address_is_in_the_table() -> None:
    assert set(ADDRESSES) - set(RULES) == set(), "new: say in RULES who may open it"
    assert set(RULES) - set(ADDRESSES) == set(), "gone: take it out of RULES"


@pytest.fixture
def folders(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.OUTBOX_DIR = str(tmp_path / "outbox")


@pytest.mark.parametrize("name", RULES)
def test_who_gets_in(name: str, folders: None) -> None:
    address = ADDRESSES.get(name)
    assert address is not None, f"{name} is in the table and nowhere else"
    world = World()
    PREPARE.get(name, lambda world: None)(world)
    path = world.path(address) + QUERY.get(name, "")
    rule = RULES[name]
    is_api = address.route.startswith("api/")
    for who in ("anonymous", "stranger", "colleague", "owner"):
        expected: Outcome = getattr(rule, who)
        client = world.client(who, is_api=is_api)
        before = _traces()
        outcomes = {method: outcome_of(getattr(client, method)(path)) for method in METHODS}
        found = {outcome for outcome in outcomes.values() if outcome is not None}
        if expected is OPEN:
            assert found & {OPEN, TOLD_NO}, (who, outcomes)
            continue
        allowed = {FORBIDDEN, HIDDEN} if expected is KEPT_OUT else {expected}
        assert found & allowed, (who, outcomes)
        assert found <= (allowed | {TOLD_NO} if is_api else allowed), (who, outcomes)
        assert _traces() == before, f"{who} was kept out and left a trace"


def _traces() -> tuple[int, int]:
    return AuditEntry.objects.count(), Change.objects.count()
