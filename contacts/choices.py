from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    """What for we may write to someone. Consent is given and withdrawn by purpose."""

    CAREERS = "careers", _("Jobs and assignments")
    NETWORK = "network", _("Staying in touch")
    EVENTS = "events", _("Events")
    NEWSLETTER = "newsletter", _("Newsletter")


class Basis(models.TextChoices):
    """The ground in law (GDPR article 6) on which we keep or use personal data."""

    CONSENT = "consent", _("Consent")
    CONTRACT = "contract", _("Contract")
    LEGAL_OBLIGATION = "legal_obligation", _("Legal obligation")
    LEGITIMATE_INTEREST = "legitimate_interest", _("Legitimate interest")


class FormOfAddress(models.TextChoices):
    """How somebody likes to be spoken to; not known is as the house speaks: informally."""

    INFORMAL = "informal", _("Informal")
    FORMAL = "formal", _("Formal")


class Source(models.TextChoices):
    """Where a record or a statement came from."""

    MANUAL = "manual", _("Entered by a colleague")
    IMPORT = "import", _("Import")
    API = "api", _("API")
    SELF = "self", _("The person")
    DEMO = "demo", _("Demo data")
