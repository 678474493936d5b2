"""Mail that came in to be filed: each colleague's own."""

from tests.access.outcomes import OTHERS, ROLE, Rule

RULES: dict[str, Rule] = {
    "integrations:mail": ROLE,
    "integrations:mail-place": OTHERS,
    "integrations:mail-set-aside": OTHERS,
    "integrations:mail-take-back": OTHERS,
    "integrations:mail-undo": OTHERS,
    "integrations:filing": ROLE,
    "integrations:filing-renew": ROLE,
}
