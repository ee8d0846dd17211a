"""A page that renders the spec as a form with json-editor, a JavaScript library for JSON schema forms."""

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from source_zendesk_support.manifest import load_manifest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = Path(__file__).with_name("page.html")
ENVIRONMENT = ROOT / ".venv-form"
LIBRARY = "lib/python*/site-packages/django_json_schema_editor/static/django_json_schema_editor/vendor/jsoneditor.js"
REPORT = re.compile(r'<pre id="report"[^>]*>(.*?)</pre>', re.DOTALL)


def library() -> Path | None:
    """json-editor's script, as a Python package ships it; None if `make form` has not installed it."""
    return next(ENVIRONMENT.glob(LIBRARY), None)


def specification() -> dict[str, Any]:
    """The JSON schema of the config."""
    found: dict[str, Any] = load_manifest()["spec"]["connection_specification"]
    return found


def write_page(script: Path, page: Path, configs: Mapping[str, Any] | None) -> None:
    """Write the page.

    Args:
        script: json-editor.
        page: the file to write.
        configs: the page enters each of them, and reports what the form then says; None: a page that only shows.
    """
    spec = specification()
    given = {"schema": form_schema(spec), "groups": spec["groups"], "configs": configs}
    text = TEMPLATE.read_text("utf-8")
    page.write_text(text.replace("{library}", script.as_uri()).replace("{input}", json.dumps(given)), "utf-8")


def report(text: str) -> dict[str, Any]:
    """What the page found out about its form, from its HTML."""
    (found,) = REPORT.findall(text)
    parsed: dict[str, Any] = json.loads(html.unescape(found))
    return parsed


def form_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The spec, with Airbyte's words also in those of json-editor."""
    found = {**schema, **_words(schema)}
    if "properties" in schema:
        found["properties"] = {name: form_schema(part) for name, part in schema["properties"].items()}
    if "oneOf" in schema:
        found["oneOf"] = [form_schema(part) for part in schema["oneOf"]]
    return found


def _words(schema: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"options": {"hidden": "const" in schema or schema.get("airbyte_hidden", False)}}
    if "order" in schema:
        found["propertyOrder"] = schema["order"]
    if schema.get("airbyte_secret"):
        found["format"] = "password"
    if schema.get("type") == "boolean":
        found["format"] = "checkbox"
    if schema.get("type") == "string" and "examples" in schema:
        found["options"]["inputAttributes"] = {"placeholder": schema["examples"][0]}
    return found
