from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.base import TimeStampedModel


class Role(TimeStampedModel):
    """A named set of permissions. Which user holds it, and for which part, is a grant."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    permissions = ArrayField(models.CharField(max_length=100), default=list, blank=True)

    def __str__(self) -> str:
        return self.name
