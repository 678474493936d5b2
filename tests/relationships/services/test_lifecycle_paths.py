"""No path through a lifecycle breaks the history, whatever is done in whatever order.

A person is moved, moved back, made something else, undone, while an administrator puts stages aside
and brings them back. After every step the history adds up, and what is refused leaves nothing.
"""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import models, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from contacts.models import Contact
from core.errors import DomainError
from core.models import AuditEntry, Change, User
from relationships.choices import Kind
from relationships.kinds import WAYS
from relationships.models import (
    AutomationRun,
    Engagement,
    KindChange,
    Relationship,
    Stage,
    StageTransition,
)
from relationships.selectors.stints import stints_of
from relationships.services.automation import add_automation
from relationships.services.beginnings import Beginning, begin_relationships
from relationships.services.kind_changes import NewWork, change_kind, undo_kind_change
from relationships.services.lifecycle import move_to_stage, take_back, take_back_all
from relationships.services.stage_removal import bring_stage_back, put_stage_aside
from tests.factories import ContactFactory, UserFactory, stage

WRITTEN = (Relationship, StageTransition, Engagement, KindChange, AutomationRun, Change, AuditEntry)
numbers = st.integers(min_value=0, max_value=40)


def everything() -> dict[str, list[dict[str, Any]]]:
    stages = list(Stage.objects.order_by("pk").values("pk", "position", "archived_at"))
    written = {model.__name__: list(model.objects.order_by("pk").values()) for model in WRITTEN}
    return {**written, "Stage": stages}


class Life(RuleBasedStateMachine):
    """One person of whom everything is tried; ``now`` only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self._undo = transaction.atomic()
        self._undo.__enter__()
        self.now: datetime = timezone.now() - timedelta(days=200)
        self.refusals: list[str] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._undo.__exit__(None, None, None)

    @initialize(kind=st.sampled_from(list(Kind)))
    def begin(self, kind: Kind) -> None:
        self.actor: User = UserFactory(role="recruiter")
        self.person: Contact = ContactFactory()
        self.as_they_are = self._person()
        add_automation(
            stage=stage("employee", "onboarding"),
            actor=self.actor,
            moment="enters",
            act="notify",
            options={"who": "owner", "name": ""},
        )
        begin_relationships(
            beginnings=[Beginning(contact_id=self.person.pk, kind=kind, owner=self.actor)],
            actor=self.actor,
            now=self.now,
        )

    def _person(self) -> dict[str, Any]:
        return Contact.objects.filter(pk=self.person.pk).values().get()

    def _rows(self) -> list[Relationship]:
        return list(Relationship.objects.filter(contact=self.person).order_by("pk"))

    def _try(self, act: Any) -> None:
        """What is refused leaves nothing behind."""
        before = everything()
        try:
            with transaction.atomic():
                act()
        except DomainError as refusal:
            self.refusals.append(str(refusal))
        else:
            return
        assert self.refusals[-1]
        assert everything() == before

    @rule(minutes=st.integers(min_value=1, max_value=60 * 24 * 3))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(which=numbers, where=numbers, reason=st.sampled_from(["", "Because"]))
    def move(self, which: int, where: int, reason: str) -> None:
        row = self._one(self._rows(), which)
        to_stage = self._one(list(Stage.objects.order_by("pk")), where)
        self._try(
            lambda: move_to_stage(
                relationship=row, to_stage=to_stage, actor=self.actor, reason=reason, now=self.now
            )
        )

    @rule(which=numbers, where=numbers)
    def move_within(self, which: int, where: int) -> None:
        """As most moves are: within the lifecycle, and with a reason."""
        row = self._one(self._rows(), which)
        stages = list(Stage.objects.filter(lifecycle__kind=row.kind).order_by("pk"))
        to_stage = self._one(stages, where)
        self._try(
            lambda: move_to_stage(
                relationship=row, to_stage=to_stage, actor=self.actor, reason="So", now=self.now
            )
        )

    @rule(which=numbers)
    def take_back_a_move(self, which: int) -> None:
        moves = list(StageTransition.objects.order_by("-pk")[:3])
        move = self._one(moves, which)
        self._try(lambda: take_back(move=move, actor=self.actor, now=self.now))

    @rule(which=numbers)
    def take_back_as_a_bulk_act_does(self, which: int) -> None:
        """However long ago, and whoever made it."""
        move = self._one(list(StageTransition.objects.order_by("-pk")[:3]), which)
        if move.cause == "moved":
            self._try(
                lambda: take_back_all(transition_ids=[move.pk], actor=self.actor, now=self.now)
            )

    @rule(which=numbers, where=numbers)
    def put_a_stage_aside(self, which: int, where: int) -> None:
        stages = list(Stage.objects.order_by("pk"))
        one, other = self._one(stages, which), self._one(stages, where)
        self._try(
            lambda: put_stage_aside(stage=one, actor=self.actor, to_stage=other, now=self.now)
        )

    @precondition(lambda self: Stage.objects.filter(archived_at__isnull=False).exists())
    @rule(which=numbers)
    def bring_a_stage_back(self, which: int) -> None:
        one = self._one(list(Stage.objects.filter(archived_at__isnull=False)), which)
        self._try(lambda: bring_stage_back(stage=one, actor=self.actor))

    @rule(which=numbers, way=numbers, days=st.integers(min_value=-20, max_value=3))
    def become_something_else(self, which: int, way: int, days: int) -> None:
        row = self._one(self._rows(), which)
        to_kind = self._one(list(WAYS[Kind(row.kind)]), way)
        form = {"employee": "employment", "freelancer": "assignment"}.get(to_kind)
        self._try(
            lambda: change_kind(
                relationship=row,
                to_kind=to_kind,
                actor=self.actor,
                on=timezone.localdate(self.now) + timedelta(days=days),
                owner=self.actor,
                work=NewWork(form=form) if form else None,
                now=self.now,
            )
        )

    @rule(which=numbers)
    def undo_becoming(self, which: int) -> None:
        changes = list(KindChange.objects.order_by("-pk"))
        if changes:
            change = self._one(changes, which)
            self._try(lambda: undo_kind_change(change=change, actor=self.actor, now=self.now))

    def _one(self, rows: list[Any], number: int) -> Any:
        return rows[number % len(rows)]

    @invariant()
    def the_history_adds_up(self) -> None:
        if not hasattr(self, "person"):
            return
        rows = self._rows()
        stays = stints_of(rows)
        for row in rows:
            self._moves_follow_each_other(row)
            found = stays[row.pk]
            for one, following in pairwise(found):
                assert one.until == following.since
                assert one.since <= following.since
            assert found[-1].stage.pk == row.stage_id
            assert found[-1].since == row.stage_since
            last = found[-1].since if row.ended_on else self.now
            assert sum((one.lasted(self.now) for one in found), timedelta()) == (
                last - found[0].since
            )

    def _moves_follow_each_other(self, row: Relationship) -> None:
        moves = list(row.transitions.order_by("moved_at", "pk"))
        assert [move.pk for move in moves] == sorted(move.pk for move in moves)
        assert moves[0].from_stage_id is None
        for one, following in pairwise(moves):
            assert following.from_stage_id == one.to_stage_id
        assert moves[-1].to_stage_id == row.stage_id
        assert (row.ended_on is not None) == row.stage.is_closed
        kinds = {move.to_stage.lifecycle.kind for move in moves}
        assert kinds == {row.kind}

    @invariant()
    def the_person_is_who_they_were(self) -> None:
        if hasattr(self, "person"):
            assert self._person() == self.as_they_are
            assert Contact.objects.count() == 1

    @invariant()
    def nobody_stands_where_nobody_can_be(self) -> None:
        aside = models.Q(stage__archived_at__isnull=False)
        assert not Relationship.objects.open().filter(aside).exists()
        open_kinds = Relationship.objects.open().values_list("contact", "kind")
        assert len(set(open_kinds)) == len(open_kinds)


@pytest.mark.django_db
def test_no_path_breaks_the_history() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
