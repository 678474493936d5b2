from django.db import migrations

# A merge hands the rows of one contact to another; nothing else about them may ever change.
REFUSE = """
CREATE FUNCTION consent_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'contact_id' - 'updated_at' <> to_jsonb(OLD) - 'contact_id' - 'updated_at' THEN
        RAISE EXCEPTION 'the consent ledger is append-only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_is_append_only BEFORE UPDATE ON contacts_consent
    FOR EACH ROW EXECUTE FUNCTION consent_stays();
"""
ALLOW = """
DROP TRIGGER consent_is_append_only ON contacts_consent;
DROP FUNCTION consent_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0002_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
