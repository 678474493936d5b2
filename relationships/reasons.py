"""The reasons that the product itself writes with a move: kept in English, read in one's own
language. What a colleague wrote is never looked up.
"""

from django.utils.translation import gettext_lazy as _

BECAME_SOMETHING_ELSE = "Became something else"
TAKEN_BACK = "Taken back"
STAGE_PUT_ASIDE = "The stage was put aside"

_OURS = {
    BECAME_SOMETHING_ELSE: _("Became something else"),
    TAKEN_BACK: _("Taken back"),
    STAGE_PUT_ASIDE: _("The stage was put aside"),
}


def reason_words(reason: str) -> str:
    return str(_OURS.get(reason, reason))
