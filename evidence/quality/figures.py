"""Rules that compare numbers, dates and places: one statement each, over the newest revision of the records asked."""

# ruff: noqa: S608 - no statement holds what somebody typed: that goes in as a parameter.

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence.quality.finding import Asked, Finding, found

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A challenge is looked at by a manager when it has been open this long.
OPEN_DAYS = 30
#: Below this a sample says little; a value this far from its target asks for a comment.
SMALL_SAMPLE, LOW_PERCENT, HIGH_PERCENT = 30, 50, 150
#: Titles this alike are nearly the same (pg_trgm).
ALIKE = 0.7

_ACTIVITIES = """
WITH latest AS (
  SELECT DISTINCT ON (r.record_id) r.id, r.record_id, r.status, r.starts_on, r.ends_on, r.district_id, r.district_note,
    r.type_id, r.title, a.uuid, a.organization_id, a.project_id, a.first_submitted_at IS NOT NULL AS is_submitted
  FROM evidence_activity a JOIN evidence_activityrevision r ON r.record_id = a.id
  WHERE NOT a.is_held AND (%(ids)s::bigint[] IS NULL OR a.id = ANY(%(ids)s))
  ORDER BY r.record_id, r.number DESC
)
SELECT l.uuid, l.organization_id, l.is_submitted, """
_NOTHING = "'{}'::jsonb"


def parts_and_total(asked: Asked) -> Iterator[Finding]:
    """Rule 1: the cells, the one that is not recorded among them, add up to the attendances."""
    return found(
        asked,
        _ACTIVITIES
        + """jsonb_build_object('parts', coalesce(c.parts, 0), 'total', coalesce(t.attendances, 0))
        FROM latest l
        LEFT JOIN evidence_turnout t ON t.revision_id = l.id
        LEFT JOIN LATERAL (
          SELECT sum(p.count) AS parts FROM evidence_participation p WHERE p.revision_id = l.id
        ) c ON true
        WHERE coalesce(c.parts, 0) <> coalesce(t.attendances, 0)""",
    )


def nobody_came(asked: Asked) -> Iterator[Finding]:
    """Rule 2: nobody, and no campaign either; a draft may still be without its counts."""
    return found(
        asked,
        _ACTIVITIES
        + _NOTHING
        + """ FROM latest l LEFT JOIN evidence_turnout t ON t.revision_id = l.id
        WHERE l.status = 'COMPLETED' AND coalesce(t.media_reach, 0) = 0
          AND (t.attendances = 0 OR (t.attendances IS NULL AND l.is_submitted))""",
    )


def people_at_none(asked: Asked) -> Iterator[Finding]:
    """Rule 2 the other way round."""
    return found(
        asked,
        _ACTIVITIES
        + """jsonb_build_object('total', t.attendances)
        FROM latest l JOIN evidence_turnout t ON t.revision_id = l.id
        WHERE l.status IN ('CANCELLED', 'POSTPONED') AND t.attendances > 0""",
    )


def district_outside(asked: Asked) -> Iterator[Finding]:
    """Rule 3."""
    return found(
        asked,
        _ACTIVITIES
        + _NOTHING
        + """ FROM latest l
        WHERE l.district_id IS NOT NULL AND l.district_note = ''
          AND EXISTS (SELECT 1 FROM organizations_project_districts d WHERE d.project_id = l.project_id)
          AND NOT EXISTS (SELECT 1 FROM organizations_project_districts d
                          WHERE d.project_id = l.project_id AND d.district_id = l.district_id)""",
    )


def dates_outside(asked: Asked) -> Iterator[Finding]:
    """Rule 4."""
    return found(
        asked,
        _ACTIVITIES
        + _NOTHING
        + """ FROM latest l JOIN organizations_project p ON p.id = l.project_id
        WHERE l.starts_on < p.starts_on - 30 OR l.ends_on > p.ends_on + 30""",
    )


def completed_ahead(asked: Asked) -> Iterator[Finding]:
    """An event that is over has a last day that is."""
    return found(
        asked, _ACTIVITIES + _NOTHING + " FROM latest l WHERE l.status = 'COMPLETED' AND l.ends_on > %(today)s"
    )


_OTHERS = """jsonb_build_object('others', jsonb_agg(o.uuid ORDER BY o.uuid))
        FROM latest l
        JOIN evidence_activity o ON o.project_id = l.project_id AND o.id <> l.record_id AND NOT o.is_held
        JOIN LATERAL (
          SELECT r.type_id, r.district_id, r.starts_on, r.title, r.status FROM evidence_activityrevision r
          WHERE r.record_id = o.id ORDER BY r.number DESC LIMIT 1
        ) other ON other.starts_on = l.starts_on AND other.status <> 'CANCELLED'
        WHERE l.status <> 'CANCELLED' AND """
_BY_RECORD = " GROUP BY l.uuid, l.organization_id, l.is_submitted"


def activity_twice(asked: Asked) -> Iterator[Finding]:
    """Rule 10: the same project, kind, district and first day."""
    same = "other.type_id = l.type_id AND other.district_id IS NOT DISTINCT FROM l.district_id"
    return found(asked, _ACTIVITIES + _OTHERS + same + _BY_RECORD)


def title_twice(asked: Asked) -> Iterator[Finding]:
    """Rule 10 for titles that differ by a letter or a word; what `activity_twice` finds is not said again."""
    other = "(other.type_id <> l.type_id OR other.district_id IS DISTINCT FROM l.district_id)"
    alike = f" AND similarity(ur_norm(other.title), ur_norm(l.title)) > {ALIKE}"
    return found(asked, _ACTIVITIES + _OTHERS + other + alike + _BY_RECORD)


# --- Results --------------------------------------------------------------------------------------------------------

_RESULTS = """
WITH latest AS (
  SELECT DISTINCT ON (s.id) r.id, s.id AS record_id, s.uuid, s.organization_id, s.project_indicator_id, s.district_id,
    s.period_id, s.first_submitted_at IS NOT NULL AS is_submitted, r.comment, p.starts_on, p.ends_on
  FROM evidence_result s
  JOIN evidence_resultrevision r ON r.record_id = s.id
  JOIN evidence_period p ON p.id = s.period_id
  WHERE NOT s.is_held AND (%(ids)s::bigint[] IS NULL OR s.project_indicator_id IN (
    SELECT project_indicator_id FROM evidence_result WHERE id = ANY(%(ids)s)))
  ORDER BY s.id, r.number DESC
), valued AS (
  SELECT l.*, v.value AS stated, v.numerator, v.denominator,
    coalesce(v.value, 100.0 * v.numerator / nullif(v.denominator, 0)) AS value,
    i.aggregation, i.higher_is_better, u.code AS unit
  FROM latest l
  LEFT JOIN evidence_resultvalue v ON v.revision_id = l.id
  JOIN evidence_projectindicator pi ON pi.id = l.project_indicator_id
  JOIN evidence_indicator i ON i.id = pi.indicator_id
  JOIN core_term u ON u.id = i.unit_id
), asked AS (SELECT * FROM valued WHERE %(ids)s::bigint[] IS NULL OR record_id = ANY(%(ids)s))
SELECT l.uuid, l.organization_id, l.is_submitted, """


def percent_without_parts(asked: Asked) -> Iterator[Finding]:
    """Rule 5."""
    return found(
        asked,
        _RESULTS
        + _NOTHING
        + """ FROM asked l WHERE l.unit = 'PERCENT' AND l.is_submitted
        AND (l.numerator IS NULL OR coalesce(l.denominator, 0) = 0 OR l.numerator > l.denominator)""",
    )


def small_sample(asked: Asked) -> Iterator[Finding]:
    """Rule 5."""
    return found(
        asked,
        _RESULTS
        + f"jsonb_build_object('denominator', l.denominator) FROM asked l WHERE l.denominator < {SMALL_SAMPLE}",
    )


def cells_and_value(asked: Asked) -> Iterator[Finding]:
    """Rule 1 for results: the cells of one set of dimensions are not more than the value."""
    return found(
        asked,
        _RESULTS
        + """jsonb_build_object('parts', max(c.parts), 'total', max(coalesce(l.stated, l.numerator)))
        FROM asked l JOIN LATERAL (
          SELECT sum(x.value) AS parts FROM evidence_resultcell x WHERE x.revision_id = l.id
          GROUP BY x.sex <> 'U', x.age_band <> 'AU', x.disability <> 'U', x.group_id IS NOT NULL
        ) c ON c.parts > coalesce(l.stated, l.numerator)
        WHERE l.unit = 'PERSON'"""
        + _BY_RECORD,
    )


def periods_overlap(asked: Asked) -> Iterator[Finding]:
    """Rule 6."""
    return found(
        asked,
        _RESULTS
        + """jsonb_build_object('others', jsonb_agg(o.uuid ORDER BY o.uuid))
        FROM asked l JOIN valued o ON o.project_indicator_id = l.project_indicator_id AND o.record_id <> l.record_id
          AND o.district_id IS NOT DISTINCT FROM l.district_id
          AND o.starts_on <= l.ends_on AND o.ends_on >= l.starts_on WHERE true"""
        + _BY_RECORD,
    )


def cumulative_falls(asked: Asked) -> Iterator[Finding]:
    """Rule 7, for values of which the latest or the highest counts."""
    return found(
        asked,
        _RESULTS
        + """jsonb_build_object('before', round(l.before, 2), 'now', round(l.value, 2)) FROM (
          SELECT v.*, lag(v.value) OVER (
            PARTITION BY v.project_indicator_id, v.district_id ORDER BY v.ends_on, v.record_id
          ) AS before FROM valued v WHERE v.aggregation IN ('LATEST', 'MAX') AND v.value IS NOT NULL
        ) l
        WHERE l.value < l.before AND l.higher_is_better AND btrim(l.comment) = ''
          AND (%(ids)s::bigint[] IS NULL OR l.record_id = ANY(%(ids)s))""",
    )


def target_missed(asked: Asked) -> Iterator[Finding]:
    """Rule 8."""
    return found(
        asked,
        _RESULTS
        + f"""jsonb_build_object('percent', round(100 * l.value / t.value)) FROM asked l
        JOIN evidence_target t ON t.project_indicator_id = l.project_indicator_id AND t.period_id = l.period_id
          AND t.district_id IS NOT DISTINCT FROM l.district_id AND t.value > 0
        WHERE l.higher_is_better AND btrim(l.comment) = '' AND l.value IS NOT NULL
          AND (100 * l.value > {HIGH_PERCENT} * t.value OR 100 * l.value < {LOW_PERCENT} * t.value)""",
    )


def baseline_late(asked: Asked) -> Iterator[Finding]:
    """Rule 9."""
    return found(
        asked,
        _RESULTS
        + _NOTHING
        + """ FROM asked l JOIN evidence_baseline b ON b.project_indicator_id = l.project_indicator_id
        WHERE b.measured_on > l.ends_on""",
    )


# --- Challenges -----------------------------------------------------------------------------------------------------


def challenge_open(asked: Asked) -> Iterator[Finding]:
    """A high or critical challenge that nobody has mitigated, resolved or accepted."""
    return found(
        asked,
        f"""
WITH latest AS (
  SELECT DISTINCT ON (r.record_id) a.uuid, a.organization_id, a.first_submitted_at IS NOT NULL AS is_submitted,
    coalesce(r.began_on, (a.created_at AT TIME ZONE 'Asia/Karachi')::date) AS since,
    severity.code AS severity, status.code AS status
  FROM evidence_challenge a JOIN evidence_challengerevision r ON r.record_id = a.id
  LEFT JOIN core_term severity ON severity.id = r.severity_id LEFT JOIN core_term status ON status.id = r.resolution_id
  WHERE NOT a.is_held AND a.state NOT IN ('WITHDRAWN', 'ARCHIVED')
    AND (%(ids)s::bigint[] IS NULL OR a.id = ANY(%(ids)s))
  ORDER BY r.record_id, r.number DESC
)
SELECT l.uuid, l.organization_id, l.is_submitted, jsonb_build_object('days', {OPEN_DAYS}) FROM latest l
WHERE l.severity IN ('HIGH', 'CRITICAL') AND coalesce(l.status, 'OPEN') = 'OPEN'
  AND l.since < %(today)s - {OPEN_DAYS}""",
    )
