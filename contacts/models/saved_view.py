from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Expression, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from contacts.models.access import sharing_units
from core.models import TimeStampedModel

if TYPE_CHECKING:
    from core.models import User

SEE = "contacts.view_contact"


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: "User") -> "SavedViewQuerySet":
        """One's own, and those shared with a part of the organisation that one belongs to."""
        return self.for_reader(user.pk, sharing_units(user, SEE))

    def for_reader(
        self, user_id: int | Expression, unit_ids: Sequence[int] | Expression | None
    ) -> "SavedViewQuerySet":
        """``visible_to``, where the units that share with the reader are known (None: all)."""
        shared = Q(is_shared=True)
        if unit_ids is not None:
            shared &= Q(unit=None) | Q(unit__any=unit_ids)
        return self.filter(Q(owner=user_id) | shared, deleted_at=None)


class SavedView(TimeStampedModel):
    """A way to look at the list of people, kept by name: filters, order, columns.

    It holds no people: what it shows is asked anew, with the eyes of whoever looks. Shared with
    a unit (and all under it), or without one with everybody. An empty ``columns`` leaves the
    choice to the reader. A deleted one can be brought back for a while.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(_("name"), max_length=60)
    selection = models.JSONField(default=dict)
    sort = models.CharField(max_length=60, default="name")
    columns = models.JSONField(default=list)
    is_shared = models.BooleanField(default=False)
    unit = models.ForeignKey(
        "contacts.OrgUnit",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("view")
        verbose_name_plural = _("views")
        constraints = [
            models.UniqueConstraint(
                "owner", Lower("name"), condition=Q(deleted_at=None), name="one_view_per_name"
            ),
            models.CheckConstraint(
                condition=Q(is_shared=True) | Q(unit=None), name="only_shared_views_have_a_unit"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListSetting(models.Model):
    """How one user has the list of people: what is theirs alone, also of views that others share.

    ``columns``: ``{uid of a view, or "" for the list without one: [column key, …]}``. ``order``:
    uids of views as their tabs stand; views that it does not name come after, by name.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="list_setting",
        primary_key=True,
    )
    columns = models.JSONField(default=dict)
    order = models.JSONField(default=list)
    first_view = models.ForeignKey(
        SavedView, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"list setting of user {self.user_id}"
