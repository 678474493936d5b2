import contacts.models.document
import core.models.base
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def allow(apps, schema_editor):
    """Whoever draws the organisation's tree also keeps its list of skills."""
    for role in apps.get_model("core", "Role").objects.filter(
        key__in=["administrator", "hr-manager"]
    ):
        role.permissions = sorted({*role.permissions, "contacts.manage_skills"})
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_roles"),
        ("contacts", "0008_custom_values"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("cv", "CV"),
                            ("portfolio", "Portfolio"),
                            ("certificate", "Certificate"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=150, verbose_name="title")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="valid until")),
                ("reminded_for", models.DateField(editable=False, null=True)),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="contacts.contact",
                    ),
                ),
            ],
            options={
                "verbose_name": "document",
                "verbose_name_plural": "documents",
            },
        ),
        migrations.CreateModel(
            name="DocumentVersion",
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
                ("number", models.PositiveSmallIntegerField()),
                ("file", models.FileField(upload_to=contacts.models.document.random_path)),
                ("file_name", models.CharField(max_length=200, verbose_name="file name")),
                (
                    "file_format",
                    models.CharField(
                        choices=[
                            ("pdf", "PDF"),
                            ("docx", "Word"),
                            ("odt", "OpenDocument"),
                            ("png", "PNG"),
                            ("jpeg", "JPEG"),
                            ("txt", "Text"),
                        ],
                        max_length=5,
                        verbose_name="format",
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="size")),
                ("text", models.TextField(blank=True)),
                (
                    "document",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="contacts.document",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a document",
                "verbose_name_plural": "versions of documents",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PostalAddress",
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
                    "lines",
                    models.CharField(blank=True, max_length=200, verbose_name="street and number"),
                ),
                ("postcode", models.CharField(blank=True, max_length=20, verbose_name="postcode")),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="city")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                (
                    "label",
                    models.CharField(
                        choices=[("work", "Work"), ("private", "Private"), ("other", "Other")],
                        default="other",
                        max_length=10,
                        verbose_name="label",
                    ),
                ),
                ("is_primary", models.BooleanField(default=False, verbose_name="primary")),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="postal_addresses",
                        to="contacts.contact",
                    ),
                ),
            ],
            options={
                "verbose_name": "postal address",
                "verbose_name_plural": "postal addresses",
            },
        ),
        migrations.CreateModel(
            name="Skill",
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
                    "name_en",
                    models.CharField(blank=True, max_length=120, verbose_name="name in English"),
                ),
                (
                    "name_nl",
                    models.CharField(blank=True, max_length=120, verbose_name="name in Dutch"),
                ),
                (
                    "esco_uri",
                    models.CharField(blank=True, max_length=200, verbose_name="address in ESCO"),
                ),
                ("retired_at", models.DateTimeField(editable=False, null=True)),
                (
                    "merged_into",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="contacts.skill",
                    ),
                ),
            ],
            options={
                "verbose_name": "skill",
                "verbose_name_plural": "skills",
            },
        ),
        migrations.CreateModel(
            name="ContactSkill",
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
                    "level",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "Learning"),
                            (2, "Basic"),
                            (3, "Independent"),
                            (4, "Advanced"),
                            (5, "Expert"),
                        ],
                        null=True,
                        verbose_name="level",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("self", "The person"),
                            ("manager", "Their manager"),
                            ("cv", "CV"),
                            ("colleague", "A colleague"),
                            ("import", "Import"),
                        ],
                        default="colleague",
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                ("evidence", models.CharField(blank=True, max_length=300, verbose_name="evidence")),
                (
                    "confirmed_on",
                    models.DateField(blank=True, null=True, verbose_name="last confirmed"),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="skills",
                        to="contacts.contact",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holders",
                        to="contacts.skill",
                    ),
                ),
            ],
            options={
                "verbose_name": "skill of a contact",
                "verbose_name_plural": "skills of contacts",
            },
        ),
        migrations.CreateModel(
            name="SkillName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=120)),
                ("folded", models.CharField(max_length=200, unique=True)),
                ("bare", models.CharField(max_length=200)),
                (
                    "skill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="names",
                        to="contacts.skill",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("expires_on__isnull", False)),
                fields=["expires_on"],
                name="document_expires",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", False)),
                fields=["deleted_at"],
                name="document_deleted",
            ),
        ),
        migrations.AddIndex(
            model_name="documentversion",
            index=models.Index(
                condition=models.Q(("queue_state", "waiting")),
                fields=["due_at", "id"],
                name="contacts_documentversion_due",
            ),
        ),
        migrations.AddIndex(
            model_name="documentversion",
            index=models.Index(
                condition=models.Q(("queue_state__in", ["claimed", "handing_over"])),
                fields=["lease_until"],
                name="contacts_documentversion_lease",
            ),
        ),
        migrations.AddConstraint(
            model_name="documentversion",
            constraint=models.UniqueConstraint(
                fields=("document", "number"), name="one_version_per_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="postaladdress",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_primary", True)),
                fields=("contact",),
                name="one_primary_postal_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="postaladdress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("city", ""), ("country", ""), ("lines", ""), ("postcode", ""), _negated=True
                ),
                name="postal_address_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="skill",
            constraint=models.CheckConstraint(
                condition=models.Q(("name_en", ""), ("name_nl", ""), _negated=True),
                name="contacts_skill_has_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="skill",
            constraint=models.UniqueConstraint(
                condition=models.Q(("esco_uri", ""), _negated=True),
                fields=("esco_uri",),
                name="contacts_skill_once_of_esco",
            ),
        ),
        migrations.AddIndex(
            model_name="contactskill",
            index=models.Index(
                fields=["skill", "level", "confirmed_on"],
                include=("contact", "source"),
                name="contact_skill_search",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactskill",
            constraint=models.UniqueConstraint(
                fields=("contact", "skill"), name="one_row_per_skill"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactskill",
            constraint=models.CheckConstraint(
                condition=models.Q(("level", None), ("level__range", (1, 5)), _connector="OR"),
                name="skill_level_is_1_to_5",
            ),
        ),
        migrations.AddIndex(
            model_name="skillname",
            index=models.Index(fields=["bare"], name="skill_name_bare"),
        ),
        migrations.AddIndex(
            model_name="skillname",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("folded", name="gin_trgm_ops"),
                name="skill_name_part",
            ),
        ),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
