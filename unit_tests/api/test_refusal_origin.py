"""Who has refused: Zendesk's API, Zendesk's web server, or somebody on the way."""

from typing import Any

import orjson
import pytest
import requests

from source_zendesk_support.api.refusal_origin import RefusalOrigin, origin_of

GUIDE = "/api/v2/help_center/articles.json"
SUPPORT = "/api/v2/audit_logs"


def response(body: Any, status: int = 403, content_type: str = "") -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = body if isinstance(body, bytes) else orjson.dumps(body)
    html = isinstance(body, bytes) and body.startswith(b"<")
    response.headers["Content-Type"] = content_type or ("text/html" if html else "application/json")
    return response


@pytest.mark.parametrize(
    "body",
    [
        {"error": "Forbidden"},
        {"error": "RecordNotFound", "description": "Not found"},
        {"error": "InvalidEndpoint", "description": "Not found"},
        {"error": {"title": "Forbidden", "message": "You do not have access to this page. Please contact the owner."}},
        {"error": "RecordInvalid", "description": "Record validation errors", "details": {"id": [{"error": "x"}]}},
        {"error": "invalid_token", "error_description": "The access token is expired."},
        {"error": "invalid_token", "message": "The access token is not valid for Chat"},
        {"error": "Forbidden", "description": "Missing the following required scopes: read"},
        {"errors": [{"code": "Forbidden", "title": "Access denied", "status": "403"}]},
        {"errors": [{"code": "FeatureNotEnabled", "title": "Not found", "detail": "Off", "id": "a", "links": {}}]},
        {"errors": {"start_time": ["is too recent"]}},
        {"status": 404, "error": "Not Found"},
    ],
)
def test_json_of_zendesks_api_is_recognised(body: Any) -> None:
    assert origin_of(SUPPORT, response(body)) is RefusalOrigin.API


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (GUIDE, b"", 404),
        (GUIDE, b" \n", 404),
        ("/api/v2/community/topics", b"", 404),
        ("/api/v2/chat/incremental/agent_timeline", b"", 404),
        (GUIDE, b"<!DOCTYPE html><html><head><title>Help Center Closed | Zendesk</title></head></html>", 404),
        (SUPPORT, b"<!DOCTYPE html><html><head><title>Zendesk</title></head><body>Nothing to see</body></html>", 403),
        (GUIDE, b"<html><link href='//static.zdassets.com/hc/a.css'><body>Oops. Not found.</body></html>", 404),
        (GUIDE, b"<html><title>Zendesk</title><script>cloudflare</script><body>Not found</body></html>", 404),
    ],
)
def test_known_page_or_empty_body_differs_from_json(path: str, body: bytes, status: int) -> None:
    assert origin_of(path, response(body, status)) is RefusalOrigin.WEB_SERVER


@pytest.mark.parametrize("path", [GUIDE, SUPPORT])
@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize(
    "body",
    [
        b"<html><title>Attention Required! | Cloudflare</title><body>You have been blocked</body></html>",
        b"<html><head><title>403 Forbidden</title></head><center><h1>403 Forbidden</h1></center></html>",
        b"<html><head><title>404 Not Found</title></head><hr><center>nginx</center></html>",
        b"<html><title>Access Denied</title>You don't have permission to access http://acme.zendesk.com/</html>",
        b"<html><title>Access to https://acme.zendesk.com/api/v2/x denied</title>Zscaler</html>",
        b"<html><title>Zendesk is blocked</title>Your administrator has blocked this site.</html>",
        b"<html><title>ERROR: The requested URL could not be retrieved</title>Squid at zendesk.com</html>",
        b"<html><title>Down for maintenance</title><body>Zendesk will be back soon</body></html>",
        b"Access denied",
        b"RBAC: access denied",
        b"\x00\x01\x02",
        {"message": "Forbidden"},
        {"statusCode": 403, "error": "Forbidden", "message": "Forbidden resource"},
        {"timestamp": "2026-01-01T00:00:00Z", "status": 403, "error": "Forbidden", "path": "/api/v2/x"},
        {"error": {"code": 403, "message": "The caller has no permission", "status": "PERMISSION_DENIED"}},
        {"success": False, "errors": [{"code": 1020, "message": "Access denied"}], "messages": [], "result": None},
        {"type": "https://developers.cloudflare.com/x", "title": "Error 1020: Access denied", "status": 403},
        {"error": "Forbidden", "support_id": "123"},
        {"error": "blocked by the web application firewall"},
        {"errors": [{"message": "Not allowed"}]},
        {"errors": ["Not allowed"]},
        {"error": True},
        {"error": None},
        {"error": []},
        {},
        [],
        ["error"],
        "error",
        None,
    ],
)
def test_anything_else_is_somebody_elses(path: str, status: int, body: Any) -> None:
    assert origin_of(path, response(body, status)) is RefusalOrigin.FOREIGN


@pytest.mark.parametrize(("path", "status"), [(GUIDE, 403), (SUPPORT, 403), (SUPPORT, 404), (GUIDE, 422)])
def test_empty_body_is_known_as_a_404_of_products_that_can_be_off_only(path: str, status: int) -> None:
    assert origin_of(path, response(b"", status)) is RefusalOrigin.FOREIGN
