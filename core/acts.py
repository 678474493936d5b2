from django.utils.translation import gettext_lazy as _

from core.audit import declare, declare_words

declare(
    {
        "core.signed_in": _("{actor} signed in"),
        "core.signed_out": _("{actor} signed out"),
        "core.sign_in_failed": _("Somebody failed to sign in as {target}"),
        "core.code_refused": _("Somebody gave a wrong second proof as {target}"),
        "core.password_changed": _("{actor} changed their password"),
        "core.password_reset": _("{actor} chose a new password by mail"),
        "core.address_changed": _("{actor} changed their e-mail address"),
        "core.factor_added": _("{actor} added a second proof ({factor})"),
        "core.factor_removed": _("{actor} removed a second proof ({factor})"),
        "core.factor_renewed": _("{actor} renewed their second proof ({factor})"),
        "core.session_ended": _("{actor} signed out another device"),
        "core.account_made": _("{actor} made an account for {target}"),
        "core.account_closed": _("{actor} closed the account of {target}"),
        "core.account_opened": _("{actor} opened the account of {target} again"),
        "core.colleague_invited": _("{actor} invited {email} as {role}"),
        "core.invitation_resent": _("{actor} sent the invitation for {email} again"),
        "core.invitation_revoked": _("{actor} withdrew the invitation for {email}"),
        "core.invitation_accepted": _("{actor} accepted the invitation"),
        "core.role_granted": _("{actor} gave {target} the role {role}"),
        "core.role_revoked": _("{actor} took the role {role} from {target}"),
        "core.role_made": _("{actor} made the role {name}"),
        "core.role_changed": _("{actor} changed what the role {name} allows"),
        "core.audit_exported": _("{actor} exported the audit log"),
        "core.token_made": _("{actor} made an API token"),
        "core.token_revoked": _("{actor} revoked an API token"),
    }
)
declare_words(
    {
        "totp": _("authenticator app"),
        "webauthn": _("passkey"),
        "recovery_codes": _("recovery codes"),
    }
)
