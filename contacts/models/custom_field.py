from collections.abc import Sequence

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contacts.choices import Basis
from core.models import TimeStampedModel
from core.privacy import Erasure


class CustomFieldQuerySet(models.QuerySet["CustomField"]):
    def active(self) -> "CustomFieldQuerySet":
        return self.filter(retired_at=None)

    def in_order(self) -> "CustomFieldQuerySet":
        return self.order_by("position", "pk")


class CustomField(TimeStampedModel):
    """A field that an organisation made itself. Its values stand in ``Contact.custom_values``.

    ``key`` is made from the first label and stays, however the field is renamed: it is what
    values, files and other systems go by. ``choices`` are ``{"key", "en", "nl", "retired"}`` in
    their order; a retired choice is offered no more and still read where somebody holds it. So is
    a retired field: its values stay, and come back with it.
    """

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        LONG_TEXT = "long_text", _("Long text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        YES_NO = "yes_no", _("Yes or no")
        CHOICE = "choice", _("One of a list")
        CHOICES = "choices", _("Several of a list")
        LINK = "link", _("Link")

    class OnErasure(models.TextChoices):
        EMPTY = Erasure.ANONYMISE.value, _("Emptied")
        KEEP = Erasure.KEEP.value, _("Kept")

    key = models.SlugField(_("key"), max_length=50, unique=True)
    type = models.CharField(_("type"), max_length=9, choices=Type)
    label_en = models.CharField(_("label in English"), max_length=60, blank=True)
    label_nl = models.CharField(_("label in Dutch"), max_length=60, blank=True)
    help_en = models.CharField(_("help in English"), max_length=200, blank=True)
    help_nl = models.CharField(_("help in Dutch"), max_length=200, blank=True)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_personal = models.BooleanField(_("personal data"), default=True)
    basis = models.CharField(
        _("basis"), max_length=20, choices=Basis, default=Basis.LEGITIMATE_INTEREST
    )
    on_erasure = models.CharField(
        _("when a person is erased"), max_length=10, choices=OnErasure, default=OnErasure.EMPTY
    )
    retired_at = models.DateTimeField(null=True, editable=False)

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        verbose_name = _("field")
        verbose_name_plural = _("fields")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(label_en="", label_nl=""), name="custom_field_has_a_label"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        return in_language(self.label_en, self.label_nl)

    @property
    def help(self) -> str:
        return in_language(self.help_en, self.help_nl)

    @property
    def has_choices(self) -> bool:
        return self.type in (self.Type.CHOICE, self.Type.CHOICES)

    @property
    def choice_labels(self) -> dict[str, str]:
        """All of them, the retired ones too, by key."""
        return {one["key"]: in_language(one["en"], one["nl"]) for one in self.choices}

    @property
    def offered(self) -> list[tuple[str, str]]:
        """The choices that one may choose now."""
        return [
            (one["key"], in_language(one["en"], one["nl"]))
            for one in self.choices
            if not one["retired"]
        ]

    def offered_beside(self, held: Sequence[str]) -> list[tuple[str, str]]:
        """As ``offered``, with those that somebody holds already: saving keeps them."""
        labels = self.choice_labels
        live = [key for key, _label in self.offered]
        return [(key, labels[key]) for key in labels if key in live or key in held]


def in_language(english: str, dutch: str) -> str:
    """The words of the reader's language, or of the other where there are none."""
    is_dutch = (get_language() or "en").startswith("nl")
    return (dutch or english) if is_dutch else (english or dutch)
