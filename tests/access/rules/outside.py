"""The pages of the people outside."""

from tests.access.outcomes import MANAGER, PUBLIC, Rule

RULES: dict[str, Rule] = {
    "community:preferences": PUBLIC,
    "community:profile": PUBLIC,
    "community:profile_ask": MANAGER,
}
