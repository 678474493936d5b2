from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from contacts.models import Contact
from relationships.models import Tie, TieKind
from relationships.services.ties import TieRefused, add_tie
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], str]) -> list[str]:
    answers: list[str] = []
    together = Barrier(len(acts))

    def run(act: Callable[[], str]) -> None:
        try:
            together.wait(timeout=10)
            answers.append(act())
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_two_who_write_down_the_same_from_both_sides() -> None:
    a, b = ContactFactory(), ContactFactory()
    kind = TieKind.objects.get(key="colleague")

    def write(one: Contact, other: Contact) -> str:
        try:
            add_tie(contact=one, actor=None, kind=kind, target=other)
        except TieRefused:
            return "refused"
        return "added"

    assert at_once(lambda: write(a, b), lambda: write(b, a)) == ["added", "refused"]
    assert Tie.objects.count() == 1
