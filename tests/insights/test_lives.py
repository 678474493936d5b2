"""What is kept of lives is what the relationships say, whatever was done in whatever order."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.models import Contact, MergeRecord, OrgUnit
from contacts.services.contacts import archive_contact, restore_contact
from contacts.services.merging import merge_contacts, undo_merge
from contacts.services.privacy import erase_person
from core.errors import DomainError
from core.models import User
from insights.choices import State
from insights.models import LifeMark, Place, Stay, Step
from insights.selectors.life_cycle import Arrow, life_cycle
from insights.selectors.stays import Asked, By, funnel
from insights.services.lives import follow_marked, recount
from relationships.choices import Kind
from relationships.kinds import WAYS
from relationships.models import AllowedMove, KindChange, Relationship, StageTransition
from relationships.services.beginnings import Beginning, begin_relationships
from relationships.services.kind_changes import change_kind, undo_kind_change
from relationships.services.lifecycle import move_to_stage, take_back
from tests.factories import ContactFactory, OrgUnitFactory, RelationshipFactory, UserFactory

pytestmark = pytest.mark.django_db


def figures(*users: User) -> list[Any]:
    """Every number of the three pictures, for each reader."""
    today = timezone.localdate()
    found: list[Any] = []
    for user in users:
        for days in (30, 400):
            cycle = life_cycle(user, since=today - timedelta(days=days), until=today)
            found.append((dict(cycle.people), dict(cycle.flows)))
            for kind in Kind:
                asked = Asked(kind=kind.value, since=today - timedelta(days=days), until=today)
                found += [funnel(user, asked, by=by, today=today) for by in By]
    return found


def scanned(*users: User) -> list[Any]:
    """The same where nothing is kept: everybody is marked, and so worked out anew."""
    with transaction.atomic():
        LifeMark.objects.bulk_create(
            LifeMark(contact_id=pk) for pk in Contact.objects.values_list("pk", flat=True)
        )
        found = figures(*users)
        transaction.set_rollback(True)
    return found


class Doing:
    """Acts on four people, chosen by number; what the house refuses leaves all as it is."""

    def __init__(self) -> None:
        self.actor = UserFactory(role="administrator")
        self.here: OrgUnit = OrgUnitFactory()
        self.people = [ContactFactory(unit=self.here if n % 2 else None) for n in range(4)]
        self.readers = (UserFactory(role="reader"), UserFactory(role="reader", unit=self.here))
        for number in range(4):
            self.begin(number * 5)

    def _one(self, number: int) -> Contact:
        return Contact.objects.get(pk=self.people[number % 4].pk)

    def begin(self, number: int) -> None:
        days = timedelta(days=number * 7 % 300)
        begin_relationships(
            beginnings=[
                Beginning(
                    contact_id=self._one(number).pk,
                    kind=list(Kind)[number // 4 % 4],
                    owner=self.actor,
                    started_on=timezone.localdate() - days,
                )
            ],
            actor=self.actor,
        )

    def move(self, number: int) -> None:
        rows = list(Relationship.objects.filter(contact=self._one(number)).order_by("pk"))
        row = rows[number // 4 % len(rows)]
        ways = list(AllowedMove.objects.filter(from_stage=row.stage_id).order_by("pk"))
        to_stage = ways[number // 16 % len(ways)].to_stage
        move_to_stage(relationship=row, to_stage=to_stage, actor=self.actor, reason="because")

    def take_back(self, number: int) -> None:
        moves = StageTransition.objects.filter(relationship__contact=self._one(number))
        take_back(move=moves.latest("pk"), actor=self.actor)

    def become(self, number: int) -> None:
        row = Relationship.objects.open().filter(contact=self._one(number)).earliest("pk")
        kinds = list(WAYS[Kind(row.kind)])
        change_kind(
            relationship=row,
            to_kind=kinds[number // 4 % len(kinds)],
            on=timezone.localdate(),
            actor=self.actor,
        )

    def unbecome(self, number: int) -> None:
        change = KindChange.objects.filter(contact=self._one(number)).latest("pk")
        undo_kind_change(change=change, actor=self.actor)

    def merge(self, number: int) -> None:
        merge_contacts(
            survivor=self._one(number), duplicate=self._one(number + 1), actor=None, choices={}
        )

    def part(self, number: int) -> None:
        undo_merge(record=MergeRecord.objects.latest("pk"), actor=None)

    def archive(self, number: int) -> None:
        archive_contact(contact=self._one(number), actor=None)

    def restore(self, number: int) -> None:
        restore_contact(contact=self._one(number), actor=None)

    def erase(self, number: int) -> None:
        erase_person(contact=self._one(number), actor=None)

    def delete(self, number: int) -> None:
        rows = Relationship.objects.filter(contact=self._one(number))
        KindChange.objects.filter(contact=self._one(number)).delete()
        rows.delete()

    def hand_over(self, number: int) -> None:
        Relationship.objects.filter(contact=self._one(number)).update(owner=None)

    def follow(self, number: int) -> None:
        follow_marked(limit=1 + number % 5)


OFTEN = ("begin", "move", "take_back", "become", "unbecome", "follow")
ACTS = (
    *OFTEN,
    *OFTEN,
    *OFTEN,
    "merge",
    "part",
    "archive",
    "restore",
    "erase",
    "delete",
    "hand_over",
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 200)), max_size=14))
def test_what_is_kept_is_what_a_scan_finds(acts: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        doing = Doing()
        for name, number in acts:
            try:
                with transaction.atomic():
                    getattr(doing, name)(number)
            except (DomainError, ObjectDoesNotExist, ZeroDivisionError):
                continue
        at_once = figures(*doing.readers)
        assert at_once == scanned(*doing.readers)
        while follow_marked():
            continue
        assert not LifeMark.objects.exists()
        assert figures(*doing.readers) == at_once
        assert recount() == 0
        transaction.set_rollback(True)


def test_who_changed_is_marked_and_the_round_answers() -> None:
    row = RelationshipFactory(kind="prospect", started_on=date(2026, 2, 1))
    follow_marked()
    assert list(Place.objects.values_list("contact_id", "states")) == [(row.contact_id, 1)]
    assert list(Step.objects.values_list("source", "target", "on", "earlier_on")) == [
        ("known", "prospect", date(2026, 2, 1), None)
    ]

    # What is no part of a life marks nobody.
    Relationship.objects.update(next_touch_on=date(2026, 5, 1), tie_value=3)
    assert not LifeMark.objects.exists()

    Relationship.objects.update(started_on=date(2026, 3, 1))
    assert list(LifeMark.objects.values_list("contact_id", flat=True)) == [row.contact_id]
    assert follow_marked() == 1
    assert list(Step.objects.values_list("on", flat=True)) == [date(2026, 3, 1)]


def test_who_goes_the_same_way_again_counts_once_where_both_days_are_asked() -> None:
    contact, reader = ContactFactory(), UserFactory(role="reader")
    for begun, ended in (("2024-01-01", "2024-02-01"), ("2026-01-01", "2026-02-01")):
        RelationshipFactory(
            contact=contact,
            kind="freelancer",
            at="ended",
            started_on=date.fromisoformat(begun),
            ended_on=date.fromisoformat(ended),
        )

    for _marked in (True, False):
        for since, until in (("2024-01-01", "2026-12-31"), ("2026-01-01", "2026-12-31")):
            found = life_cycle(
                reader, since=date.fromisoformat(since), until=date.fromisoformat(until)
            )
            assert found.flows[Arrow(State.FREELANCER, State.PAST)] == 1
        follow_marked()
    assert Step.objects.get(on=date(2026, 2, 1)).earlier_on == date(2024, 2, 1)


def test_drift_is_found_and_repaired(capsys: pytest.CaptureFixture[str]) -> None:
    row = RelationshipFactory(kind="alumnus", started_on=date(2026, 2, 1))
    StageTransition.objects.create(
        relationship=row, to_stage=row.stage, moved_at=timezone.now(), from_stage=None
    )
    call_command("recount_lives")
    assert capsys.readouterr().out == "0 rows were not right.\n"
    held = [list(model.objects.values()) for model in (Stay, Step, Place)]

    Stay.objects.update(left_at=timezone.now())
    Step.objects.all().delete()
    Place.objects.create(contact_id=row.contact_id + 1, states=1)
    call_command("recount_lives")

    assert capsys.readouterr().out == "3 rows were not right.\n"
    for model, before in zip((Stay, Step, Place), held, strict=True):
        now = list(model.objects.values())
        assert [{**one, "id": 0} for one in now] == [{**one, "id": 0} for one in before]


def test_a_part_of_the_marks_is_answered_at_a_time() -> None:
    RelationshipFactory.create_batch(3)
    LifeMark.objects.all().delete()
    for row in Relationship.objects.order_by("pk"):
        LifeMark.objects.create(contact_id=row.contact_id)

    assert [follow_marked(limit=2), follow_marked(limit=2), follow_marked(limit=2)] == [2, 1, 0]
    assert Place.objects.count() == 3
