"""The library's search: triggers that keep the search vectors, and the list of the words of what is published.

Names are written with their schema: PostgreSQL 17 runs some maintenance with a search path that lacks `public`.
"""

from django.db import migrations

TABLES = {
    "lesson": (
        *("body", "context", "what_we_did", "outcome", "why", "recommendation", "replicability", "for_whom"),
    ),
    "challenge": ("body", "effect", "response", "outcome", "support_needed"),
    "innovation": ("body", "problem", "what_is_new", "how_to_replicate", "safeguards", "cost_note"),
}

# English finds other forms of a word; `simple` over the normalized text finds Urdu, whatever keyboard wrote it.
FUNCTIONS = r"""
CREATE FUNCTION learning_vector(titles text, texts text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT setweight(to_tsvector('pg_catalog.english', titles), 'A')
      || setweight(to_tsvector('pg_catalog.simple', public.ur_norm(titles)), 'A')
      || setweight(to_tsvector('pg_catalog.english', texts), 'C')
      || setweight(to_tsvector('pg_catalog.simple', public.ur_norm(texts)), 'C')
$$;
CREATE FUNCTION learning_words(written text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT word FROM unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', public.ur_norm(written)))) AS word
  WHERE char_length(word) BETWEEN 4 AND 40 AND word !~ '[0-9@./]'
$$;
"""

# Two letters in the wrong order leave a quarter of the trigrams of a word of six. The first statement loads pg_trgm,
# without which an ordinary database user may not name its setting.
CLOSEST = """
SELECT similarity('', '');
CREATE FUNCTION library_word_like(asked text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET pg_trgm.similarity_threshold = 0.25
AS $$
  SELECT word FROM evidence_libraryword WHERE word % asked
  ORDER BY similarity(word, asked) DESC, records DESC, word LIMIT 1
$$;
"""

VECTOR = """
CREATE FUNCTION {kind}_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search := public.learning_vector(concat_ws(' ', NEW.title, NEW.title_ur), concat_ws(E'\\n', {new}));
  RETURN NEW;
END
$$;
CREATE TRIGGER {kind}_search BEFORE INSERT OR UPDATE ON evidence_{kind}revision
FOR EACH ROW EXECUTE FUNCTION {kind}_search();
"""

# One statement of any size is one change of the list, so that a thousand records are published at once in a moment.
# Words are taken in their order, so that two publications at once never wait for each other in a circle.
WORDS = """
CREATE FUNCTION {kind}_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH changed AS ({{changed}}),
  counted AS (
    SELECT word, sum(changed.sign)::int AS records
    FROM changed
    JOIN public.evidence_{kind}revision r ON r.id = changed.revision_id
    CROSS JOIN LATERAL public.learning_words(concat_ws(' ', r.title, r.title_ur, {r})) AS word
    GROUP BY word HAVING sum(changed.sign) <> 0
  )
  INSERT INTO public.evidence_libraryword AS w (word, records)
  SELECT word, records FROM counted ORDER BY word
  ON CONFLICT (word) DO UPDATE SET records = w.records + EXCLUDED.records;
  IF FOUND AND TG_OP <> 'INSERT' THEN
    DELETE FROM public.evidence_libraryword WHERE records <= 0;
  END IF;
  RETURN NULL;
END
$$;
"""
LIVE = "{row}.published_revision_id IS NOT NULL AND NOT {row}.is_held"
INSERTED = f"SELECT 1 AS sign, n.published_revision_id AS revision_id FROM now_rows n WHERE {LIVE.format(row='n')}"
DELETED = f"SELECT -1 AS sign, o.published_revision_id AS revision_id FROM old_rows o WHERE {LIVE.format(row='o')}"
UPDATED = f"""
    SELECT 1 AS sign, n.published_revision_id AS revision_id
    FROM now_rows n JOIN old_rows o ON o.id = n.id
    WHERE {LIVE.format(row="n")}
      AND NOT ({LIVE.format(row="o")} AND o.published_revision_id = n.published_revision_id)
    UNION ALL
    SELECT -1, o.published_revision_id
    FROM now_rows n JOIN old_rows o ON o.id = n.id
    WHERE {LIVE.format(row="o")}
      AND NOT ({LIVE.format(row="n")} AND o.published_revision_id = n.published_revision_id)
"""
EVENTS = (
    ("insert", INSERTED, "NEW TABLE AS now_rows"),
    ("update", UPDATED, "OLD TABLE AS old_rows NEW TABLE AS now_rows"),
    ("delete", DELETED, "OLD TABLE AS old_rows"),
)


def forwards() -> str:
    parts = [FUNCTIONS, CLOSEST]
    for kind, columns in TABLES.items():
        parts.append(VECTOR.format(kind=kind, new=", ".join(f"NEW.{name}" for name in columns)))
        words = WORDS.format(kind=kind, r=", ".join(f"r.{name}" for name in columns))
        for event, changed, tables in EVENTS:
            parts.append(
                words.replace(f"FUNCTION {kind}_words()", f"FUNCTION {kind}_words_{event}()").format(changed=changed)
                + f"CREATE TRIGGER {kind}_words_{event} AFTER {event.upper()} ON evidence_{kind}\n"
                f"REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {kind}_words_{event}();\n"
            )
        # What was written before: each row is its own again, with its vector, and published anew for the list.
        parts.append(f"UPDATE evidence_{kind}revision SET number = number;\n")
        parts.append(
            "INSERT INTO evidence_libraryword AS w (word, records) "
            f"SELECT word, count(*) FROM evidence_{kind} k JOIN evidence_{kind}revision r ON r.id = k.published_revision_id "
            f"CROSS JOIN LATERAL learning_words(concat_ws(' ', r.title, r.title_ur, "
            f"{', '.join(f'r.{name}' for name in columns)})) AS word "
            "WHERE NOT k.is_held GROUP BY word ON CONFLICT (word) DO UPDATE SET records = w.records + EXCLUDED.records;\n"
        )
    return "".join(parts)


def backwards() -> str:
    parts = []
    for kind in TABLES:
        parts.append(f"DROP TRIGGER {kind}_search ON evidence_{kind}revision;\nDROP FUNCTION {kind}_search();\n")
        for event, _changed, _tables in EVENTS:
            parts.append(
                f"DROP TRIGGER {kind}_words_{event} ON evidence_{kind};\nDROP FUNCTION {kind}_words_{event}();\n"
            )
    parts.append("DROP FUNCTION library_word_like(text);\nDROP FUNCTION learning_words(text);\nDROP FUNCTION learning_vector(text, text);\n")
    return "".join(parts)


class Migration(migrations.Migration):
    dependencies = [("evidence", "0006_learning_library")]
    operations = [migrations.RunSQL(forwards(), backwards())]
