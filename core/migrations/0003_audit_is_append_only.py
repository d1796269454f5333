"""The database refuses to change or delete an audit entry."""

from django.db import migrations

SQL = """
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit entries are never changed or deleted';
END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON core_auditentry
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_kernel")]
    operations = [
        migrations.RunSQL(
            SQL,
            "DROP TRIGGER audit_is_append_only ON core_auditentry; DROP FUNCTION refuse_audit_change()",
        )
    ]
