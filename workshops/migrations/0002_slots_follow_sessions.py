"""A presenter's slot has its session's times: a composite foreign key that follows when the session moves."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workshops", "0001_initial")]
    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE workshops_presenterslot
              ADD CONSTRAINT presenter_slot_follows_session FOREIGN KEY (session_id, starts_at, ends_at)
              REFERENCES workshops_session (id, starts_at, ends_at) ON UPDATE CASCADE DEFERRABLE INITIALLY IMMEDIATE
            """,
            "ALTER TABLE workshops_presenterslot DROP CONSTRAINT presenter_slot_follows_session",
        )
    ]
