from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("relationships", "0022_desk_put_off"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="relationship",
            name="relationship_board",
        ),
        migrations.RemoveIndex(
            model_name="relationship",
            name="relationship_ended",
        ),
        migrations.AddIndex(
            model_name="relationship",
            index=models.Index(
                condition=models.Q(("ended_on", None)),
                fields=["stage", "stage_since", "id"],
                include=("contact",),
                name="relationship_board",
            ),
        ),
        migrations.AddIndex(
            model_name="relationship",
            index=models.Index(
                condition=models.Q(("ended_on__isnull", False)),
                fields=["stage", "ended_on", "stage_since", "id"],
                include=("contact",),
                name="relationship_ended",
            ),
        ),
    ]
