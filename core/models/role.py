from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from core.models.base import TimeStampedModel

SEEDED = (
    gettext_noop("Administrator"),
    gettext_noop("HR manager"),
    gettext_noop("Recruiter"),
    gettext_noop("Reader"),
)
"""The names that every organisation begins with: read in the reader's language until changed."""


class Role(TimeStampedModel):
    """A named set of permissions. Which user holds it, and for which part, is a grant."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    permissions = ArrayField(models.CharField(max_length=100), default=list, blank=True)

    def __str__(self) -> str:
        return gettext(self.name)
