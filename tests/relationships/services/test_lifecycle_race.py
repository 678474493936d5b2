from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from contacts.models import Contact
from relationships.models import Relationship, StageTransition
from relationships.services.lifecycle import (
    BeginningRefused,
    TransitionRefused,
    begin_relationship,
    move_to_stage,
)
from tests.factories import ContactFactory, RelationshipFactory, stage

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(act: Callable[[], str], times: int) -> list[str]:
    """Run ``act`` in that many threads, begun together; what each of them answered, sorted."""
    answers: list[str] = []
    together = Barrier(times)

    def run() -> None:
        try:
            together.wait(timeout=10)
            answers.append(act())
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_move_by_four_people_at_once_is_one_move() -> None:
    row = RelationshipFactory()
    interested = stage("prospect", "interested")

    def move() -> str:
        mine = Relationship.objects.get(pk=row.pk)
        try:
            move_to_stage(relationship=mine, to_stage=interested, actor=None)
        except TransitionRefused:
            return "refused"
        return "moved"

    assert at_once(move, 4) == ["moved", "refused", "refused", "refused"]
    assert StageTransition.objects.count() == 1


def test_begin_by_four_people_at_once_is_one_relationship() -> None:
    pk = ContactFactory().pk

    def begin() -> str:
        try:
            begin_relationship(contact=Contact.objects.get(pk=pk), kind="prospect", actor=None)
        except BeginningRefused:
            return "refused"
        return "begun"

    assert at_once(begin, 4) == ["begun", "refused", "refused", "refused"]
    assert Relationship.objects.count() == 1


def test_two_ended_ones_opened_at_once_leave_one_open() -> None:
    contact = ContactFactory()
    ended = RelationshipFactory.create_batch(2, contact=contact, at="not-now")
    waiting = [row.pk for row in ended]
    identified = stage("prospect", "identified")

    def reopen() -> str:
        mine = Relationship.objects.get(pk=waiting.pop())
        try:
            move_to_stage(relationship=mine, to_stage=identified, actor=None, reason="Again")
        except TransitionRefused:
            return "refused"
        return "opened"

    assert at_once(reopen, 2) == ["opened", "refused"]
    assert Relationship.objects.open().count() == 1
    assert StageTransition.objects.count() == 1
