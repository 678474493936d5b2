"""What stands before writing to a person. Apps above know: a colleague may keep in touch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from contacts.models import Contact
from core.models import User


@dataclass(frozen=True)
class Gate:
    """``before`` gives the address of the page that comes first, or "" where one may write at
    once; ``before_each`` those of many people, by contact id, in a fixed number of queries.
    """

    before: Callable[[Contact, User], str]
    before_each: Callable[[Sequence[int], User], Mapping[int, str]]


_gates: dict[str, Gate] = {}


def register(key: str, gate: Gate) -> None:
    _gates[key] = gate


def comes_first(contact: Contact, user: User) -> str:
    """Where a link to mail them leads instead of to the mail program; "" where nothing is asked."""
    return next((url for gate in _gates.values() if (url := gate.before(contact, user))), "")


def come_first(contact_ids: Sequence[int], user: User) -> dict[int, str]:
    """As ``comes_first``, of those of many of whom something is asked."""
    found: dict[int, str] = {}
    for gate in reversed(_gates.values()):
        found.update(gate.before_each(contact_ids, user))
    return found
