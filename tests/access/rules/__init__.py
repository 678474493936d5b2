"""The one table: who may open which address, app by app."""

from tests.access.outcomes import Rule
from tests.access.rules import (
    campaigns,
    contacts,
    core,
    insights,
    integrations,
    outside,
    relationships,
    rest,
    signing_in,
)

RULES: dict[str, Rule] = {
    **campaigns.RULES,
    **contacts.RULES,
    **core.RULES,
    **insights.RULES,
    **integrations.RULES,
    **outside.RULES,
    **relationships.RULES,
    **rest.RULES,
    **signing_in.RULES,
}
