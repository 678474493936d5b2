"""The choices that conditions offer to a reader."""

from contacts.conditions.registry import Choices, Condition, Part
from core.models import User


class ChoicesFor:
    """The choices of conditions for one reader, each asked for once."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._held: dict[tuple[str, str], dict[str, str]] = {}

    def of(self, condition: Condition, part: Part | None = None) -> dict[str, str]:
        source = part.choices if part else condition.choices
        key = (condition.key, part.key if part else "")
        if key not in self._held:
            found: Choices = source(self._user) if source else ()
            self._held[key] = {value: str(label).strip() for value, label in found}
        return self._held[key]
