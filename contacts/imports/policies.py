"""Whose word counts where a file and we say different things of somebody: chosen for the file,
and for a column where that one is to be otherwise.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from contacts import freshness
from contacts.choices import Source


class Policy(StrEnum):
    """``FILL``: only where we have nothing; ``NEWEST``: the file, unless someone said it whose
    word weighs more (``freshness``); ``OVERWRITE``: the file, whoever said otherwise; ``KEEP``:
    nothing of it; ``ADD``: to a list, which is what the others but ``KEEP`` mean there.
    """

    FILL = "fill"
    NEWEST = "newest"
    OVERWRITE = "overwrite"
    KEEP = "keep"
    ADD = "add"


LISTS = frozenset(["email", "phone", "profile", "tags", "external_id", "note", "street"])
"""What a person has several of: a file adds to those."""

_ONE_NAME = {"given": "full", "middle": "full", "infix": "full", "family": "full"}
_ONE_PLACE = dict.fromkeys(("house", "postcode", "address_label", "addresses"), "street")
_OF_A_LIST = {"email_labels": "email", "phone_labels": "phone"}
_PREFIX = "policy:"


def option_of(key: str) -> str:
    """Under which option of a run the policy of a target stands. A name is one thing, and so are a
    postal address, and an address with its kind."""
    return f"{_PREFIX}{(_ONE_NAME | _ONE_PLACE | _OF_A_LIST).get(key, key)}"


def policy_for(options: Mapping[str, str], key: str) -> str:
    return options.get(option_of(key)) or options.get("policy") or Policy.FILL


def may_write(policy: str, before: Any, sources: Mapping[str, Any], field: str) -> bool:
    """Whether a file may write ``field``, of a person we know, where ``before`` stands now."""
    if policy == Policy.KEEP:
        return False
    if policy == Policy.OVERWRITE:
        return True
    if not freshness.may_overwrite(sources, field, Source.IMPORT):
        return False
    return policy == Policy.NEWEST or not before
