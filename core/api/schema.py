"""How drf-spectacular reads the kit's own field types, and the few things it cannot see for itself."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.plumbing import build_array_type

PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem document",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """`Authorization: Api-Key KEY`."""

    target_class = "accounts.api_keys.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Api-Key KEY`. The programme's staff make a key for a partner.",
        }


class ComputedExtension(OpenApiSerializerFieldExtension):
    """A computed field looks like the field that describes it."""

    target_class = "core.api.read.Computed"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return auto_schema._map_serializer_field(self.target.child, direction)


class RelatedExtension(OpenApiSerializerFieldExtension):
    """A to-one relation is a reference to its own schema."""

    target_class = "core.api.read.Related"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return auto_schema._map_serializer_field(self.target.child, direction)


class OneExtension(OpenApiSerializerFieldExtension):
    """A to-one relation that may be hidden: the child, or null."""

    target_class = "core.api.read.One"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {
            "oneOf": [
                auto_schema._map_serializer_field(self.target.child, direction),
                {"type": "null"},
            ]
        }


class RowsExtension(OpenApiSerializerFieldExtension):
    """A to-many relation is an array."""

    target_class = "core.api.read.Rows"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return build_array_type(auto_schema._map_serializer_field(self.target.child, direction))


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Every operation may answer with a problem document: postprocessing hook."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    answer = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for path, operations in result["paths"].items():
        for operation in operations.values():
            responses = operation["responses"]
            responses["401"] = {
                "description": "The key is missing, unknown, expired or revoked.",
                **answer,
            }
            responses["403"] = {
                "description": "The key does not hold the scope.",
                **answer,
            }
            responses["429"] = {
                "description": "Too many requests; `Retry-After` says when to try again.",
                **answer,
            }
            if path.endswith("}/"):
                responses["404"] = {
                    "description": "No such record, or not published.",
                    **answer,
                }
            else:
                responses["400"] = {
                    "description": "A parameter is unknown or cannot be used.",
                    **answer,
                }
    return result
