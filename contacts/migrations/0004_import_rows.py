import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0003_append_only_consent"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="importrow",
            name="import_row_to_do",
        ),
        migrations.RemoveField(
            model_name="importrow",
            name="created_at",
        ),
        migrations.RemoveField(
            model_name="importrow",
            name="reason",
        ),
        migrations.RemoveField(
            model_name="importrow",
            name="uid",
        ),
        migrations.RemoveField(
            model_name="importrow",
            name="updated_at",
        ),
        migrations.AddField(
            model_name="importrow",
            name="changes",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="importrow",
            name="digest",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="importrow",
            name="notes",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="importrow",
            name="person",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="importrun",
            name="cursor",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="importrun",
            name="done_count",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="importrow",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="contacts.importrun",
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(("number", models.F("person")), _negated=True),
                fields=["run", "person"],
                name="import_row_same_person",
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(("digest", ""), _negated=True),
                fields=["digest"],
                name="import_row_digest",
            ),
        ),
    ]
