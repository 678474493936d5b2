"""The four roles that every organisation begins with. Administrators may change them later."""

from django.db import migrations

READER = [
    "campaigns.view_campaign",
    "contacts.view_contact",
    "insights.view_insights",
    "relationships.view_relationship",
]
RECRUITER = [
    *READER,
    "campaigns.run_campaign",
    "contacts.change_contact",
    "contacts.import_contacts",
    "core.use_api",
    "relationships.change_follow_up",
    "relationships.log_interaction",
    "relationships.move_relationship",
]
HR_MANAGER = [
    *RECRUITER,
    "contacts.erase_contact",
    "contacts.manage_units",
    "contacts.merge_contacts",
    "core.view_audit",
    "relationships.manage_lifecycles",
]
ADMINISTRATOR = [*HR_MANAGER, "core.manage_accounts", "core.operate"]
ROLES = [
    ("administrator", "Administrator", ADMINISTRATOR),
    ("hr-manager", "HR manager", HR_MANAGER),
    ("recruiter", "Recruiter", RECRUITER),
    ("reader", "Reader", READER),
]


def seed(apps, schema_editor):
    Role = apps.get_model("core", "Role")
    for key, name, permissions in ROLES:
        Role.objects.get_or_create(
            key=key, defaults={"name": name, "permissions": sorted(permissions)}
        )


class Migration(migrations.Migration):
    dependencies = [("core", "0002_append_only_audit")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
