"""Where whoever becomes something else to us ends, in the lifecycles that we gave the house."""

from django.db import migrations

KEYS = ("joined", "left", "ended", "returned")


def mark(apps, schema_editor):
    Stage = apps.get_model("relationships", "Stage")
    Stage.objects.filter(key__in=KEYS, is_closed=True).update(is_onward=True)


class Migration(migrations.Migration):
    dependencies = [("relationships", "0010_stages_edited")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
