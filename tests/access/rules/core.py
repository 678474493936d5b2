"""The house itself."""

from tests.access.outcomes import MANAGER, OTHERS, OWN, PUBLIC, RECORD, ROLE, Rule

RULES: dict[str, Rule] = {
    "core:healthz": PUBLIC,
    "core:readyz": PUBLIC,
    "core:outbox": MANAGER,
    "core:outbox_mail": MANAGER,
    "core:outbox_mail_html": MANAGER,
    "core:outbox_attachment": MANAGER,
    "core:outbox_unsubscribe": MANAGER,
    "core:search": OWN,
    "core:settings": OWN,
    "core:profile": OWN,
    "core:preferences": OWN,
    "core:end_session": OTHERS,
    "core:tokens": ROLE,
    "core:token_new": ROLE,
    "core:token_rotate": RECORD,
    "core:token_revoke": RECORD,
    "core:styleguide": MANAGER,
}
