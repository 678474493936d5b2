"""Lives as the pictures read them: which stays, which steps, and what everybody is to us now.

All of it follows from relationships and their moves, and can be thrown away: ``services.lives``
works it out again. So a row names others by number only: nobody who deletes or merges has to know
of these tables, and what is written below them is seen by triggers (migration 0001).
"""

from django.db import models


class LifeMark(models.Model):
    """Something changed in the life of this person: what is kept of it is no longer true.

    Written by triggers, in the transaction of the change. Whoever reads the tables below leaves
    out who is marked, and works their lives out anew (``insights.lives``): so a figure is right
    at once, and fast as soon as the round has answered the marks.
    """

    contact_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"life mark #{self.pk}"


class Stay(models.Model):
    """One stay at a stage, from the ``move`` that began it to the next, which is ``left_at``; a
    move that was taken back began none. ``joined_at``: when the relationship began; the owner and
    the source of the person as they are now.
    """

    move_id = models.BigIntegerField(primary_key=True)
    relationship_id = models.BigIntegerField()
    contact_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=10)
    stage_id = models.BigIntegerField()
    began_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)
    joined_at = models.DateTimeField(null=True)
    owner_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=10)

    class Meta:
        indexes = [
            # With all that the two pictures ask, so that they need not look at the rows.
            models.Index(
                fields=["kind", "began_at"],
                include=["stage_id", "left_at", "ended_on", "contact_id", "owner_id", "source"],
                name="stay_since",
            ),
            models.Index(
                fields=["kind", "joined_at"],
                include=["stage_id", "contact_id"],
                name="stay_by_joining",
            ),
        ]

    def __str__(self) -> str:
        return f"stay since move #{self.move_id}"


class Step(models.Model):
    """Somebody went ``on`` a day from one state of the map to another: as the relationship began,
    or ended (``is_ending``). ``earlier_on``: when they last went the same way before.
    """

    relationship_id = models.BigIntegerField()
    is_ending = models.BooleanField()
    contact_id = models.BigIntegerField(db_index=True)
    source = models.CharField(max_length=10)
    target = models.CharField(max_length=10)
    on = models.DateField()
    earlier_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["on", "source", "target"],
                include=["earlier_on", "contact_id"],
                name="step_by_day",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship_id", "is_ending"], name="one_step_per_beginning_and_ending"
            ),
        ]

    def __str__(self) -> str:
        return f"step of contact #{self.contact_id}"


class Place(models.Model):
    """What somebody is to us now: the sum of the numbers of their states (``insights.lives``).
    Who never was anything to us has no row.
    """

    contact_id = models.BigIntegerField(primary_key=True)
    states = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["states"], name="place_by_states")]

    def __str__(self) -> str:
        return f"place of contact #{self.contact_id}"


class PlaceCount(models.Model):
    """How many people there are of each sum of states in ``Place``: counted anew whenever a round
    wrote one of them, in its transaction.
    """

    states = models.SmallIntegerField(primary_key=True)
    people = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"people of states {self.states}"
