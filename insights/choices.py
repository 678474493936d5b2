from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """What somebody is to us now, on the way from first contact to renewed contact. One may be
    several at once: an alumnus who works for us as a freelancer is both.
    """

    KNOWN = "known", _("First contact")
    PROSPECT = "prospect", _("Prospect")
    EMPLOYEE = "employee", _("Employee")
    FREELANCER = "freelancer", _("Freelancer")
    ALUMNUS = "alumnus", _("Alumnus")
    RETURNER = "returner", _("Returner")
    PAST = "past", _("Out of touch")
