"""The catcher as the product runs it: a process that speaks SMTP."""

import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from core.outbox.store import Outbox
from tests.support.servers import ROOT
from trm.serving.ports import free_port

pytestmark = pytest.mark.process


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox")


@pytest.fixture
def catcher(outbox: Outbox) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    command = [sys.executable, "-m", "core.outbox.catcher", "--port", str(port)]
    process = subprocess.Popen([*command, str(outbox.folder)], cwd=ROOT)
    _wait_until_it_answers(port)
    yield process, port
    process.kill()
    process.wait()


def _wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            smtplib.SMTP("127.0.0.1", port).quit()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def test_a_mail_is_kept_before_it_is_confirmed(
    catcher: tuple[subprocess.Popen[bytes], int], outbox: Outbox
) -> None:
    process, port = catcher
    message = EmailMessage()
    message["Subject"] = "Dag"
    message.set_content(".\n..beginning with dots\n")
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(message, "a@x.nl", ["b@x.nl", "c@x.nl"])
        process.kill()
    process.wait()

    (summary,) = outbox.page().mails
    assert (summary.sender, summary.recipients) == ("a@x.nl", ("b@x.nl", "c@x.nl"))
    mail = outbox.get(summary.id)
    assert mail is not None
    assert mail.raw.endswith(b"\r\n\r\n.\r\n..beginning with dots\r\n")


def test_a_mail_that_cannot_be_kept_is_not_confirmed(
    catcher: tuple[subprocess.Popen[bytes], int], outbox: Outbox
) -> None:
    outbox.folder.write_text("a file where the folder should be")
    with smtplib.SMTP("127.0.0.1", catcher[1]) as client, pytest.raises(smtplib.SMTPDataError) as e:
        client.sendmail("a@x.nl", ["b@x.nl"], b"Subject: x\r\n\r\n")
    assert e.value.smtp_code == 452


def test_it_stops_when_told_also_with_a_client_connected(
    catcher: tuple[subprocess.Popen[bytes], int],
) -> None:
    process, port = catcher
    client = smtplib.SMTP("127.0.0.1", port)
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) == 0
    client.close()
