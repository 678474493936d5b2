from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from campaigns.channels import Handover, Letter, Outcome, SmtpChannel, Unreachable
from campaigns.channels import email as email_channel
from tests.support.smtp import Mood, SmtpSink


@pytest.fixture
def channel(smtp_sink: SmtpSink) -> Iterator[SmtpChannel]:
    with SmtpChannel() as channel:
        yield channel


def letter(to: str = "ada@example.org", content: bytes = b"Subject: Hi\r\n\r\nHello\r\n") -> Letter:
    return Letter(touchpoint_id=1, recipient=to, content=content)


def test_letters_go_over_one_connection(channel: SmtpChannel, smtp_sink: SmtpSink) -> None:
    outcomes = [channel.hand_over(letter(f"{name}@example.org")).outcome for name in "abc"]

    assert outcomes == [Outcome.ACCEPTED] * 3
    assert smtp_sink.recipients == ["a@example.org", "b@example.org", "c@example.org"]
    assert {mail.sender for mail in smtp_sink.mails} == {"trm@localhost"}
    assert smtp_sink.connections == 1


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: Hi\r\n\r\n.\r\n..\r\n.leading\r\nend",
        b".: odd header\r\n\r\nbody\r\n",
        b"Subject: Hi\r\n\r\n" + b"x" * 900 + b"\r\n.\r\n",
    ],
)
def test_no_content_can_end_its_own_message(
    channel: SmtpChannel, smtp_sink: SmtpSink, content: bytes
) -> None:
    channel.hand_over(letter(content=content))
    channel.hand_over(letter(content=b"Subject: Next\r\n\r\nNext\r\n"))

    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    assert [mail.raw for mail in smtp_sink.mails] == [ended, b"Subject: Next\r\n\r\nNext\r\n"]


@pytest.mark.parametrize(
    ("mood", "expected"),
    [
        (
            Mood.REFUSE_RECIPIENT,
            Handover(Outcome.REFUSED, "550 5.1.1 No such person here"),
        ),
        (Mood.REFUSE, Handover(Outcome.REFUSED, "554 5.7.1 Not wanted")),
        (Mood.REFUSE_FOR_NOW, Handover(Outcome.POSTPONED, "451 4.3.0 Come again")),
    ],
)
def test_an_answer_counts_for_its_own_recipient_alone(
    channel: SmtpChannel, smtp_sink: SmtpSink, mood: Mood, expected: Handover
) -> None:
    smtp_sink.moods["wrong@example.org"] = mood

    assert channel.hand_over(letter("wrong@example.org")) == expected
    assert channel.hand_over(letter("right@example.org")).outcome is Outcome.ACCEPTED
    assert smtp_sink.recipients == ["right@example.org"]
    assert smtp_sink.connections == 1


@pytest.mark.parametrize(
    ("mood", "arrived"), [(Mood.DROP, []), (Mood.DROP_AFTER_KEEPING, ["ada@example.org"])]
)
def test_a_connection_lost_with_the_message_in_hand_leaves_it_in_doubt(
    channel: SmtpChannel, smtp_sink: SmtpSink, mood: Mood, arrived: list[str]
) -> None:
    smtp_sink.moods["ada@example.org"] = mood

    assert channel.hand_over(letter()).outcome is Outcome.IN_DOUBT
    assert smtp_sink.recipients == arrived
    assert channel.hand_over(letter("bob@example.org")).outcome is Outcome.ACCEPTED


def test_a_server_that_never_answers_leaves_it_in_doubt(
    channel: SmtpChannel, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email_channel, "LAST_REPLY_SECONDS", 0.2)
    smtp_sink.mood = Mood.TIME_OUT

    assert channel.hand_over(letter()).outcome is Outcome.IN_DOUBT


def test_a_kept_connection_that_is_gone_is_made_anew(
    channel: SmtpChannel, smtp_sink: SmtpSink
) -> None:
    channel.hand_over(letter())
    assert channel._smtp is not None
    channel._smtp.sock.close()
    channel._smtp.sock = None

    assert channel.hand_over(letter("bob@example.org")).outcome is Outcome.ACCEPTED
    assert smtp_sink.connections == 2


def test_a_server_that_is_not_there_is_nobodys_fault(settings: LazySettings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    with SmtpChannel() as channel, pytest.raises(Unreachable):
        channel.hand_over(letter())


def test_a_server_that_takes_no_mail_from_us_is_nobodys_fault(
    channel: SmtpChannel, smtp_sink: SmtpSink
) -> None:
    channel._sender = "trm@"

    with pytest.raises(Unreachable):
        channel.hand_over(letter())
