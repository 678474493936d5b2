"""Whoever may change people may keep segments and talent pools of them."""

from django.db import migrations

PERMISSION = "contacts.manage_segments"


def allow(apps, schema_editor):
    for role in apps.get_model("core", "Role").objects.all():
        if "contacts.change_contact" in role.permissions and PERMISSION not in role.permissions:
            role.permissions = sorted([*role.permissions, PERMISSION])
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("core", "0006_change_readers")]
    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
