"""A real SMTP server that collects, and that can be told to misbehave."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from enum import StrEnum

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

HOST = "127.0.0.1"


class Mood(StrEnum):
    """What the sink does with a mail."""

    ACCEPT = "accept"
    REFUSE_RECIPIENT = "refuse recipient"  # 550 to RCPT: this address is wrong for good
    REFUSE_FOR_NOW = "refuse for now"  # 451 to DATA: come again
    REFUSE = "refuse"  # 554 to DATA
    TIME_OUT = "time out"  # takes the bytes and never answers
    DROP = "drop"  # takes the bytes and cuts the connection
    DROP_AFTER_KEEPING = "drop after keeping"  # delivered, and the sender does not learn it


@dataclass(frozen=True, kw_only=True)
class Caught:
    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return BytesParser(policy=policy.default).parsebytes(self.raw)


@dataclass
class SmtpSink:
    """``mood`` holds for all; ``moods`` for single recipients, by address.

    ``delay`` is how many seconds it thinks over each mail, as a server somewhere else does.
    """

    port: int = 0
    delay: float = 0.0
    mood: Mood = Mood.ACCEPT
    moods: dict[str, Mood] = field(default_factory=dict)
    mails: list[Caught] = field(default_factory=list)
    connections: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """As EMAIL_URL takes it."""
        return f"smtp://{HOST}:{self.port}"

    @property
    def recipients(self) -> list[str]:
        """One entry per mail and recipient, in the order of arrival."""
        return [address for mail in list(self.mails) for address in mail.recipients]

    def to(self, address: str) -> list[Caught]:
        return [mail for mail in list(self.mails) if address in mail.recipients]

    def clear(self) -> None:
        self.mails.clear()

    def start(self) -> None:
        """Return once it listens. All of its loop is in a thread: Playwright has one in this."""
        listens = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=[listens], daemon=True)
        self._thread.start()
        if not listens.wait(10):
            raise RuntimeError("The SMTP sink did not start")

    def _serve(self, listens: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(
            self._loop.create_server(self._connect, HOST, self.port)
        )
        self.port = self._server.sockets[0].getsockname()[1]
        listens.set()
        self._loop.run_forever()

    def stop(self) -> None:
        """From now on connections are refused; open ones are cut."""
        if self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._thread = None
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _connect(self) -> SMTP:
        self.connections += 1
        return SMTP(_Handler(self), hostname="sink.test", enable_SMTPUTF8=True, loop=self._loop)

    def mood_for(self, recipients: list[str]) -> Mood:
        return next((self.moods[one] for one in recipients if one in self.moods), self.mood)


class _Handler:
    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._sink.mood_for([address]) == Mood.REFUSE_RECIPIENT:
            return "550 5.1.1 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mood = self._sink.mood_for(envelope.rcpt_tos)
        await asyncio.sleep(self._sink.delay)
        if mood in {Mood.ACCEPT, Mood.DROP_AFTER_KEEPING}:
            self._sink.mails.append(
                Caught(
                    sender=envelope.mail_from or "",
                    recipients=list(envelope.rcpt_tos),
                    raw=envelope.original_content or b"",
                )
            )
        if mood == Mood.TIME_OUT:
            await asyncio.sleep(3600)
        if mood in {Mood.DROP, Mood.DROP_AFTER_KEEPING}:
            server.transport.abort()
            await asyncio.sleep(0)
        return _ANSWERS.get(mood, "250 OK")


_ANSWERS = {Mood.REFUSE_FOR_NOW: "451 4.3.0 Come again", Mood.REFUSE: "554 5.7.1 Not wanted"}


@pytest.fixture
def smtp_sink(settings: Settings) -> Iterator[SmtpSink]:
    """A sink on a port of its own; this process sends to it, and so does each ``worker``."""
    sink = SmtpSink()
    sink.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = HOST
    settings.EMAIL_PORT = sink.port
    yield sink
    sink.stop()
