"""Signing in, and how one does so."""

from tests.access.outcomes import OTHERS, OWN, PUBLIC, Rule

RULES: dict[str, Rule] = {
    # The pages of someone who is not signed in yet
    "account_login": PUBLIC,
    "account_signup": PUBLIC,
    "account_inactive": PUBLIC,
    "account_email_verification_sent": PUBLIC,
    "account_confirm_email": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    # … and those that send whoever is not so far (back) to the page of signing in
    "account_logout": OWN,
    "account_confirm_login_code": OWN,
    "mfa_authenticate": OWN,
    "mfa_login_webauthn": OWN,
    # How one signs in oneself
    "account_reauthenticate": OWN,
    "account_email": OWN,
    "account_change_password": OWN,
    "account_set_password": OWN,
    "mfa_index": OWN,
    "mfa_reauthenticate": OWN,
    "mfa_activate_totp": OWN,
    "mfa_deactivate_totp": OTHERS,
    "mfa_view_recovery_codes": OTHERS,
    "mfa_generate_recovery_codes": OWN,
    "mfa_download_recovery_codes": OTHERS,
    "mfa_list_webauthn": OWN,
    "mfa_add_webauthn": OWN,
    "mfa_reauthenticate_webauthn": OWN,
    "mfa_remove_webauthn": OTHERS,
    "mfa_edit_webauthn": OTHERS,
    "usersessions_list": OWN,
}
