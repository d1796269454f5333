"""The registry's search as a function, so that its tolerance travels with it and the trigram indexes are used."""

from django.db import migrations

# 0.4 lets one wrong or missing letter in a word of six pass; pg_trgm's own 0.6 does not. The first statement loads
# pg_trgm, without which an ordinary database user may not name its setting.
SQL = """
SELECT word_similarity('', '');
CREATE OR REPLACE FUNCTION organizations_like(query text) RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE
SET pg_trgm.word_similarity_threshold = 0.4
AS $$
  SELECT id FROM organizations_organization
  WHERE ur_norm(query) <% ur_norm(name)
     OR ur_norm(query) <% ur_norm(name_ur)
     OR ur_norm(query) <% ur_norm(acronym)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("organizations", "0002_search_and_authors")]
    operations = [
        migrations.RunSQL(SQL, "DROP FUNCTION organizations_like(text)"),
    ]
