"""The one way by which counts of people leave the portal to readers who may not see small ones.

`publish` decides a whole family of tables on one snapshot; the `Release` it gives answers page, chart, API, XLSX and PDF.
"""

from core.suppression.families import Dimension, Family, participation_family
from core.suppression.figures import (
    NOT_APPLICABLE,
    NOT_COLLECTED,
    WITHHELD,
    Detail,
    Figure,
    Reason,
    add,
    percentage,
    percentage_of,
    single_count,
)
from core.suppression.release import ATTENDANCES, REACH, Measure, Release, Row, may_replace, publish, total_of

__all__ = [
    "ATTENDANCES",
    "NOT_APPLICABLE",
    "NOT_COLLECTED",
    "REACH",
    "WITHHELD",
    "Detail",
    "Dimension",
    "Family",
    "Figure",
    "Measure",
    "Reason",
    "Release",
    "Row",
    "add",
    "may_replace",
    "participation_family",
    "percentage",
    "percentage_of",
    "publish",
    "single_count",
    "total_of",
]
