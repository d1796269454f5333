"""The OpenAPI document is a contract: it changes only together with its snapshot in `docs/openapi.yaml`."""

from __future__ import annotations

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from openapi_spec_validator import OpenAPIV31SpecValidator

SNAPSHOT = settings.BASE_DIR / "docs" / "openapi.yaml"


def test_openapi_document_equals_its_snapshot():
    """`make openapi` writes the snapshot; read the difference before you commit it."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    written = OpenApiYamlRenderer().render(document, renderer_context={}).decode()
    assert written == SNAPSHOT.read_text(encoding="utf-8")


def test_openapi_document_is_valid_3_1():
    document = SchemaGenerator().get_schema(request=None, public=True)
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
