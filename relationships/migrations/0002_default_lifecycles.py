"""A sensible lifecycle for each kind of relationship. Administrators change them later."""

from django.db import migrations

# kind: (key, days between contact moments, closes)
STAGES = {
    "prospect": [
        ("identified", 30, False),
        ("in-contact", 21, False),
        ("interested", 14, False),
        ("in-conversation", 7, False),
        ("offer", 5, False),
        ("joined", None, True),
        ("not-now", None, True),
    ],
    "employee": [
        ("preboarding", 7, False),
        ("onboarding", 14, False),
        ("settled", 90, False),
        ("growing", 90, False),
        ("leaving", 14, False),
        ("left", None, True),
    ],
    "freelancer": [
        ("acquainted", 60, False),
        ("available", 30, False),
        ("on-assignment", 30, False),
        ("between-assignments", 45, False),
        ("ended", None, True),
    ],
    "alumnus": [
        ("just-left", 30, False),
        ("in-touch", 120, False),
        ("active", 60, False),
        ("dormant", 365, False),
        ("returned", None, True),
        ("no-contact-wanted", None, True),
    ],
}
# Moves one may not make from a stage straight to the closing stage or back, kept few on purpose:
# any step to a neighbouring or later open stage, back by one, and to every closing stage;
# out of a closing stage only to the first, and with a reason.


def seed(apps, schema_editor):
    Lifecycle = apps.get_model("relationships", "Lifecycle")
    Stage = apps.get_model("relationships", "Stage")
    AllowedMove = apps.get_model("relationships", "AllowedMove")
    for kind, rows in STAGES.items():
        lifecycle, is_new = Lifecycle.objects.get_or_create(kind=kind)
        if not is_new:
            continue
        stages = [
            Stage.objects.create(
                lifecycle=lifecycle,
                key=key,
                position=position,
                is_entry=position == 1,
                is_closed=is_closed,
                cadence_days=cadence,
            )
            for position, (key, cadence, is_closed) in enumerate(rows, start=1)
        ]
        for here in stages:
            for there in stages:
                if here is not there and _is_allowed(here, there):
                    AllowedMove.objects.create(
                        from_stage=here, to_stage=there, needs_reason=_needs_reason(here, there)
                    )


def _is_allowed(here, there):
    if here.is_closed:
        return there.is_entry
    return there.is_closed or here.position - 1 <= there.position <= here.position + 2


def _needs_reason(here, there):
    return here.is_closed or (there.is_closed and there.key in ("not-now", "no-contact-wanted"))


class Migration(migrations.Migration):
    dependencies = [("relationships", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
