"""Two colleagues, or one who clicks twice, at the same moment."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from contacts.models import Contact, DuplicateFlag, DuplicateProposal
from contacts.services.duplicate_flags import flag_pair
from core.models import AuditEntry, User
from tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> None:
    together = Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            together.wait(timeout=10)
            act()
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_pair_waits_once_and_each_says_it_once() -> None:
    one: Contact = ContactFactory()
    other: Contact = ContactFactory()
    me: User = UserFactory()
    colleague: User = UserFactory()

    at_once(
        lambda: flag_pair(one=one, other=other, actor=me),
        lambda: flag_pair(one=other, other=one, actor=me),
        lambda: flag_pair(one=other, other=one, actor=colleague),
    )

    assert DuplicateProposal.objects.count() == 1
    said = DuplicateFlag.objects.values_list("flagged_by", flat=True)
    assert sorted(said) == sorted([me.pk, colleague.pk])
    assert AuditEntry.objects.filter(action="contacts.flagged_double").count() == 2
