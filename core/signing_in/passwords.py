"""Django's checks of a password, in our words: Dutch lacks some of theirs."""

from django.contrib.auth import password_validation as django
from django.utils.translation import gettext as _


class LengthValidator(django.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("A password has at least %(count)d characters.") % {"count": self.min_length}


class CommonValidator(django.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("Too many people use this password.")


class SimilarityValidator(django.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("This looks too much like your name or your e-mail address.")
