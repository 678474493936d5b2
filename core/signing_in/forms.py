"""allauth's forms with our words. What they check stays theirs."""

from typing import TYPE_CHECKING, Any

from allauth.account import forms as account
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.conf import settings
from django.core.cache import cache
from django.forms import Form
from django.utils.translation import gettext_lazy as _

from core.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PASSWORD_HELP = _("At least twelve characters. A short sentence is easy to remember.")


def _word(
    form: Form, name: str, label: "StrOrPromise", help_text: "StrOrPromise" = "", **attrs: Any
) -> None:
    """Name a field; a label above it says enough, so the placeholder goes."""
    field = form.fields[name]
    field.label = label
    field.help_text = help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


def _word_code(form: Form, help_text: "StrOrPromise") -> None:
    _word(
        form,
        "code",
        _("Code"),
        help_text,
        autocomplete="one-time-code",
        autocapitalize="none",
        spellcheck="false",
    )


class SignInForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # "webauthn" lets a browser offer a passkey while the address is filled in.
        _word(self, "login", _("E-mail address"), autocomplete="username webauthn")
        _word(self, "password", _("Password"))
        _word(self, "remember", _("Stay signed in for two weeks"))


class AskResetForm(account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "email", _("E-mail address"))


class ResetForm(account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password1", _("New password"), PASSWORD_HELP)
        _word(self, "password2", _("New password again"))


class ChangeForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "oldpassword", _("Current password"))
        _word(self, "password1", _("New password"), PASSWORD_HELP)
        _word(self, "password2", _("New password again"))


class ChangeAddressForm(account.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(
            self,
            "email",
            _("New e-mail address"),
            _("We send a link there. The old address stays in use until you follow it."),
        )


class ConfirmPasswordForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password", _("Password"))


class OnceForm(Form):
    """A code that was taken is not taken again for as long as an app's code is good: its own half
    minute and, for clocks that run apart, the one before and after. allauth remembers it for one.
    """

    user: User

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        steps = 2 * settings.MFA_TOTP_TOLERANCE + 1
        key = f"code-taken:{self.user.pk}:{code}"
        if not cache.add(key, True, timeout=steps * app_settings.TOTP_PERIOD):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(OnceForm, mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self, _("From your authenticator app, or one of your recovery codes."))


class ConfirmCodeForm(OnceForm, mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self, _("From your authenticator app, or one of your recovery codes."))


class ActivateAppForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self, _("The six digits that the app shows now."))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AddKeyForm(AddWebAuthnForm):
    """Proposes a passkey: a key that signs in by itself and asks for a finger, a face or a PIN."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "name", _("Name"), _("To recognise it in the list."))
        self.fields["passwordless"].initial = True
        _word(
            self,
            "passwordless",
            _("Sign in with this key alone, without a password"),
            _("The key then asks for your finger, your face or its PIN."),
        )


class RenameKeyForm(EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "name", _("Name"))
