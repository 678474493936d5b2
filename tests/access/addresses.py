"""Every address of the product."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver


@dataclass(frozen=True)
class Address:
    """One route: its name in full, and the pieces of its path, parameters by name."""

    name: str
    route: str
    parameters: tuple[str, ...]


def addresses(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "", spaces: str = ""
) -> Iterator[Address]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            space = f"{spaces}{pattern.namespace}:" if pattern.namespace else spaces
            yield from addresses(pattern.url_patterns, route, space)
        else:
            names = _names(prefix) + _names(str(pattern.pattern))
            yield Address(f"{spaces}{pattern.name}", route, tuple(dict.fromkeys(names)))


def _names(route: str) -> list[str]:
    """The parameters of a route: ``<uuid:uid>``, or ``(?P<key>…)`` in a regular expression."""
    return re.findall(r"<(?:\w+:)?(\w+)>", route)


ADDRESSES = {address.name: address for address in addresses()}
