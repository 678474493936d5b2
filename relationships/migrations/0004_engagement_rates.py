from django.conf import settings
from django.db import migrations, models


def allow(apps, schema_editor):
    """What somebody is paid is seen by those who see to contracts, and by nobody else at first."""
    for role in apps.get_model("core", "Role").objects.filter(
        key__in=["administrator", "hr-manager"]
    ):
        role.permissions = sorted({*role.permissions, "relationships.view_rates"})
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_roles"),
        ("contacts", "0009_skills_documents_addresses"),
        ("relationships", "0003_recent_deeds_of_an_actor"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="engagement",
            name="currency",
            field=models.CharField(default="EUR", max_length=3, verbose_name="currency"),
        ),
        migrations.AddField(
            model_name="engagement",
            name="rate",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=9, null=True, verbose_name="rate"
            ),
        ),
        migrations.AddField(
            model_name="engagement",
            name="rate_per",
            field=models.CharField(
                blank=True,
                choices=[("hour", "Hour"), ("day", "Day"), ("month", "Month"), ("year", "Year")],
                max_length=5,
                verbose_name="rate per",
            ),
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rate", None), ("rate_per", "")),
                    models.Q(("rate__gte", 0), models.Q(("rate_per", ""), _negated=True)),
                    _connector="OR",
                ),
                name="engagement_rate_is_whole",
            ),
        ),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
