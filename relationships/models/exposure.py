from django.db import models
from django.utils.translation import gettext_lazy as _


class Exposed(models.Model):
    """Somebody with whom we want to keep in touch and who hangs on one of us (``bus`` 1) or on
    nobody (0), as of last night (``services.exposure``).
    """

    contact = models.OneToOneField(
        "contacts.Contact", on_delete=models.CASCADE, primary_key=True, related_name="exposed"
    )
    bus = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("exposed relationship")
        verbose_name_plural = _("exposed relationships")

    def __str__(self) -> str:
        return f"exposure of contact #{self.contact_id}"


class UnitExposure(models.Model):
    """Of the ``n`` people of a unit with whom we want to keep in touch, how many are exposed."""

    unit = models.ForeignKey(
        "contacts.OrgUnit", on_delete=models.CASCADE, null=True, related_name="+"
    )
    n = models.PositiveIntegerField()
    nobody = models.PositiveIntegerField()
    one = models.PositiveIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("exposure of a unit")
        verbose_name_plural = _("exposure of units")

    def __str__(self) -> str:
        return f"exposure of unit #{self.unit_id}"


class SidesPlace(models.Model):
    """In which of the four quadrants somebody stands (``relationships.two_sides``), as of last
    night; of whom both sides are known.
    """

    contact = models.OneToOneField(
        "contacts.Contact", on_delete=models.CASCADE, primary_key=True, related_name="sides_place"
    )
    code = models.CharField(max_length=14)

    class Meta:
        verbose_name = _("place between the two sides")
        verbose_name_plural = _("places between the two sides")
        indexes = [models.Index(fields=["code", "contact"], name="sides_place_by_code")]

    def __str__(self) -> str:
        return f"place of contact #{self.contact_id}"
