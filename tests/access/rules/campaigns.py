"""Campaigns."""

from tests.access.outcomes import RECORD, ROLE, Rule

RULES: dict[str, Rule] = {
    "campaigns:campaigns": ROLE,
    "campaigns:new": ROLE,
    "campaigns:stop": RECORD,
    "campaigns:take-in": RECORD,
    "campaigns:campaign": RECORD,
    "campaigns:edit": RECORD,
    "campaigns:delete": RECORD,
    "campaigns:audience": RECORD,
    "campaigns:preview": RECORD,
    "campaigns:start": RECORD,
    "campaigns:pause": RECORD,
    "campaigns:resume": RECORD,
    "campaigns:end": RECORD,
    "campaigns:people": RECORD,
    "campaigns:problems": RECORD,
    "campaigns:step-new": RECORD,
    "campaigns:step-trial": RECORD,
    "campaigns:step": RECORD,
    "campaigns:step-move": RECORD,
    "campaigns:step-remove": RECORD,
}
