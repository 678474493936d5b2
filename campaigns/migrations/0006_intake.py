from django.db import migrations, models


class Migration(migrations.Migration):
    """Campaigns that people come into one by one, and not as an audience."""

    dependencies = [("campaigns", "0005_override_reason")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="intake",
            field=models.CharField(
                choices=[
                    ("audience", "An audience, taken in as it starts"),
                    ("one_by_one", "People one by one: by hand, or by an automation of a stage"),
                ],
                default="audience",
                max_length=10,
                verbose_name="who comes into it",
            ),
        ),
    ]
