from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Protocol, Self


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A message as it leaves: ``content`` is whole, with its headers, lines ended by CRLF."""

    touchpoint_id: int
    recipient: str
    content: bytes


class Outcome(Enum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """For good: trying again is no use."""
    POSTPONED = "postponed"
    """Not now: it has not left, and may be tried again."""
    IN_DOUBT = "in_doubt"
    """The connection was lost while the other side had the message in hand."""


@dataclass(frozen=True, slots=True)
class Handover:
    outcome: Outcome
    detail: str = ""


class Unreachable(Exception):
    """Nothing can be handed over now, whoever it is for. The letter at hand has not left."""


class Channel(Protocol):
    """A way out, open while it is entered. Letters go one after the other."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def hand_over(self, letter: Letter) -> Handover:
        """Try once. Raises ``Unreachable``."""
        ...
