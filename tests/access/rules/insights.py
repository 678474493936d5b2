"""Figures."""

from tests.access.outcomes import ROLE, Rule

RULES: dict[str, Rule] = {
    "insights:dashboard": ROLE,
    "insights:life-cycle": ROLE,
    "insights:funnel": ROLE,
    "insights:two-sides": ROLE,
    "insights:continuity": ROLE,
    "insights:touch": ROLE,
}
