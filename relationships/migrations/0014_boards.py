from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("relationships", "0013_engagement_terms"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="relationship",
            index=models.Index(
                condition=models.Q(("ended_on", None)),
                fields=["stage", "next_touch_on", "id"],
                name="relationship_board_by_touch",
            ),
        ),
        migrations.AddIndex(
            model_name="relationship",
            index=models.Index(
                condition=models.Q(("ended_on__isnull", False)),
                fields=["stage", "ended_on", "stage_since", "id"],
                name="relationship_ended",
            ),
        ),
    ]
