"""Two at once: the same mail at two doors, the same letter by two colleagues."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from contacts.services.contacts import create_contact
from integrations.models import FiledMail, ReceivedMail
from integrations.services.filing import file_waiting
from integrations.services.receiving import receive_mail
from relationships.models import Interaction
from tests.factories import ContactFactory
from tests.integrations.mails import mail, recruiter

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    answers: list[object] = []
    together = Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
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
    return answers


def test_one_mail_at_four_doors_is_one_row() -> None:
    user = recruiter()
    sent = mail(sender="eva@x.example")

    def receive() -> bool:
        return receive_mail(actor=user, content=sent, door="api").is_new

    assert sorted(map(bool, at_once(*[receive] * 4))) == [False, False, False, True]
    assert ReceivedMail.objects.count() == 1


def test_one_letter_of_four_colleagues_by_four_workers_is_one_line_each() -> None:
    """To two people, named in another order by each."""
    people = [ContactFactory(email=f"{name}@x.example") for name in ("eva", "bas")]
    users = [recruiter() for _number in range(4)]
    for number, user in enumerate(users):
        named = ["eva@x.example", "bas@x.example"][:: 1 if number % 2 else -1]
        content = mail(sender=user.email, to=", ".join(named))
        receive_mail(actor=user, content=content, door="api")
    at_once(*[file_waiting] * 4)
    file_waiting()
    assert Interaction.objects.count() == FiledMail.objects.count() == 2
    assert {row.contact for row in Interaction.objects.all()} == set(people)


def test_somebody_is_added_while_their_mail_is_filed() -> None:
    """Whichever comes first, it is filed once the round is over and begun again."""
    user = recruiter()
    receive_mail(actor=user, content=mail(sender="eva@x.example"), door="api")
    file_waiting()
    at_once(
        lambda: create_contact(actor=user, given_name="Eva", emails=["eva@x.example"]),
        file_waiting,
    )
    file_waiting()
    assert Interaction.objects.count() == 1
