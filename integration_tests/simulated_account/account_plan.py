"""What the account's plan lacks, and what a refusal looks like.

Facts: docs/zendesk-api.md#refusals, docs/zendesk-api.md#plans-and-permissions.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from .responses import ApiError

ORDER = ("team", "growth", "professional", "enterprise", "enterprise_plus")

_NO_ACCESS = "You do not have access to this page. Please contact the account owner of this help desk for further help."
_FIREWALL = (
    b"<!DOCTYPE html><html><head><title>Access Denied</title></head><body>This site is blocked by the firewall of "
    b"Acme Corp.</body></html>"
)
_HTML = b"<!DOCTYPE html><html><head><title>Zendesk</title></head><body><h1>Nothing to see here</h1></body></html>"

SHAPES: Mapping[str, tuple[int, object]] = MappingProxyType(
    {
        "403_object": (403, {"error": {"title": "Forbidden", "message": _NO_ACCESS}}),
        "403_string": (403, {"error": "Forbidden"}),
        "403_description": (403, {"error": "Forbidden", "description": "You do not have access to this page."}),
        "403_errors": (403, {"errors": [{"code": "Forbidden", "title": "Access denied", "status": "403"}]}),
        "403_empty": (403, b""),
        "403_html": (403, _HTML),
        "403_firewall": (403, _FIREWALL),
        "404_firewall": (404, _FIREWALL),
        "403_gateway": (403, {"message": "Forbidden", "requestId": "1a2b"}),
        "404_record": (404, {"error": "RecordNotFound", "description": "Not found"}),
        "404_endpoint": (404, {"error": "InvalidEndpoint", "description": "Not found"}),
        "404_errors": (404, {"errors": [{"code": "FeatureNotEnabled", "title": "Not found", "status": "404"}]}),
        "404_empty": (404, b""),
        "404_html": (404, _HTML),
        "410_gone": (410, {"error": "Gone", "description": "This endpoint is no longer available"}),
        "451_legal": (451, {"error": "UnavailableForLegalReasons", "description": "Not available to this client"}),
        "200_html": (200, _HTML),
        "422_record": (422, {"error": "RecordInvalid", "description": "Record validation errors", "details": {}}),
    }
)
"""Every shape of refusal by its name: the status, and the body (bytes: as it is, else as JSON)."""

FEATURES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "audit_logs": ("enterprise", "403_object", "audit_logs"),
        "chat": ("team", "403_object", "chat/"),
        "community": ("professional", "404_html", "community/"),
        "csat": ("growth", "403_object", "guide/survey_responses"),
        "custom_objects": ("team", "404_errors", "(incremental/)?custom_objects"),
        "custom_roles": ("enterprise", "403_object", "custom_roles"),
        "dynamic_content": ("growth", "403_object", "dynamic_content/"),
        "group_sla_policies": ("enterprise", "403_object", "group_slas/"),
        "guide": ("team", "404_empty", "help_center/"),
        "schedules": ("professional", "403_object", "business_hours/"),
        "side_conversations": ("professional", "403_object", "tickets/.*side_conversations"),
        "skill_events": ("enterprise", "404_endpoint", "incremental/routing/"),
        "skills": ("professional", "404_endpoint", "routing/"),
        "sla_policies": ("growth", "403_object", "slas/"),
        "talk": ("team", "403_object", "channels/voice/"),
        "ticket_forms": ("growth", "403_object", "ticket_forms"),
    }
)
"""Every gated feature: the least plan that has it, the shape of its refusal, and how its paths begin."""


@cache
def feature_of(path: str) -> str:
    """The feature that a path belongs to; empty if every plan has it."""
    return next((name for name, (_, _, start) in FEATURES.items() if re.match(start, path)), "")


@dataclass
class AccountPlan:
    """The plan's name, and exceptions from it.

    `gates` refuses features, or single endpoints by their path below `/api/v2/`, with the named shape; "open" opens.
    `refused` refuses single parents: `{"tickets": {"12": "403_html"}}`.
    """

    name: str = "enterprise"
    gates: dict[str, str] = field(default_factory=dict)
    refused: dict[str, dict[str, str]] = field(default_factory=dict)

    def check(self, path: str, parent: str, ids: Mapping[str, str]) -> None:
        """Raises the refusal of a call to this endpoint, if there is one; `parent` is the kind of the first id."""
        feature = feature_of(path)
        shape = self.gates.get(path) or self.gates.get(feature) or self._by_plan(feature)
        if shape and shape != "open":
            raise refusal(shape)
        shape = self.refused.get(parent, {}).get(next(iter(ids.values()), ""), "")
        if shape:
            raise refusal(shape)

    def _by_plan(self, feature: str) -> str:
        if not feature:
            return ""
        least, shape, _ = FEATURES[feature]
        return shape if ORDER.index(self.name) < ORDER.index(least) else ""


def refusal(shape: str) -> ApiError:
    """The refusal of that shape; KeyError if there is none."""
    status, body = SHAPES[shape]
    return ApiError(status, body)
