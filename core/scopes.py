"""What a token may be limited to. Each app registers its own, in ``rules.py``."""

from dataclasses import dataclass

from django.utils.functional import Promise

_scopes: dict[str, "Scope"] = {}


@dataclass(frozen=True)
class Scope:
    name: str
    label: str | Promise


def register(name: str, label: str | Promise) -> None:
    _scopes[name] = Scope(name, label)


def catalogue() -> list[Scope]:
    return [_scopes[name] for name in sorted(_scopes)]
