"""How long owners hold people to begin with. Administrators may change it later."""

from django.db import migrations

RULES = [
    ("prospect", "last_contact", 90),
    ("employee", "never", 90),
    ("freelancer", "last_contact", 180),
    ("alumnus", "last_contact", 365),
]


def seed(apps, schema_editor):
    OwnershipRule = apps.get_model("relationships", "OwnershipRule")
    for kind, basis, days in RULES:
        OwnershipRule.objects.get_or_create(kind=kind, defaults={"basis": basis, "days": days})


class Migration(migrations.Migration):
    dependencies = [("relationships", "0020_ownership")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
