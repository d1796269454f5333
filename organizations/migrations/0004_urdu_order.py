"""The order of the Urdu alphabet as a function: the database's own collations put ٹ پ چ ڈ ڑ گ at its end."""

from django.db import migrations

ALPHABET = "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءئیے"
# Letters become characters of the private use area in alphabetical order; everything else stays and sorts before them.
KEYS = "".join(chr(0xE000 + position) for position in range(len(ALPHABET)))
SQL = f"""
CREATE OR REPLACE FUNCTION ur_sort(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT translate(public.ur_norm(value), '{ALPHABET}', '{KEYS}') COLLATE "C"
$$;
"""  # noqa: S608 - our own constants


class Migration(migrations.Migration):
    dependencies = [("organizations", "0003_search_function")]
    operations = [migrations.RunSQL(SQL, "DROP FUNCTION ur_sort(text)")]
