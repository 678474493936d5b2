from django.db import migrations, models

# All of it is worked out anew.
EMPTY = """
TRUNCATE insights_stay, insights_step, insights_place, insights_lifemark;
"""
MARK = """
CREATE FUNCTION mark_life_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO insights_lifemark (contact_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER lives_sourced AFTER UPDATE OF source ON contacts_contact FOR EACH ROW
    WHEN (OLD.source IS DISTINCT FROM NEW.source) EXECUTE FUNCTION mark_life_of_person();
DROP TRIGGER lives_changed ON relationships_relationship;
CREATE TRIGGER lives_changed AFTER UPDATE ON relationships_relationship FOR EACH ROW
    WHEN ((OLD.contact_id, OLD.kind, OLD.started_on, OLD.ended_on, OLD.owner_id)
        IS DISTINCT FROM (NEW.contact_id, NEW.kind, NEW.started_on, NEW.ended_on, NEW.owner_id))
    EXECUTE FUNCTION mark_life_changed();

INSERT INTO insights_lifemark (contact_id)
SELECT DISTINCT contact_id FROM relationships_relationship;
"""
UNMARK = """
DROP TRIGGER lives_changed ON relationships_relationship;
CREATE TRIGGER lives_changed AFTER UPDATE ON relationships_relationship FOR EACH ROW
    WHEN ((OLD.contact_id, OLD.kind, OLD.started_on, OLD.ended_on)
        IS DISTINCT FROM (NEW.contact_id, NEW.kind, NEW.started_on, NEW.ended_on))
    EXECUTE FUNCTION mark_life_changed();
DROP TRIGGER lives_sourced ON contacts_contact;
DROP FUNCTION mark_life_of_person();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0026_document_words"),
        ("insights", "0002_mark_lives"),
    ]
    operations = [
        migrations.RunSQL(EMPTY, EMPTY),
        migrations.CreateModel(
            name="PlaceCount",
            fields=[
                ("states", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("people", models.PositiveIntegerField()),
            ],
        ),
        migrations.RemoveIndex(model_name="stay", name="stay_by_beginning"),
        migrations.AddField(
            model_name="stay", name="owner_id", field=models.BigIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="stay",
            name="source",
            field=models.CharField(default="", max_length=10),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(
                fields=["kind", "began_at"],
                include=["stage_id", "left_at", "ended_on", "contact_id", "owner_id", "source"],
                name="stay_since",
            ),
        ),
        migrations.RunSQL(MARK, UNMARK),
    ]
