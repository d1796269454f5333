"""The first version of the REST API: its resources, its OpenAPI document and its two readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import include, path, re_path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.defaults import server_error
from drf_spectacular.views import (
    SpectacularAPIView,
    SpectacularRedocView,
    SpectacularSwaggerSplitView,
)
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.routers import SimpleRouter

from core.api.problems import no_such_address, plain_problem
from core.api.reference import DistrictViewSet, VocabularyViewSet
from core.api.renderers import OrjsonRenderer
from evidence.activities.api import ActivityViewSet
from evidence.learning.api import ChallengeViewSet, InnovationViewSet, LessonViewSet
from evidence.overview.api import ReachViewSet
from evidence.results.api import IndicatorViewSet, ResultViewSet
from evidence.stories.api import StoryViewSet
from organizations.api import OrganizationViewSet, ProjectViewSet
from partnerships.api import ActionViewSet, RoadmapViewSet
from workshops.api import SessionViewSet, ShowcaseViewSet, WorkshopViewSet

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

#: Where pvenet/urls.py mounts this module.
ROOT = "/api/"

router = SimpleRouter()
for name, viewset in (
    ("organizations", OrganizationViewSet),
    ("projects", ProjectViewSet),
    ("workshops", WorkshopViewSet),
    ("sessions", SessionViewSet),
    ("showcases", ShowcaseViewSet),
    ("activities", ActivityViewSet),
    ("indicators", IndicatorViewSet),
    ("results", ResultViewSet),
    ("lessons", LessonViewSet),
    ("challenges", ChallengeViewSet),
    ("innovations", InnovationViewSet),
    ("stories", StoryViewSet),
    ("reach", ReachViewSet),
    ("roadmaps", RoadmapViewSet),
    ("actions", ActionViewSet),
    ("districts", DistrictViewSet),
    ("vocabularies", VocabularyViewSet),
):
    router.register(name, viewset, basename=name)


class SchemaView(SpectacularAPIView):
    """The OpenAPI 3.1 document, open to everyone."""

    renderer_classes = [OrjsonRenderer]
    permission_classes: list[Any] = []
    filter_backends: list[Any] = []


@method_decorator(
    csp_update({"style-src": [SELF, UNSAFE_INLINE], "img-src": [SELF, "data:"]}),
    name="dispatch",
)
class SwaggerView(SpectacularSwaggerSplitView):
    """Swagger UI from this server. It writes style elements, so this page alone may hold inline styles."""

    renderer_classes = [TemplateHTMLRenderer]
    template_name = "api/swagger.html"
    permission_classes: list[Any] = []
    url_name = "api:schema"
    title = "PVENet API"


@method_decorator(
    csp_update(
        {
            "style-src": [SELF, UNSAFE_INLINE],
            "img-src": [SELF, "data:"],
            "worker-src": [SELF, "blob:"],
        }
    ),
    name="dispatch",
)
class RedocView(SpectacularRedocView):
    """Redoc from this server. It writes style elements, so this page alone may hold inline styles."""

    renderer_classes = [TemplateHTMLRenderer]
    template_name = "api/redoc.html"
    permission_classes: list[Any] = []
    url_name = "api:schema"
    title = "PVENet API"


@csrf_exempt
def api_not_found(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Any other address under /api/ answers with a problem document."""
    return no_such_address(request)


def failed(request: HttpRequest) -> HttpResponse:
    """What the portal answers to a bug or a lost database: a problem document under /api/, the page elsewhere."""
    if request.path.startswith(ROOT):
        return plain_problem(
            request, status=500, detail=_("The portal failed. This has been recorded. Try again in a few minutes.")
        )
    return server_error(request)


app_name = "api"
urlpatterns = [
    path(
        "v1/",
        include(
            [
                path("openapi.json", SchemaView.as_view(), name="schema"),
                path("docs/", SwaggerView.as_view(), name="docs"),
                path("redoc/", RedocView.as_view(), name="redoc"),
                *router.urls,
            ]
        ),
    ),
    re_path(r"^(?P<rest>.*)$", api_not_found, name="not_found"),
]
