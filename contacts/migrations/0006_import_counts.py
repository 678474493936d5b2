from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0005_import_started_by"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="counts",
            field=models.JSONField(default=dict),
        ),
    ]
