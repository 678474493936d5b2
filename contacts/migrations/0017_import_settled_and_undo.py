from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0016_index_search_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrow",
            name="fingerprint",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="importrow",
            name="done_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="importrow",
            name="before",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="importrow",
            name="undone_as",
            field=models.CharField(
                blank=True,
                choices=[
                    ("removed", "Removed"),
                    ("put_back", "Put back"),
                    ("partly", "Partly put back"),
                    ("kept", "Kept"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(("fingerprint", ""), _negated=True),
                fields=["fingerprint"],
                name="import_row_fingerprint",
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="header_print",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="importrun",
            name="is_remembered",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="settled_until",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="cleared_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="undone_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="undone_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="state",
            field=models.CharField(
                choices=[
                    ("mapping", "Choose the columns"),
                    ("checking", "Checking"),
                    ("checked", "Ready to import"),
                    ("importing", "Importing"),
                    ("imported", "Imported"),
                    ("undoing", "Undoing"),
                    ("undone", "Undone"),
                    ("failed", "Failed"),
                    ("discarded", "Discarded"),
                ],
                default="mapping",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddIndex(
            model_name="importrun",
            index=models.Index(fields=["header_print", "-id"], name="import_run_by_layout"),
        ),
    ]
