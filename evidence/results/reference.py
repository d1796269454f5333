"""The standard framework of a programme: its result nodes and the 26 indicators of the reference data.

Loaded for each programme, as often as one likes. What was edited or has results is left as it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from core.terms import Term
from core.vocabularies import REFERENCE
from evidence.models import Frequency, Indicator, Level, ResultNode

if TYPE_CHECKING:
    from organizations.models import Programme

#: The words of the reference data. What is asked before and after, or once after the end, is a report at the end; the
#: measurement before is the baseline. Trainings are gathered by quarter.
FREQUENCIES = {
    "monthly": Frequency.MONTHLY,
    "quarterly": Frequency.QUARTERLY,
    "six-monthly": Frequency.SIX_MONTHLY,
    "yearly": Frequency.YEARLY,
    "per training": Frequency.QUARTERLY,
    "baseline, endline": Frequency.ENDLINE,
    "three months after": Frequency.ENDLINE,
    "endline": Frequency.ENDLINE,
}

#: Code, code of the parent, level, statement in English and Urdu, and the standard indicators below it.
NODES: tuple[tuple[str, str, Level, str, str, tuple[str, ...]], ...] = (
    (
        "IM",
        "",
        Level.IMPACT,
        "Communities withstand violent extremism and settle their conflicts in peace.",
        "برادریاں پرتشدد انتہا پسندی کا مقابلہ کرتی ہیں اور اپنے تنازعات امن سے حل کرتی ہیں۔",
        ("IM01", "IM02", "SU01"),
    ),
    (
        "OC1",
        "IM",
        Level.OUTCOME,
        "People trust one another more, reject violence, and take part in what concerns them.",
        "لوگ ایک دوسرے پر زیادہ اعتماد کرتے ہیں، تشدد کو مسترد کرتے ہیں اور اپنے معاملات میں حصہ لیتے ہیں۔",
        ("OC01", "OC02", "OC03", "OC04", "OC05", "OC07"),
    ),
    (
        "OP1",
        "OC1",
        Level.OUTPUT,
        "People take part in activities of civil society organizations in their districts.",
        "لوگ اپنے اضلاع میں سول سوسائٹی تنظیموں کی سرگرمیوں میں حصہ لیتے ہیں۔",
        ("OP01", "OP02", "OP03", "OP04", "OP05", "OP13"),
    ),
    (
        "OP2",
        "OC1",
        Level.OUTPUT,
        "Faith actors, educators and the media speak for peace.",
        "مذہبی شخصیات، اساتذہ اور میڈیا امن کی بات کرتے ہیں۔",
        ("OP07", "OP08", "OP09", "OP10"),
    ),
    (
        "OC2",
        "IM",
        Level.OUTCOME,
        "Communities and institutions keep up what the programme began.",
        "برادریاں اور ادارے پروگرام کے شروع کیے ہوئے کام کو جاری رکھتے ہیں۔",
        ("OC06", "OC08", "OC09", "OC10"),
    ),
    (
        "OP3",
        "OC2",
        Level.OUTPUT,
        "Committees, clubs, organizations and networks are able to work together.",
        "کمیٹیاں، کلب، تنظیمیں اور نیٹ ورک مل کر کام کرنے کے قابل ہیں۔",
        ("OP06", "OP11", "OP12"),
    ),
)


@transaction.atomic
def load_framework(programme: Programme) -> int:
    """Create or complete the standard framework of a programme; returns how many standard indicators it has."""
    nodes = {row.code: row for row in ResultNode.objects.filter(programme=programme)}
    node_of: dict[str, ResultNode] = {}
    for position, (code, parent, level, statement, statement_ur, below) in enumerate(NODES):
        if code not in nodes:
            nodes[code] = ResultNode.objects.create(
                programme=programme,
                parent=nodes.get(parent),
                level=level,
                code=code,
                statement=statement,
                statement_ur=statement_ur,
                position=position,
                is_demo=programme.is_demo,
            )
        node_of |= dict.fromkeys(below, nodes[code])
    units = {row.code: row for row in Term.objects.filter(vocabulary="indicator_unit")}
    items = json.loads(REFERENCE.read_text(encoding="utf-8"))["indicators"]
    current = Indicator.objects.filter(~Q(standard_code=""), project=None, node__programme=programme, replaced_by=None)
    there = {row.standard_code: row for row in current}
    for position, item in enumerate(items):
        values = _values(item, units, position)
        found = there.get(item["code"])
        if found is None:
            Indicator.objects.create(
                code=_free_code(programme, item["code"]),
                standard_code=item["code"],
                node=node_of[item["code"]],
                is_demo=programme.is_demo,
                **values,
            )
        elif found.version == 1 and not has_results(found):
            for name, value in values.items():
                setattr(found, name, value)
            found.save(update_fields=list(values))
    return len(items)


def has_results(indicator: Indicator) -> bool:
    """Whether anything was ever reported on it: its definition is locked then."""
    return indicator.project_indicators.filter(results__isnull=False).exists()


def _values(item: dict[str, Any], units: dict[str, Term], position: int) -> dict[str, Any]:
    return {
        "name": item["name"],
        "name_ur": item["name_ur"] or "",
        "unit": units[item["unit"]],
        "aggregation": item["aggregation"],
        "frequency": FREQUENCIES[item["frequency"]],
        "disaggregations": item["disaggregation"],
        "higher_is_better": item["direction"] == "up",
        "means_of_verification": item["means_of_verification"] or "",
        "source": item["source"] or "",
        "method_note": item["note"] or "",
        "position": position,
    }


def _free_code(programme: Programme, code: str) -> str:
    """The standard code; in a second programme with the programme's code before it, because codes are unique."""
    taken = Indicator.objects.filter(code=code).exists()
    return f"{programme.code}-{code}"[:32] if taken else code
