"""Mail over SMTP, on one connection that is kept for as long as there is something to send."""

import smtplib
from email.utils import parseaddr
from types import TracebackType
from typing import Self, cast

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from campaigns.channels.base import Handover, Letter, Outcome, Unreachable

# A server may take its time over a message that it has in hand (RFC 5321 even allows it minutes):
# giving up early would leave in doubt what in fact arrived.
LAST_REPLY_SECONDS = 60
_CLOSING = 421
_FAULTS = (smtplib.SMTPException, OSError)


class SmtpChannel:
    """Connects when the first letter comes, and again after the connection was lost."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None
        self._sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except _FAULTS:
                self._drop()
            self._smtp = None

    def hand_over(self, letter: Letter) -> Handover:
        """A kept connection that turns out to be gone is made anew once: servers close those that
        are old, or have carried enough.
        """
        is_kept = self._smtp is not None
        try:
            refusal = self._announce(self._connected(), letter.recipient)
        except _FAULTS as fault:
            self._drop()
            if is_kept:
                return self.hand_over(letter)
            raise Unreachable(_words(fault)) from fault
        if refusal is not None:
            return refusal
        return self._transmit(self._connected(), letter.content)

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            backend = EmailBackend(fail_silently=False)
            backend.open()
            self._smtp = cast(smtplib.SMTP, backend.connection)
            self._smtp.ehlo_or_helo_if_needed()
        return self._smtp

    def _announce(self, smtp: smtplib.SMTP, recipient: str) -> Handover | None:
        """Say from whom and to whom; None when the server wants to have it. That it will not take
        mail from us at all is no fault of the recipient's.
        """
        self._expect(smtp.docmd("MAIL", f"FROM:<{self._sender}>"), below=300)
        for command, argument in (("RCPT", f"TO:<{recipient}>"), ("DATA", "")):
            code, words = smtp.docmd(command, argument)
            if 400 <= code < 600 and code != _CLOSING:
                self._reset(smtp)
                return _answer(code, words)
            self._expect((code, words), below=400)
        return None

    def _expect(self, reply: tuple[int, bytes], *, below: int) -> None:
        code, words = reply
        if not 200 <= code < below:
            raise smtplib.SMTPResponseException(code, words)

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except _FAULTS:
            self._drop()

    def _transmit(self, smtp: smtplib.SMTP, content: bytes) -> Handover:
        """From the first byte on, only the server's reply tells whether it has the message."""
        try:
            smtp.send(_stuffed(content) + b".\r\n")
            _be_patient(smtp, LAST_REPLY_SECONDS)
            code, words = smtp.getreply()
            _be_patient(smtp, smtp.timeout)
            self._expect((code, words), below=600)
        except _FAULTS as fault:
            self._drop()
            return Handover(Outcome.IN_DOUBT, _words(fault))
        if code == _CLOSING:
            self._drop()
        return _answer(code, words)

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def _be_patient(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _stuffed(content: bytes) -> bytes:
    """A dot at the start of a line is doubled, for a lone one ends the message (RFC 5321 4.5.2)."""
    if content.startswith(b".") or b"\r\n." in content:
        content = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _answer(code: int, words: bytes) -> Handover:
    said = f"{code} {words.decode('utf-8', 'replace')}"[:300]
    if code < 400:
        return Handover(Outcome.ACCEPTED, said)
    return Handover(Outcome.POSTPONED if code < 500 else Outcome.REFUSED, said)


def _words(fault: Exception) -> str:
    return (str(fault) or type(fault).__name__)[:300]
