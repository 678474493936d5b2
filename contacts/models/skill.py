"""What people can do: the catalogue of skills, and how well whom knows each, since when."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from core.models import TimeStampedModel

if TYPE_CHECKING:
    from core.models import User


class Level(models.IntegerChoices):
    """Five, each with a word: a bare number means something else to everybody."""

    LEARNING = 1, _("Learning")
    BASIC = 2, _("Basic")
    INDEPENDENT = 3, _("Independent")
    ADVANCED = 4, _("Advanced")
    EXPERT = 5, _("Expert")


class SkillSource(models.TextChoices):
    """Who says that somebody has a skill at that level."""

    SELF = "self", _("The person")
    MANAGER = "manager", _("Their manager")
    CV = "cv", _("CV")
    COLLEAGUE = "colleague", _("A colleague")
    IMPORT = "import", _("Import")


class SkillQuerySet(models.QuerySet["Skill"]):
    def offered(self) -> "SkillQuerySet":
        """Neither retired nor merged into another."""
        return self.filter(retired_at=None, merged_into=None)


class Skill(TimeStampedModel):
    """Something that people can do. One row, whatever it is called: its names are ``SkillName``.

    A retired skill is offered no more; who has it keeps it. One that was merged into another is
    kept as a pointer, so that what still names it (a saved view, a link) finds the other.
    """

    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    name_nl = models.CharField(_("name in Dutch"), max_length=120, blank=True)
    esco_uri = models.CharField(_("address in ESCO"), max_length=200, blank=True)
    retired_at = models.DateTimeField(null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="merged_from"
    )

    objects = SkillQuerySet.as_manager()

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_en="", name_nl=""), name="contacts_skill_has_a_name"
            ),
            models.UniqueConstraint(
                fields=["esco_uri"], condition=~Q(esco_uri=""), name="contacts_skill_once_of_esco"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the language in force, or else in the other."""
        is_dutch = (get_language() or "").startswith("nl")
        first, second = (self.name_nl, self.name_en) if is_dutch else (self.name_en, self.name_nl)
        return first or second


class SkillName(models.Model):
    """A name by which a skill is found: its own in both languages, and its synonyms.

    No name leads to two skills: "JS" is JavaScript or it is not. ``folded`` is how names are
    compared, ``bare`` is that without signs and blanks ("nodejs"), by which near ones are found.
    """

    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(max_length=120)
    folded = models.CharField(max_length=200, unique=True)
    bare = models.CharField(max_length=200)

    class Meta:
        indexes = [
            models.Index(fields=["bare"], name="skill_name_bare"),
            GinIndex(OpClass("folded", name="gin_trgm_ops"), name="skill_name_part"),
        ]

    def __str__(self) -> str:
        return self.text


class ContactSkillQuerySet(models.QuerySet["ContactSkill"]):
    def visible_to(self, user: "User") -> "ContactSkillQuerySet":
        unit_ids = visible_units(user, "contacts.view_contact")
        if unit_ids is None:
            return self
        return self.filter(contact__unit__in=unit_ids)


class ContactSkill(TimeStampedModel):
    """A skill that a contact has. Level and confirmation may be unknown: an import seldom says."""

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="skills", db_index=False
    )
    skill = models.ForeignKey(
        Skill, on_delete=models.PROTECT, related_name="holders", db_index=False
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, null=True, blank=True)
    source = models.CharField(
        _("source"), max_length=10, choices=SkillSource, default=SkillSource.COLLEAGUE
    )
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)
    confirmed_on = models.DateField(_("last confirmed"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ContactSkillQuerySet.as_manager()

    class Meta:
        verbose_name = _("skill of a contact")
        verbose_name_plural = _("skills of contacts")
        constraints = [
            models.UniqueConstraint(fields=["contact", "skill"], name="one_row_per_skill"),
            models.CheckConstraint(
                condition=Q(level=None) | Q(level__range=(1, 5)), name="skill_level_is_1_to_5"
            ),
        ]
        indexes = [
            # Who has a skill, at least at a level, confirmed since a day: from the index alone.
            models.Index(
                fields=["skill", "level", "confirmed_on"],
                include=["contact", "source"],
                name="contact_skill_search",
            ),
        ]

    def __str__(self) -> str:
        return f"skill #{self.skill_id} of contact #{self.contact_id}"

    @property
    def is_link(self) -> bool:
        return self.evidence.startswith(("https://", "http://"))
