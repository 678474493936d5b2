"""The SMTP server to which a company's own mail server relays what is to be filed.

It says 250 only once the mail is a row that is committed. What it cannot keep now it asks for
again (4xx), so that the sender's queue holds it; only what can never be filed is refused (5xx).
It speaks no TLS and asks for no password: it listens on loopback, or inside a private network.
"""

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connection, transaction

from integrations.models import ReceivedMail
from integrations.services.filing_addresses import UnknownFilingAddress, holder_of
from integrations.services.receiving import MailTooLarge, largest_mail, receive_mail

THREADS = 4
OK = "250 OK"
UNKNOWN = "550 5.1.1 There is no such filing address"
TOO_LARGE = "552 5.3.4 The mail is too large"
LATER = "451 4.3.0 It cannot be kept now; try again later"

logger = logging.getLogger(__name__)
T = TypeVar("T")


class Server(SMTP):
    # Lines should end within 1000 bytes; those of programs that know no better are taken too.
    line_length_limit = 1_000_000


class Receiver:
    """``threads`` do what waits for the database, each with a connection of its own."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        token, _at, domain = address.rpartition("@")
        if domain.lower() != settings.CAPTURE_DOMAIN:
            return UNKNOWN
        answer = await self._answer(lambda: _look_up(token))
        if answer == OK:
            envelope.rcpt_tos.append(token)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        is_from_nobody = not (envelope.mail_from or "").strip("<> ")
        return await self._answer(
            lambda: _keep(envelope.rcpt_tos, content, is_automated=is_from_nobody)
        )

    async def handle_exception(self, error: Exception) -> str:
        """Whatever it was, the mail is not lost by it."""
        logger.error("A mail could not be taken in", exc_info=error)
        return LATER

    async def _answer(self, act: Callable[[], str]) -> str:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: _guarded(act))


def _guarded(act: Callable[[], str]) -> str:
    close_old_connections()
    try:
        return act()
    except UnknownFilingAddress:
        return UNKNOWN
    except MailTooLarge:
        return TOO_LARGE
    except DatabaseTrouble:
        logger.warning("The database is away; the mail is left with its sender", exc_info=True)
        connection.close()
        return LATER


def _look_up(token: str) -> str:
    holder_of(token)
    return OK


def _keep(tokens: Sequence[str], content: bytes, *, is_automated: bool) -> str:
    """All to whom it came, or nobody: one answer is for all."""
    with transaction.atomic():
        for token in tokens:
            receive_mail(
                actor=holder_of(token),
                content=content,
                door=ReceivedMail.Door.SMTP,
                is_automated=is_automated,
            )
    return OK


async def serve(host: str, port: int, listens: Callable[[int], None] = lambda _port: None) -> None:
    """Until SIGTERM or SIGINT. ``listens`` is told the port, once there is one."""
    loop = asyncio.get_running_loop()
    # It writes down what is said to it, and so the addresses that colleagues keep to themselves.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    stopped = asyncio.Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sig, stopped.set)
    with ThreadPoolExecutor(THREADS, thread_name_prefix="mail") as threads:
        server = await loop.create_server(lambda: made(threads, loop), host, port)
        listens(server.sockets[0].getsockname()[1])
        await stopped.wait()
        # Connections that are open are cut; a mail that was not confirmed is the sender's still.
        server.close()


def made(threads: ThreadPoolExecutor, loop: asyncio.AbstractEventLoop) -> SMTP:
    """One for each connection."""
    return Server(
        Receiver(threads),
        data_size_limit=largest_mail(),
        enable_SMTPUTF8=True,
        hostname=settings.CAPTURE_DOMAIN or "trm",
        ident="TRM",
        loop=loop,
    )
