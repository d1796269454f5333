"""Extensions, and the function that makes Urdu spellings comparable."""

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

# NFKC, no diacritics, no joiners, Urdu letters for Arabic ones, ASCII digits, lower case. unaccent's own rules do
# nothing for Urdu. Two names that a reader takes for the same become the same text.
UR_NORM = r"""
CREATE OR REPLACE FUNCTION ur_norm(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT lower(translate(
    regexp_replace(normalize(value, NFKC), '[\u064B-\u065F\u0670\u0640\u200B-\u200F]', '', 'g'),
    'يىكهةأإٱآۂۃ۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩',
    'ییکہہااااہہ01234567890123456789'
  ))
$$;
"""


class Migration(migrations.Migration):
    dependencies: list = []
    operations = [
        TrigramExtension(),
        BtreeGistExtension(),
        UnaccentExtension(),
        migrations.RunSQL(UR_NORM, "DROP FUNCTION ur_norm(text)"),
    ]
