"""A session has a name that calendars keep: a random one for the sessions that are there."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workshops", "0002_slots_follow_sessions")]
    operations = [
        migrations.AddField(
            "session", "uuid", models.UUIDField(null=True, editable=False)
        ),
        migrations.RunSQL(
            "UPDATE workshops_session SET uuid = gen_random_uuid()",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            "session",
            "uuid",
            models.UUIDField(default=uuid.uuid4, unique=True, editable=False),
        ),
    ]
