from typing import Any

import orjson
import pytest
import requests

from source_zendesk_support.api.error_text import is_html, response_text


def response(body: Any, content_type: str = "application/json") -> requests.Response:
    response = requests.Response()
    response._content = body if isinstance(body, bytes) else orjson.dumps(body)
    response.headers["Content-Type"] = content_type
    return response


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"error": "Couldn't authenticate you"}, "Couldn't authenticate you"),
        ({"error": "RecordNotFound", "description": "Not found"}, "RecordNotFound Not found"),
        ({"error": {"title": "Forbidden", "message": "No access."}}, "Forbidden No access."),
        ({"errors": [{"code": "Forbidden", "title": "No", "status": "403"}]}, "Forbidden No"),
        ({"errors": [{"code": "A"}, {"code": "B"}]}, "A B"),
        ({"errors": {"start_time": ["is too recent"]}}, "start_time ['is too recent']"),
        ({"error": "invalid_token", "error_description": "expired"}, "invalid_token expired"),
        ({"error": "Same", "description": "Same"}, "Same"),
        ({"status": 500, "error": "Internal Server Error"}, "Internal Server Error"),
        ({"error": None, "errors": None}, ""),
        ({"errors": ["text"]}, ""),
        ({"errors": 5, "error": 5}, ""),
        ([], ""),
        (b"", ""),
        (b"<html>", ""),
        ({"error": "x" * 500}, "x" * 200),
    ],
)
def test_every_shape_of_error_becomes_one_short_text(body: Any, text: str) -> None:
    assert response_text(response(body)) == text


@pytest.mark.parametrize(
    ("given", "html"),
    [
        (response(b"<html>", "application/json"), True),
        (response(b"  <!DOCTYPE html>", ""), True),
        (response(b"", "text/html; charset=utf-8"), True),
        (response({"error": "<b>"}), False),
        (response(b""), False),
    ],
)
def test_web_page_is_recognized_by_type_or_first_character(given: requests.Response, html: bool) -> None:  # noqa: FBT001  a parameter of the table
    assert is_html(given) is html
