from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why someone is not, or no longer, written to. The first five come from ``contacts``; of
    ``PROMISE_OVERDUE`` the mail is only held.
    """

    NO_CONSENT = "no_consent", _("No consent for this purpose")
    NO_ADDRESS = "no_address", _("No e-mail address")
    SUPPRESSED = "suppressed", _("Their address must not be written to")
    DO_NOT_CONTACT = "do_not_contact", _("Marked as do not contact")
    ARCHIVED = "archived", _("Archived")
    HELD = "held", _("A colleague keeps in touch with them")
    ENROLLED = "enrolled", _("Already in this campaign")
    NO_TEXT = "no_text", _("No text in their language")
    MISSING_VALUE = "missing_value", _("A word that their mail needs is not known")
    WITHDRAWN = "withdrawn", _("Withdrew consent")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    ERASED = "erased", _("Erased on request")
    MERGED = "merged", _("Is the same person as another who is in this campaign")
    STOPPED = "stopped", _("Stopped by a colleague")
    PROMISE_OVERDUE = "promise_overdue", _("Waits until we have kept our word to them")
    CAMPAIGN_ENDED = "campaign_ended", _("The campaign was ended")


def reason_label(code: str) -> str:
    """How a stored reason reads; what is not a reason of ours (a mail server's words) as it is."""
    return str(Reason(code).label) if code in Reason.values else code
