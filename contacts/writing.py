"""What stands before writing to a person. Apps above know: a colleague may keep in touch."""

from collections.abc import Callable

from contacts.models import Contact
from core.models import User

# The address of the page that comes first, or "" where one may write at once.
Gate = Callable[[Contact, User], str]

_gates: dict[str, Gate] = {}


def register(key: str, gate: Gate) -> None:
    _gates[key] = gate


def comes_first(contact: Contact, user: User) -> str:
    """Where a link to mail them leads instead of to the mail program; "" where nothing is asked."""
    return next((url for gate in _gates.values() if (url := gate(contact, user))), "")
