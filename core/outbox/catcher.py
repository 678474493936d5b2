"""A real SMTP server on loopback that delivers nothing: ``python -m core.outbox.catcher``."""

import argparse
import asyncio
import signal
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from core.outbox.store import Outbox

LOOPBACK = "127.0.0.1"
LARGEST_MAIL = 64 * 1024**2


class Keeper:
    """Answers 250 only once the mail is in its file."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        try:
            self._outbox.add(
                sender=envelope.mail_from or "", recipients=envelope.rcpt_tos, content=content
            )
        except OSError as error:
            return f"452 The mail could not be kept: {error.strerror}"
        return "250 OK"


async def serve(port: int, outbox: Outbox) -> None:
    """Until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sig, stopped.set)
    keeper = Keeper(outbox)

    def connect() -> SMTP:
        return SMTP(keeper, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, loop=loop)

    server = await loop.create_server(connect, LOOPBACK, port)
    await stopped.wait()
    # Connections that are open are cut; a mail that was not confirmed is the sender's still.
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.port, Outbox(arguments.folder)))


if __name__ == "__main__":
    main()
