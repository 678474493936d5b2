"""The desk by mail: when, to whom, once; over a real SMTP server."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from core.mail import send_due_mails
from core.models import AccountMail, User
from relationships.models import DigestSetting
from relationships.services.digest import (
    choose_digest,
    off_url,
    send_due_digests,
    turn_off,
    user_of,
)
from relationships.services.promises import make_promise
from tests.factories import (
    ContactFactory,
    FollowUpFactory,
    PromiseFactory,
    RelationshipFactory,
    UserFactory,
)
from tests.support.smtp import Mood, SmtpSink

pytestmark = pytest.mark.django_db

# A Tuesday: half past eight in Amsterdam, half past seven in London.
NOW = datetime(2026, 3, 10, 7, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def reader() -> User:
    user = UserFactory(role="recruiter", language="en", name="Iris de Wit")
    DigestSetting.objects.create(user=user, is_on=True)
    return user


def due_for(user: User, title: str = "Call about the open day") -> object:
    return FollowUpFactory(assignee=user, title=title, due_on=NOW.date())


def test_the_whole_way_over_smtp(reader: User, smtp_sink: SmtpSink, client: Client) -> None:
    task = due_for(reader)
    PromiseFactory(promiser=reader, text="Send the figures", due_on=NOW.date() - timedelta(days=2))

    assert send_due_digests(now=NOW) == 1
    assert send_due_mails(now=NOW) == 1

    mail = smtp_sink.to(reader.email)[0].message
    assert mail["Subject"] == "Today: Send the figures, and 1 more"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert "Good day Iris," in text
    assert "was due 2 days ago" in text
    link = f"/?item=task-{task.uid}"
    assert link in text
    assert link in html

    client.force_login(reader)
    page = client.get(link)
    assert page.context["focus"] == 1

    off = urlsplit(mail["List-Unsubscribe"].strip("<> ")).path
    client.logout()
    assert client.get(off).status_code == 200
    assert DigestSetting.objects.get().is_on
    assert client.post(off, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not DigestSetting.objects.get().is_on


def test_once_a_day_however_often_the_round_runs(reader: User) -> None:
    due_for(reader)

    sent = [send_due_digests(now=NOW + timedelta(minutes=5 * step)) for step in range(4)]
    tomorrow = send_due_digests(now=NOW + timedelta(days=1))

    assert (sent, tomorrow) == ([1, 0, 0, 0], 1)
    assert AccountMail.objects.count() == 2


def test_a_round_that_was_broken_off_is_repeated_whole(
    reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    due_for(reader)

    def break_off(**given: object) -> None:
        raise RuntimeError("the worker died")

    with monkeypatch.context() as patch:
        patch.setattr("relationships.services.digest.queue_mail", break_off)
        with pytest.raises(RuntimeError):
            send_due_digests(now=NOW)
    assert DigestSetting.objects.get().last_on is None

    assert send_due_digests(now=NOW) == 1


@pytest.mark.parametrize(
    ("moment", "wanted"),
    [
        ({}, True),
        # Half past eight in Amsterdam is before nine.
        ({"hour": 9}, False),
        ({"hour": 0}, True),
        ({"is_on": False}, False),
    ],
)
def test_at_the_hour_one_chose(moment: dict[str, object], wanted: bool, reader: User) -> None:
    due_for(reader)
    DigestSetting.objects.update(**moment)

    assert send_due_digests(now=NOW) == int(wanted)


def test_by_the_readers_own_clock(reader: User) -> None:
    due_for(reader)
    User.objects.update(time_zone="Europe/London")

    assert send_due_digests(now=NOW) == 0
    assert send_due_digests(now=NOW + timedelta(minutes=30)) == 1


def test_on_the_other_side_of_the_date_line(reader: User) -> None:
    """In Auckland it is half past eight in the evening of the day that begins here."""
    due_for(reader)
    User.objects.update(time_zone="Pacific/Auckland")

    assert [send_due_digests(now=NOW + timedelta(hours=hours)) for hours in (0, 1, 13)] == [
        1,
        0,
        1,
    ]


@pytest.mark.parametrize(("workdays_only", "sent"), [(True, 0), (False, 1)])
def test_not_in_the_weekend_unless_asked(workdays_only: bool, sent: int, reader: User) -> None:
    saturday = NOW + timedelta(days=4)
    due_for(reader)
    DigestSetting.objects.update(workdays_only=workdays_only)

    assert send_due_digests(now=saturday) == sent


def test_nothing_when_nothing_is_due(reader: User) -> None:
    FollowUpFactory(due_on=NOW.date())

    assert send_due_digests(now=NOW) == 0
    assert DigestSetting.objects.get().last_on == NOW.date()
    assert not AccountMail.objects.exists()


def test_in_the_language_of_who_reads_it(reader: User) -> None:
    User.objects.update(language="nl")
    RelationshipFactory(owner=reader, next_touch_on=NOW.date())

    send_due_digests(now=NOW)

    mail = AccountMail.objects.get()
    assert 'lang="nl"' in mail.html
    assert "dinsdag 10 maart" in mail.text


def test_an_account_that_is_closed_gets_none(reader: User) -> None:
    due_for(reader)
    User.objects.update(is_active=False)

    assert send_due_digests(now=NOW) == 0


def test_who_does_not_want_it_gets_none() -> None:
    due_for(UserFactory(role="recruiter"))

    assert send_due_digests(now=NOW) == 0


def test_turned_on_after_the_hour_it_begins_tomorrow(reader: User) -> None:
    due_for(reader)
    choose_digest(user=reader, is_on=True, hour=8, workdays_only=True)

    assert send_due_digests(now=NOW) == 0
    assert send_due_digests(now=NOW + timedelta(days=1)) == 1


def test_what_people_wrote_is_escaped(reader: User) -> None:
    make_promise(
        contact=ContactFactory(),
        actor=reader,
        text="<b>Bold</b> & more\r\nBcc: x@example.org",
        due_on=NOW.date(),
        promiser=reader,
    )

    send_due_digests(now=NOW)

    mail = AccountMail.objects.get()
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; more" in mail.html
    assert "<b>Bold</b> & more" in mail.text
    assert "\n" not in mail.subject + reader.email


@pytest.mark.parametrize("mood", [Mood.DROP_AFTER_KEEPING, Mood.DROP])
def test_a_mail_of_which_nobody_knows_is_not_sent_again(
    mood: Mood, reader: User, smtp_sink: SmtpSink
) -> None:
    due_for(reader)
    send_due_digests(now=NOW)
    smtp_sink.mood = mood

    assert send_due_mails(now=NOW) == 0

    smtp_sink.mood = Mood.ACCEPT
    assert send_due_mails(now=NOW + timedelta(days=1)) == 0
    assert len(smtp_sink.mails) == int(mood == Mood.DROP_AFTER_KEEPING)
    assert AccountMail.objects.get().queue_state == "done"


def test_a_mail_that_was_refused_for_now_is_tried_again(reader: User, smtp_sink: SmtpSink) -> None:
    due_for(reader)
    send_due_digests(now=NOW)
    smtp_sink.mood = Mood.REFUSE_FOR_NOW
    assert send_due_mails(now=NOW) == 0

    smtp_sink.mood = Mood.ACCEPT
    assert send_due_mails(now=NOW + timedelta(minutes=1)) == 1


def test_a_worker_that_dies_as_the_bytes_leave_leaves_it(reader: User, smtp_sink: SmtpSink) -> None:
    due_for(reader)
    send_due_digests(now=NOW)
    mail = AccountMail.objects.claim(now=NOW, limit=1, lease=timedelta(minutes=5))[0]
    assert mail.hand_over()

    assert send_due_mails(now=NOW + timedelta(hours=1)) == 0
    assert smtp_sink.mails == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_digest_is_the_same_queries_however_full(
    count: int, reader: User, django_assert_num_queries: Callable[[int], object]
) -> None:
    FollowUpFactory.create_batch(count, assignee=reader, due_on=NOW.date())
    PromiseFactory.create_batch(count, promiser=reader, due_on=NOW.date())

    with django_assert_num_queries(13):
        send_due_digests(now=NOW)


def test_a_link_that_was_tampered_with_stops_nothing(reader: User, client: Client) -> None:
    token = urlsplit(off_url(reader)).path.split("/")[2]
    other = UserFactory()

    assert user_of(token) == reader
    forged = token.replace(str(reader.uid), str(other.uid))
    answer = client.post(reverse("relationships:digest-off", args=[forged]))

    assert answer.status_code == 404
    assert DigestSetting.objects.get().is_on


def test_one_sets_ones_own(client: Client) -> None:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    page = reverse("relationships:digest")
    assert client.get(page).status_code == 200
    assert client.post(page, {"is_on": "on", "hour": "25"}).status_code == 422
    assert not DigestSetting.objects.exists()

    client.post(page, {"is_on": "on", "hour": "7"})

    row = DigestSetting.objects.get()
    assert (row.user, row.is_on, row.hour, row.workdays_only) == (user, True, 7, False)
    turn_off(user=user)
    assert not DigestSetting.objects.get().is_on
