import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import core.models.base

REASONS = [
    ("no_consent", "No consent for this purpose"),
    ("no_address", "No e-mail address"),
    ("suppressed", "Their address must not be written to"),
    ("do_not_contact", "Marked as do not contact"),
    ("archived", "Archived"),
    ("enrolled", "Already in this campaign"),
    ("no_text", "No text in their language"),
    ("missing_value", "A word that their mail needs is not known"),
    ("withdrawn", "Withdrew consent"),
    ("unsubscribed", "Unsubscribed"),
    ("erased", "Erased on request"),
    ("merged", "Is the same person as another who is in this campaign"),
    ("stopped", "Stopped by a colleague"),
    ("campaign_ended", "The campaign was ended"),
]
STATES = [
    ("waiting", "Waiting"),
    ("claimed", "Claimed"),
    ("handing_over", "Handing over"),
    ("done", "Done"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0002_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="EnrolmentRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "uid",
                    models.UUIDField(default=core.models.base.uuid7, editable=False, unique=True),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "queue_state",
                    models.CharField(
                        choices=STATES, default="waiting", editable=False, max_length=12
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("lease_token", models.UUIDField(db_index=True, editable=False, null=True)),
                ("lease_until", models.DateTimeField(editable=False, null=True)),
                ("outcome", models.CharField(blank=True, max_length=300)),
                ("audience", models.JSONField(default=dict)),
                ("people", models.PositiveIntegerField(default=0)),
                ("seen", models.PositiveIntegerField(default=0)),
                ("enrolled", models.PositiveIntegerField(default=0)),
                ("left_out", models.JSONField(default=dict)),
                ("last_contact_id", models.BigIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="enrolment_runs",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=Q(queue_state="waiting"),
                        fields=["due_at", "id"],
                        name="campaigns_enrolmentrun_due",
                    ),
                    models.Index(
                        condition=Q(queue_state__in=["claimed", "handing_over"]),
                        fields=["lease_until"],
                        name="campaigns_enrolmentrun_lease",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(finished_at=None),
                        fields=("campaign",),
                        name="one_open_enrolment_run",
                    ),
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="enrolment",
            options={"verbose_name": "enrolment", "verbose_name_plural": "enrolments"},
        ),
        migrations.AlterModelOptions(
            name="touchpoint",
            options={"verbose_name": "touchpoint", "verbose_name_plural": "touchpoints"},
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="reason",
            field=models.CharField(
                blank=True, choices=REASONS, max_length=20, verbose_name="reason"
            ),
        ),
        migrations.RemoveField(model_name="touchpoint", name="message_id"),
        migrations.AddField(
            model_name="touchpoint",
            name="decided_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="touchpoint",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="touchpoint",
            index=models.Index(
                condition=Q(result__in=["failed", "in_doubt"], decided_at=None),
                fields=["enrolment"],
                name="touchpoint_undecided",
            ),
        ),
    ]
