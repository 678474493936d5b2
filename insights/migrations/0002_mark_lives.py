from django.db import migrations

# Whoever writes, by service, import, merge or by hand, marks the person in the same transaction.
# Of a change only what bears on a life: a relationship is written for its next contact far more often.
MARK = """
CREATE FUNCTION mark_lives_begun_or_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO insights_lifemark (contact_id) SELECT DISTINCT contact_id FROM changed;
    RETURN NULL;
END $$;
CREATE FUNCTION mark_life_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO insights_lifemark (contact_id)
    SELECT DISTINCT contact_id FROM (VALUES (OLD.contact_id), (NEW.contact_id)) AS t (contact_id);
    RETURN NULL;
END $$;
CREATE TRIGGER lives_begun AFTER INSERT ON relationships_relationship
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_lives_begun_or_gone();
CREATE TRIGGER lives_gone AFTER DELETE ON relationships_relationship
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_lives_begun_or_gone();
CREATE TRIGGER lives_changed AFTER UPDATE ON relationships_relationship FOR EACH ROW
    WHEN ((OLD.contact_id, OLD.kind, OLD.started_on, OLD.ended_on)
        IS DISTINCT FROM (NEW.contact_id, NEW.kind, NEW.started_on, NEW.ended_on))
    EXECUTE FUNCTION mark_life_changed();

CREATE FUNCTION mark_lives_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO insights_lifemark (contact_id)
    SELECT DISTINCT held.contact_id FROM changed
    JOIN relationships_relationship AS held ON held.id = changed.relationship_id;
    RETURN NULL;
END $$;
CREATE FUNCTION mark_life_of_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO insights_lifemark (contact_id)
    SELECT contact_id FROM relationships_relationship
    WHERE id IN (OLD.relationship_id, NEW.relationship_id);
    RETURN NULL;
END $$;
CREATE TRIGGER lives_moved AFTER INSERT ON relationships_stagetransition
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_lives_moved();
CREATE TRIGGER lives_unmoved AFTER DELETE ON relationships_stagetransition
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_lives_moved();
CREATE TRIGGER lives_moved_otherwise AFTER UPDATE ON relationships_stagetransition FOR EACH ROW
    WHEN ((OLD.relationship_id, OLD.from_stage_id, OLD.to_stage_id, OLD.moved_at, OLD.reason)
        IS DISTINCT FROM
        (NEW.relationship_id, NEW.from_stage_id, NEW.to_stage_id, NEW.moved_at, NEW.reason))
    EXECUTE FUNCTION mark_life_of_move();

INSERT INTO insights_lifemark (contact_id)
SELECT DISTINCT contact_id FROM relationships_relationship;
"""
UNMARK = """
DROP TRIGGER lives_begun ON relationships_relationship;
DROP TRIGGER lives_gone ON relationships_relationship;
DROP TRIGGER lives_changed ON relationships_relationship;
DROP TRIGGER lives_moved ON relationships_stagetransition;
DROP TRIGGER lives_unmoved ON relationships_stagetransition;
DROP TRIGGER lives_moved_otherwise ON relationships_stagetransition;
DROP FUNCTION mark_lives_begun_or_gone();
DROP FUNCTION mark_life_changed();
DROP FUNCTION mark_lives_moved();
DROP FUNCTION mark_life_of_move();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0001_lives"),
        ("relationships", "0028_find_engagements"),
    ]
    operations = [migrations.RunSQL(MARK, UNMARK)]
