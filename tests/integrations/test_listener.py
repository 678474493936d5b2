"""The SMTP door, as a mail server meets it: the real process, the real protocol."""

import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from contacts.models import Contact
from core.models import User
from integrations.models import FilingAddress, ReceivedMail
from integrations.services.filing import LEASE, file_waiting
from integrations.services.filing_addresses import make_filing_address, renew_filing_address
from relationships.models import Interaction
from tests.factories import ContactFactory, UserFactory
from tests.integrations.mails import address_of, mail, recruiter
from tests.support.workers import spawn
from trm.serving.ports import free_port

pytestmark = [pytest.mark.process, pytest.mark.django_db(transaction=True)]
DOMAIN = "file.trm.example"
MOST = 1  # megabytes

Start = Callable[..., int]


@pytest.fixture(autouse=True)
def _domain(settings: Settings) -> None:
    settings.CAPTURE_DOMAIN = DOMAIN


@pytest.fixture
def listener(transactional_db: None, tmp_path: Path) -> Iterator[Start]:
    """Start listeners; each call gives the port of one that answers."""
    started: list[subprocess.Popen[bytes]] = []

    def start(**environment: str) -> int:
        port = free_port()
        given = {"CAPTURE_DOMAIN": DOMAIN, "CAPTURE_PORT": str(port), "CAPTURE_BIND": "127.0.0.1"}
        given |= {"CAPTURE_MAX_MEGABYTES": str(MOST), **environment}
        command = [sys.executable, "manage.py", "receive_mails"]
        started.append(spawn(command, tmp_path / f"listener-{len(started)}.log", given))
        wait_for(port, started[-1])
        return port

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("The listener did not start")


def connect(port: int) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", port, timeout=30)


def lines() -> list[tuple[str, str]]:
    rows = Interaction.objects.order_by("contact__given_name")
    return [(row.contact.given_name, row.direction) for row in rows]


def test_what_a_mail_server_relays_is_filed(listener: Start, settings: Settings) -> None:
    """Blind copies of two colleagues, a bounce, and mail in characters of all kinds."""
    port = listener()
    one, other = recruiter(), recruiter()
    ContactFactory(given_name="Eva", email="eva@x.example")
    ContactFactory(given_name="Jürgen", email="j@x.example")
    with connect(port) as server:
        to_both = [address_of(one), address_of(other).upper()]
        server.sendmail(one.email, to_both, mail(sender=one.email, to="eva@x.example"))
        bounce = mail(sender="j@x.example", message_id="<b@x>", subject="Niet bezorgd")
        server.sendmail("", [address_of(one)], bounce)
        eight_bit = "From: Jürgen <j@x.example>\r\nSubject: Café ☕\r\n\r\nGrüße".encode()
        server.sendmail("j@x.example", [address_of(one)], eight_bit, mail_options=["BODY=8BITMIME"])
        long_line = b"From: eva@x.example\r\nMessage-ID: <l@x>\r\n\r\n" + b"a" * 200_000
        server.sendmail("eva@x.example", [address_of(one)], long_line)
    assert ReceivedMail.objects.count() == 5
    assert set(ReceivedMail.objects.values_list("door", flat=True)) == {"smtp"}
    file_waiting()
    assert lines() == [
        ("Eva", "outbound"),
        ("Eva", "inbound"),
        ("Jürgen", "inbound"),
        ("Jürgen", "inbound"),
    ]
    by_subject = dict(Interaction.objects.values_list("summary", "is_automated"))
    assert by_subject["Niet bezorgd"] is True
    assert by_subject["Café ☕"] is False
    settings.CAPTURE_PORT = port
    call_command("receive_mails", "--check")


def test_who_is_unknown_is_refused_for_good(listener: Start) -> None:
    port = listener()
    user, reader = recruiter(), UserFactory(role="reader")
    old = address_of(user)
    renew_filing_address(actor=user)
    make_filing_address(actor=reader)
    wrong = [
        old,
        address_of(reader),
        f"nobody@{DOMAIN}",
        f"@{DOMAIN}",
        f"{FilingAddress.objects.get(user=user).token}@elsewhere.example",
        "postmaster",
    ]
    with connect(port) as server:
        server.ehlo()
        for address in wrong:
            server.mail("eva@x.example")
            code, _words = server.rcpt(address)
            assert 550 <= code <= 553, address
            server.rset()
        server.mail("eva@x.example")
        assert server.rcpt(address_of(user))[0] == 250
        assert server.rcpt(old)[0] == 550
        assert server.data(mail(sender="eva@x.example"))[0] == 250
    assert ReceivedMail.objects.get().colleague == user


def test_what_is_too_large_is_refused_and_said_so_beforehand(listener: Start) -> None:
    port = listener()
    address = address_of(recruiter())
    large = b"From: a@x.example\r\n\r\n" + b"line\r\n" * 200_000
    with connect(port) as server:
        server.ehlo()
        assert server.esmtp_features["size"] == str(MOST * 1024 * 1024)
        assert server.mail("a@x.example", [f"size={len(large)}"])[0] == 552
        server.rset()
        server.mail("a@x.example")
        server.rcpt(address)
        assert server.data(large)[0] == 552
        assert server.sendmail("a@x.example", [address], mail(sender="a@x.example")) == {}
    assert ReceivedMail.objects.count() == 1


def test_without_a_database_the_mail_stays_with_its_sender(listener: Start) -> None:
    port = listener(DATABASE_URL="postgres://nobody@127.0.0.1:9/nothing")
    with connect(port) as server:
        server.ehlo()
        server.mail("eva@x.example")
        assert server.rcpt(f"token@{DOMAIN}")[0] == 451
        assert server.noop()[0] == 250


def test_a_mail_that_was_taken_in_outlives_every_process(
    listener: Start, settings: Settings
) -> None:
    """The listener is killed right after its 250, and the worker with the mail in its hands."""
    process_of = listener()
    user: User = recruiter()
    ContactFactory(given_name="Eva", email="eva@x.example")
    server = connect(process_of)
    server.sendmail("eva@x.example", [address_of(user)], mail(sender="eva@x.example"))
    kill_listeners(process_of)
    now = timezone.now()
    assert len(ReceivedMail.objects.claim(now=now, limit=1, lease=LEASE)) == 1
    assert file_waiting(now=now) == 0
    assert file_waiting(now=now + LEASE) == 1
    assert lines() == [("Eva", "inbound")]
    assert Contact.objects.count() == 1
    settings.CAPTURE_PORT = process_of
    with pytest.raises(CommandError):
        call_command("receive_mails", "--check")
    server.close()


def kill_listeners(port: int) -> None:
    for process in psutil.Process().children():
        if process.environ().get("CAPTURE_PORT") == str(port):
            process.send_signal(signal.SIGKILL)
            process.wait(10)


def test_an_address_is_needed(settings: Settings) -> None:
    settings.CAPTURE_DOMAIN = ""
    with pytest.raises(CommandError):
        call_command("receive_mails")
