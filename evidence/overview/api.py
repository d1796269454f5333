"""`GET /api/v1/reach/?by=district`: the published figures of participation, each with the reason where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.cache import patch_cache_control, patch_vary_headers
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.access import Scope
from core.api.actors import actor_of
from core.api.filters import require_known
from core.errors import InvalidInput
from core.suppression import NOT_APPLICABLE, Detail, Reason
from evidence.overview.labels import LEVELS
from evidence.overview.selectors import Reach, standing_reach

if TYPE_CHECKING:
    from rest_framework.request import Request

#: Levels whose rows also say how many activities were counted.
WITH_ACTIVITIES = ("province", "division", "district", "type", "setting", "theme")
#: A theme is nothing that people are divided by.
FILTERS = tuple(level for level in LEVELS if level != "theme")


class FigureSerializer(serializers.Serializer):
    """A number, or the reason why there is none. `shown` and `explanation` are there with a reason."""

    value = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_null=True, help_text=", ".join(Reason))
    detail = serializers.CharField(allow_null=True, required=False, help_text=", ".join(Detail))
    shown = serializers.CharField(required=False, help_text="what is printed in place of a number, such as <5")
    explanation = serializers.CharField(required=False)


class RowSerializer(FigureSerializer):
    """One row: the codes of the levels in `by` and of the filters, and attendances."""

    province = serializers.CharField(required=False)
    division = serializers.CharField(required=False)
    district = serializers.CharField(required=False)
    month = serializers.CharField(required=False, help_text="2025-04")
    quarter = serializers.CharField(required=False, help_text="2025-Q2")
    sex = serializers.CharField(required=False, help_text="vocabulary sex")
    sex_merged = serializers.CharField(required=False, help_text="F, M, or OTHER: other and not recorded")
    age = serializers.CharField(required=False, help_text="vocabulary age_band")
    group = serializers.CharField(required=False, help_text="vocabulary target_group; U is not recorded")
    disability = serializers.CharField(required=False, help_text="vocabulary disability")
    type = serializers.CharField(required=False, help_text="vocabulary activity_type")
    setting = serializers.CharField(required=False, help_text="vocabulary setting; U is not recorded")
    theme = serializers.CharField(required=False, help_text="vocabulary pve_theme; only activities are counted")
    activities = serializers.IntegerField(required=False, help_text="activities counted, which are records, not people")


class ReleaseSerializer(serializers.Serializer):
    """One closed period. A correction has the next edition."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    edition = serializers.IntegerField()
    decided_at = serializers.DateTimeField()


class TotalsSerializer(serializers.Serializer):
    """The three measures. They are never added."""

    attendances = FigureSerializer()
    unique_persons = FigureSerializer()
    media_reach = FigureSerializer()


class ReachSerializer(serializers.Serializer):
    """A table of attendances."""

    measure = serializers.CharField(help_text="attendances: who came to two activities is counted twice")
    by = serializers.ListField(child=serializers.CharField())
    state = serializers.CharField(help_text="names this state of the figures; changes when any of them does")
    releases = ReleaseSerializer(many=True)
    totals = TotalsSerializer()
    tables = serializers.ListField(child=serializers.CharField(), help_text="what may be given as `by`")
    results = RowSerializer(many=True)


class ReachViewSet(ViewSet):
    """What participation is published: one release for every reader, decided once a quarter."""

    scope = Scope.REACH
    serializer_class = ReachSerializer

    @extend_schema(
        operation_id="reach_list",
        parameters=[
            OpenApiParameter(
                "by",
                str,
                description=(
                    "What to divide by: one of "
                    + ", ".join(LEVELS)
                    + ", or a cross such as `district,sex_merged`. `tables` in the answer lists all. Without it: the total."
                ),
            ),
            *(
                OpenApiParameter(
                    level, str, description=f"Only this code. It counts as a dimension of the table ({level})."
                )
                for level in FILTERS
            ),
        ],
        responses=ReachSerializer,
    )
    def list(self, request: Request) -> Response:
        """Attendances by place, time, who they were, or what they came to; small counts are never shown."""
        require_known(request, {"by", *FILTERS})
        asked = dict(request.query_params.items())
        by = tuple(level for level in asked.pop("by", "").split(",") if level)
        figures = standing_reach(actor_of(request))
        try:
            rows = [] if figures.is_empty else _rows(figures, by, asked)
        except InvalidInput as error:
            raise ValidationError({error.field or "by": [str(error)]}) from error
        return Response(_answer(figures, by, rows))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What a key reads is for its holder: a cache between us gives it to nobody else."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(answer, ["Authorization"])
        patch_cache_control(answer, private=True)
        return answer


def _rows(figures: Reach, by: tuple[str, ...], where: dict[str, str]) -> list[dict[str, Any]]:
    if by == ("theme",) and not where:
        counts = figures.records("by", "theme")
        return [{"theme": code, **NOT_APPLICABLE.as_json(), "activities": counts[code]} for code in sorted(counts)]
    rows = [row.as_json() for row in figures.table(by, where)]
    if len(by) == 1 and by[0] in WITH_ACTIVITIES and not set(where) - {"province", "division"}:
        counts = figures.records("by", by[0])
        for row in rows:
            row["activities"] = counts.get(row[by[0]], 0)
    return rows


def _answer(figures: Reach, by: tuple[str, ...], rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "measure": "attendances",
        "by": list(by),
        "state": figures.edition,
        "releases": [
            {
                "starts_on": release.starts_on,
                "ends_on": release.ends_on,
                "edition": release.edition,
                "decided_at": release.taken_at,
            }
            for release in figures.releases
        ],
        "totals": {
            "attendances": figures.attendances.as_json(),
            "unique_persons": figures.unique_persons.as_json(),
            "media_reach": figures.media_reach.as_json(),
        },
        "tables": [*figures.tables(), "theme"],
        "results": rows,
    }
