"""Whoever may change lifecycles may change the kinds of ties."""

from django.db import migrations

PERMISSION = "relationships.manage_ties"


def allow(apps, schema_editor):
    for role in apps.get_model("core", "Role").objects.all():
        if (
            "relationships.manage_lifecycles" in role.permissions
            and PERMISSION not in role.permissions
        ):
            role.permissions = sorted([*role.permissions, PERMISSION])
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("core", "0008_mails_sent_once")]
    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
