import contacts.models.export_run
import core.models.base
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


ROLES = ("administrator", "hr-manager")
PERMISSION = "contacts.manage_fields"


def allow(apps, schema_editor):
    """Those who see to the whole may make fields."""
    Role = apps.get_model("core", "Role")
    for role in Role.objects.filter(key__in=ROLES):
        role.permissions = sorted({*role.permissions, PERMISSION})
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0010_bulk_runs_and_views"),
        ("core", "0005_account_mail"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomField",
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
                ("key", models.SlugField(unique=True, verbose_name="key")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("long_text", "Long text"),
                            ("number", "Number"),
                            ("date", "Date"),
                            ("yes_no", "Yes or no"),
                            ("choice", "One of a list"),
                            ("choices", "Several of a list"),
                            ("link", "Link"),
                        ],
                        max_length=9,
                        verbose_name="type",
                    ),
                ),
                (
                    "label_en",
                    models.CharField(blank=True, max_length=60, verbose_name="label in English"),
                ),
                (
                    "label_nl",
                    models.CharField(blank=True, max_length=60, verbose_name="label in Dutch"),
                ),
                (
                    "help_en",
                    models.CharField(blank=True, max_length=200, verbose_name="help in English"),
                ),
                (
                    "help_nl",
                    models.CharField(blank=True, max_length=200, verbose_name="help in Dutch"),
                ),
                ("choices", models.JSONField(blank=True, default=list, verbose_name="choices")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("is_personal", models.BooleanField(default=True, verbose_name="personal data")),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("consent", "Consent"),
                            ("contract", "Contract"),
                            ("legal_obligation", "Legal obligation"),
                            ("legitimate_interest", "Legitimate interest"),
                        ],
                        default="legitimate_interest",
                        max_length=20,
                        verbose_name="basis",
                    ),
                ),
                (
                    "on_erasure",
                    models.CharField(
                        choices=[("anonymise", "Emptied"), ("keep", "Kept")],
                        default="anonymise",
                        max_length=10,
                        verbose_name="when a person is erased",
                    ),
                ),
                ("retired_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "field",
                "verbose_name_plural": "fields",
            },
        ),
        migrations.CreateModel(
            name="ExportRun",
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
                        choices=[
                            ("waiting", "Waiting"),
                            ("claimed", "Claimed"),
                            ("handing_over", "Handing over"),
                            ("done", "Done"),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=12,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("lease_token", models.UUIDField(db_index=True, editable=False, null=True)),
                ("lease_until", models.DateTimeField(editable=False, null=True)),
                ("outcome", models.CharField(blank=True, max_length=300)),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("csv", "CSV, for any program"),
                            ("xlsx", "Excel workbook"),
                            ("vcard", "vCard, for address books"),
                        ],
                        max_length=5,
                        verbose_name="format",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Being made"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                            ("gone", "Deleted"),
                        ],
                        default="waiting",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("selection", models.JSONField(default=dict)),
                ("people", models.JSONField(default=list)),
                ("columns", models.JSONField(default=list)),
                ("language", models.CharField(default="en", max_length=5)),
                ("row_count", models.PositiveIntegerField(default=0)),
                ("done_count", models.PositiveIntegerField(default=0)),
                (
                    "file",
                    models.FileField(blank=True, upload_to=contacts.models.export_run.export_path),
                ),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="emailaddress",
            name="confirmed_on",
            field=models.DateField(editable=False, null=True, verbose_name="confirmed on"),
        ),
        migrations.AddField(
            model_name="emailaddress",
            name="source",
            field=models.CharField(
                choices=[
                    ("manual", "Entered by a colleague"),
                    ("import", "Import"),
                    ("api", "API"),
                    ("self", "The person"),
                    ("demo", "Demo data"),
                ],
                default="manual",
                editable=False,
                max_length=10,
                verbose_name="source",
            ),
        ),
        migrations.AddField(
            model_name="phonenumber",
            name="confirmed_on",
            field=models.DateField(editable=False, null=True, verbose_name="confirmed on"),
        ),
        migrations.AddField(
            model_name="phonenumber",
            name="source",
            field=models.CharField(
                choices=[
                    ("manual", "Entered by a colleague"),
                    ("import", "Import"),
                    ("api", "API"),
                    ("self", "The person"),
                    ("demo", "Demo data"),
                ],
                default="manual",
                editable=False,
                max_length=10,
                verbose_name="source",
            ),
        ),
        migrations.AddField(
            model_name="socialprofile",
            name="confirmed_on",
            field=models.DateField(editable=False, null=True, verbose_name="confirmed on"),
        ),
        migrations.AddField(
            model_name="socialprofile",
            name="source",
            field=models.CharField(
                choices=[
                    ("manual", "Entered by a colleague"),
                    ("import", "Import"),
                    ("api", "API"),
                    ("self", "The person"),
                    ("demo", "Demo data"),
                ],
                default="manual",
                editable=False,
                max_length=10,
                verbose_name="source",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("custom_values", name="jsonb_path_ops"),
                condition=models.Q(("custom_values", {}), _negated=True),
                name="contact_custom",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper(
                        django.db.models.functions.comparison.Cast(
                            "custom_values", models.TextField()
                        )
                    ),
                    name="gin_trgm_ops",
                ),
                condition=models.Q(("custom_values", {}), _negated=True),
                name="contact_custom_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="customfield",
            constraint=models.CheckConstraint(
                condition=models.Q(("label_en", ""), ("label_nl", ""), _negated=True),
                name="custom_field_has_a_label",
            ),
        ),
        migrations.AddField(
            model_name="exportrun",
            name="requested_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="exportrun",
            index=models.Index(
                condition=models.Q(("queue_state", "waiting")),
                fields=["due_at", "id"],
                name="contacts_exportrun_due",
            ),
        ),
        migrations.AddIndex(
            model_name="exportrun",
            index=models.Index(
                condition=models.Q(("queue_state__in", ["claimed", "handing_over"])),
                fields=["lease_until"],
                name="contacts_exportrun_lease",
            ),
        ),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
