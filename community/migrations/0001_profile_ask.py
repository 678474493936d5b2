import core.models.base
import django.db.models.deletion
from django.db import migrations, models


ROLES = ("administrator", "hr-manager")
PERMISSION = "community.ask_profiles"


def allow(apps, schema_editor):
    Role = apps.get_model("core", "Role")
    for role in Role.objects.filter(key__in=ROLES):
        role.permissions = sorted({*role.permissions, PERMISSION})
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("core", "0005_account_mail"),
        ('campaigns', '0004_held_for_a_promise'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProfileAsk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=core.models.base.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('is_on', models.BooleanField(default=False, verbose_name='ask people every year')),
                ('per_day', models.PositiveSmallIntegerField(default=50, verbose_name='people a day at most')),
                ('last_contact_id', models.BigIntegerField(default=0, editable=False)),
                ('last_run_on', models.DateField(editable=False, null=True)),
                ('campaign', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.campaign', verbose_name='by the campaign')),
            ],
            options={
                'verbose_name': 'yearly ask',
                'verbose_name_plural': 'yearly asks',
            },
        ),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
