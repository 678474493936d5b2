from collections.abc import Collection

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import TimeStampedModel
from relationships.choices import Kind, Tone
from relationships.lifecycles import SEEDED_STAGES


class Lifecycle(TimeStampedModel):
    """The way that relationships of one kind go: stages, and the moves allowed between them."""

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, unique=True)

    class Meta:
        verbose_name = _("lifecycle")
        verbose_name_plural = _("lifecycles")

    def __str__(self) -> str:
        return self.get_kind_display()


class StageQuerySet(models.QuerySet["Stage"]):
    def live(self) -> "StageQuerySet":
        """Those that one can come to; the others were put aside and are kept for the history."""
        return self.filter(archived_at=None)

    def shared(self, ids: Collection[int]) -> dict[int, "Stage"]:
        """The stages of ``ids`` by id, which cannot be put aside until this transaction ends.

        ``FOR SHARE``, so that many can move to one stage at the same time. Take it before the
        relationships: whoever puts a stage aside locks in that order.
        """
        table = connection.ops.quote_name(self.model._meta.db_table)
        found = self.raw(
            f"SELECT * FROM {table} WHERE id = ANY(%s) ORDER BY id FOR SHARE",  # noqa: S608
            [list(ids)],
        )
        return {stage.pk: stage for stage in found}


class Stage(TimeStampedModel):
    """Where a relationship can stand. ``name`` is what an administrator wrote; a seeded stage
    leaves it empty and is called by its ``key``, so that it reads in the user's language.

    ``entry_rules`` is what must be there before somebody may come here, as
    ``[{"rule": …, "value": …}]`` (``relationships.entry_rules``). ``archived_at``: put aside.
    ``counted_days``: the cadence that days were counted with so far (``services.segment_cadence``).
    """

    lifecycle = models.ForeignKey(Lifecycle, on_delete=models.PROTECT, related_name="stages")
    key = models.SlugField(_("key"), max_length=40)
    name = models.CharField(_("name"), max_length=100, blank=True)
    position = models.PositiveSmallIntegerField(_("position"))
    is_entry = models.BooleanField(_("relationships begin here"), default=False)
    is_closed = models.BooleanField(_("ends the relationship"), default=False)
    cadence_days = models.PositiveSmallIntegerField(
        _("days between contact moments"), null=True, blank=True
    )
    counted_days = models.PositiveSmallIntegerField(null=True, editable=False)
    tone = models.CharField(_("colour"), max_length=5, choices=Tone, blank=True, default="")
    is_onward = models.BooleanField(_("who becomes something else to us ends here"), default=False)
    entry_rules = models.JSONField(_("entry rules"), default=list, blank=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    objects = StageQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [
            models.UniqueConstraint(
                fields=["lifecycle", "position"],
                name="one_stage_per_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["lifecycle", "key"], name="one_stage_per_key"),
            models.UniqueConstraint(
                fields=["lifecycle"], condition=Q(is_entry=True), name="one_entry_stage"
            ),
            models.CheckConstraint(
                condition=~Q(is_entry=True, is_closed=True), name="entry_stage_is_open"
            ),
            models.UniqueConstraint(
                fields=["lifecycle"], condition=Q(is_onward=True), name="one_onward_stage"
            ),
            models.CheckConstraint(
                condition=Q(is_onward=False) | Q(is_closed=True), name="onward_stage_is_closed"
            ),
            models.CheckConstraint(
                condition=Q(archived_at=None) | Q(is_entry=False, is_onward=False),
                name="stage_put_aside_has_no_part",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name or self.seeded_label

    @property
    def seeded_label(self) -> str:
        """What it is called while nobody gave it a name: a seeded one in the reader's language."""
        return str(SEEDED_STAGES.get(self.key, self.key))


class AllowedMove(TimeStampedModel):
    """A move that the lifecycle allows. ``needs_reason``: only with a word of why."""

    from_stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="moves_out")
    to_stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="moves_in")
    needs_reason = models.BooleanField(_("needs a reason"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["from_stage", "to_stage"], name="one_move_per_pair"),
            models.CheckConstraint(
                condition=~Q(from_stage=models.F("to_stage")), name="move_goes_elsewhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_stage_id} → {self.to_stage_id}"
