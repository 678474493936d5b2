"""People who may be one: by what they are compared, whom we propose, and the search for them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from core.models import QueuedRow, QueuedRowQuerySet, TimeStampedModel

if TYPE_CHECKING:
    from core.models import User


class MatchProfileQuerySet(models.QuerySet["MatchProfile"]):
    def holders_of(self, keys: list[int], *, limit: int) -> dict[int, set[int]]:
        """By key, the contacts that have it, but no more than ``limit`` of each."""
        found: dict[int, set[int]] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT key, held.contact_id FROM unnest(%s::bigint[]) AS key"
                " CROSS JOIN LATERAL (SELECT contact_id FROM contacts_matchprofile"
                " WHERE keys @> ARRAY[key] LIMIT %s) AS held",
                [keys, limit],
            )
            for key, contact_id in cursor:
                found.setdefault(key, set()).add(contact_id)
        return found


class MatchProfile(models.Model):
    """One contact in the form in which it is compared: blocking keys, and facts as JSON.

    Derived (``contacts.matching``), and made anew by a worker while ``due_since`` is set: whoever
    writes names or addresses need not wait for it. ``version`` is that of the way it was made; 0
    says that it is not true any more.
    """

    contact = models.OneToOneField(
        "contacts.Contact", on_delete=models.CASCADE, primary_key=True, related_name="match_profile"
    )
    keys = ArrayField(models.BigIntegerField(), default=list)
    facts = models.JSONField(default=list)
    version = models.PositiveSmallIntegerField(default=0)
    due_since = models.DateTimeField(null=True)

    objects = MatchProfileQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["keys"], name="match_profile_keys"),
            models.Index(
                fields=["due_since", "contact"],
                condition=Q(due_since__isnull=False),
                name="match_profile_due",
            ),
        ]

    def __str__(self) -> str:
        return f"match profile of {self.contact_id}"


class MatchStatistics(models.Model):
    """How common names and values are (``contacts.matching.statistics``); one row, the newest."""

    people = models.PositiveIntegerField()
    counts = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "match statistics"

    def __str__(self) -> str:
        return f"{self.people} people"


class DuplicateProposalQuerySet(models.QuerySet["DuplicateProposal"]):
    def visible_to(self, user: "User") -> "DuplicateProposalQuerySet":
        """Pairs of people of whom ``user`` may merge both."""
        unit_ids = visible_units(user, "contacts.merge_contacts")
        seen = visible_units(user, "contacts.view_contact")
        found = self
        for allowed in (unit_ids, seen):
            if allowed is not None:
                found = found.filter(first__unit__in=allowed, second__unit__in=allowed)
        return found

    def open(self, now: datetime) -> "DuplicateProposalQuerySet":
        """Those that wait for a decision now."""
        return self.filter(Q(later_until=None) | Q(later_until__lte=now), decision="")

    def put_off(self, now: datetime) -> "DuplicateProposalQuerySet":
        return self.filter(decision="", later_until__gt=now)

    def of(self, *contact_ids: int) -> "DuplicateProposalQuerySet":
        """Those in which any of the contacts is one of the two."""
        return self.filter(Q(first__in=contact_ids) | Q(second__in=contact_ids))

    def of_seen_people(self, user: "User") -> "DuplicateProposalQuerySet":
        """Pairs of people of whom ``user`` sees both, whether or not they may merge them."""
        seen = visible_units(user, "contacts.view_contact")
        return self if seen is None else self.filter(first__unit__in=seen, second__unit__in=seen)

    def flagged(self) -> "DuplicateProposalQuerySet":
        """Those of which a colleague says that they may be one."""
        return self.filter(Exists(DuplicateFlag.objects.filter(proposal=OuterRef("pk"))))

    def not_flagged(self) -> "DuplicateProposalQuerySet":
        return self.filter(~Exists(DuplicateFlag.objects.filter(proposal=OuterRef("pk"))))

    def most_certain_first(self) -> "DuplicateProposalQuerySet":
        return self.order_by("-points", "pk")


class DuplicateProposal(TimeStampedModel):
    """Two contacts that may be one person, and what was decided.

    Open while ``decision`` is empty (put off until ``later_until``); ``different`` is remembered,
    and the pair comes back only if more speaks for it than did then. A pair that was merged has
    no row here: the merge holds it, and gives it back when it is undone. A pair that a colleague
    flagged (``flags``) may have fewer points than a proposal needs, or none.

    ``points`` is the sum of ``parts``: ``[field, outcome, points, detail]``. ``rule`` names the
    rule for safe pairs that fits.
    """

    class Decision(models.TextChoices):
        DIFFERENT = "different", _("Different people")

    first = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="proposed_as_first"
    )
    second = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="proposed_as_second"
    )
    points = models.SmallIntegerField()
    parts = models.JSONField()
    rule = models.CharField(max_length=30, blank=True)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    later_until = models.DateTimeField(null=True)

    objects = DuplicateProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(
                Least("first", "second"), Greatest("first", "second"), name="one_proposal_per_pair"
            ),
            models.CheckConstraint(condition=~Q(first=F("second")), name="proposal_of_two"),
        ]
        indexes = [
            models.Index(
                fields=["-points", "id"], condition=Q(decision=""), name="proposal_by_points"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"


class DuplicateFlag(TimeStampedModel):
    """A colleague's word that two people may be one, for those who decide: ``why`` as they put it.

    Whoever may not merge has no other way to mend it. As long as such a word stands, the pair waits
    for a decision, whatever the comparison makes of it.
    """

    proposal = models.ForeignKey(DuplicateProposal, on_delete=models.CASCADE, related_name="flags")
    flagged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    why = models.CharField(_("why"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("word that two may be one")
        verbose_name_plural = _("words that two may be one")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "flagged_by"], name="one_flag_per_colleague"
            )
        ]

    def __str__(self) -> str:
        return f"{self.flagged_by_id} of pair {self.proposal_id}"


class DuplicateRule(TimeStampedModel):
    """A rule (``contacts.matching.safe``) that was switched on; without a row it is off."""

    key = models.CharField(max_length=30, unique=True)
    is_active = models.BooleanField(default=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.key


class DuplicateSearch(QueuedRow):
    """One look through everybody for people who may be one, in the background.

    ``preparing`` (profiles of those who have none that is true) → ``counting`` (how common names
    are) → ``pairing`` (who shares a key) → ``comparing`` → ``done``; or ``failed``. A worker that
    dies is taken over: ``preparing`` goes on where it was, the rest is begun anew.
    """

    class State(models.TextChoices):
        PREPARING = "preparing", _("Preparing")
        COUNTING = "counting", _("Counting")
        PAIRING = "pairing", _("Finding pairs")
        COMPARING = "comparing", _("Comparing")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    state = models.CharField(max_length=10, choices=State, default=State.PREPARING)
    people = models.PositiveIntegerField(default=0)
    pairs = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    finished_at = models.DateTimeField(null=True)

    objects = QueuedRowQuerySet["DuplicateSearch"].as_manager()

    class Meta(QueuedRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["finished_at"],
                condition=Q(finished_at=None),
                nulls_distinct=False,
                name="one_duplicate_search_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"search for duplicates #{self.pk} ({self.state})"

    @property
    def is_running(self) -> bool:
        return self.finished_at is None
