from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0007_city_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="custom_values",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="contact",
            name="field_sources",
            field=models.JSONField(default=dict, editable=False),
        ),
    ]
