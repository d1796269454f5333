"""What `/api/v1/projects/` is compared with: the same rows by `json_agg` from a bare view, and an untuned ModelViewSet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.http import HttpResponse
from django.urls import include, path
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ModelViewSet

from organizations.models import Organization, Project, ProjectPartner

if TYPE_CHECKING:
    from django.http import HttpRequest

CODES = """(SELECT coalesce(json_agg(x.code ORDER BY x.code), '[]') FROM organizations_project_{relation} r
  JOIN {table} x ON x.id = r.{column}_id WHERE r.project_id = p.id)"""
JSON_AGG = f"""
SELECT json_build_object('next', null, 'previous', null, 'results', coalesce(json_agg(row ORDER BY code), '[]'))::text
FROM (
  SELECT p.code, json_build_object(
    'code', p.code, 'title', p.title, 'title_ur', p.title_ur, 'summary', p.summary, 'summary_ur', p.summary_ur,
    'objectives', p.objectives, 'approach', p.approach, 'programme', g.code,
    'organization', json_build_object('slug', o.slug, 'name', o.name, 'name_ur', o.name_ur),
    'partners', (SELECT coalesce(json_agg(json_build_object('organization',
        json_build_object('slug', q.slug, 'name', q.name, 'name_ur', q.name_ur), 'role', t.code) ORDER BY pp.id), '[]')
      FROM organizations_projectpartner pp JOIN organizations_organization q ON q.id = pp.organization_id
      JOIN core_term t ON t.id = pp.role_id WHERE pp.project_id = p.id),
    'starts_on', p.starts_on, 'ends_on', p.ends_on, 'status', p.status,
    'districts', {CODES.format(relation="districts", table="core_district", column="district")},
    'is_online', p.is_online,
    'themes', {CODES.format(relation="themes", table="core_term", column="term")},
    'target_groups', {CODES.format(relation="target_groups", table="core_term", column="term")},
    'npve_pillars', {CODES.format(relation="npve_pillars", table="core_term", column="term")},
    'sdg_targets', {CODES.format(relation="sdg_targets", table="core_term", column="term")},
    'gender_marker', p.gender_marker, 'disability_marker', p.disability_marker, 'is_demo', p.is_demo,
    'updated_at', p.updated_at) AS row
  FROM organizations_project p
  JOIN organizations_programme g ON g.id = p.programme_id
  JOIN organizations_organization o ON o.id = p.organization_id
  WHERE p.is_listed AND p.sensitivity = 'PUBLIC' AND o.is_active AND o.sensitivity = 'PUBLIC'
  ORDER BY p.code LIMIT 50
) rows
"""


def json_agg(request: HttpRequest) -> HttpResponse:
    """The limit: one hand-written query, no key, no filter, no framework."""
    with connection.cursor() as cursor:
        cursor.execute(JSON_AGG)
        return HttpResponse(cursor.fetchone()[0], content_type="application/json")


class OrganizationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Organization
        fields = ["slug", "name", "name_ur"]


class PartnerSerializer(serializers.ModelSerializer):
    organization = OrganizationSerializer()
    role = serializers.CharField(source="role.code")

    class Meta:
        model = ProjectPartner
        fields = ["organization", "role"]


def _codes() -> serializers.SlugRelatedField:
    return serializers.SlugRelatedField(many=True, read_only=True, slug_field="code")


class ProjectSerializer(serializers.ModelSerializer):
    """The same fields as the portal's, written as a tutorial would."""

    programme = serializers.CharField(source="programme.code")
    organization = OrganizationSerializer()
    partners = PartnerSerializer(source="project_partners", many=True)
    districts = _codes()
    themes = _codes()
    target_groups = _codes()
    npve_pillars = _codes()
    sdg_targets = _codes()

    class Meta:
        model = Project
        fields = [
            "code",
            "title",
            "title_ur",
            "summary",
            "summary_ur",
            "objectives",
            "approach",
            "programme",
            "organization",
            "partners",
            "starts_on",
            "ends_on",
            "status",
            "districts",
            "is_online",
            "themes",
            "target_groups",
            "npve_pillars",
            "sdg_targets",
            "gender_marker",
            "disability_marker",
            "is_demo",
            "updated_at",
        ]


class Pages(PageNumberPagination):
    page_size = 50


class UntunedViewSet(ModelViewSet):
    """No select_related, no prefetch, stock renderer, page numbers; open, so that only the read path is compared."""

    queryset = Project.objects.order_by("code")
    serializer_class = ProjectSerializer
    pagination_class = Pages
    renderer_classes = [JSONRenderer]
    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    throttle_classes: list[Any] = []
    filter_backends: list[Any] = []


router = SimpleRouter()
router.register("untuned", UntunedViewSet, basename="untuned")
urlpatterns = [
    path("bench/json-agg/", json_agg),
    path("bench/", include(router.urls)),
    path("", include("pvenet.urls")),
]
