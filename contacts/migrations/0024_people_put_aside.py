from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0023_step_templates"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(
                    ("archived_at__isnull", False), ("erased_at__isnull", False), _connector="OR"
                ),
                fields=["id"],
                name="contact_put_aside",
            ),
        ),
    ]
