import pytest

from source_zendesk_support.manifest import Stanzas
from unit_tests.components.parts import stanzas


def test_what_streams_need_is_known_without_building_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` asks it of every stream for each of its probes, and building one takes milliseconds."""
    monkeypatch.setattr(Stanzas, "pages", None)
    assert stanzas().requires("article_votes") == "Guide"
    assert stanzas().requires("audit_logs") == "the audit log (Enterprise)"
    assert stanzas().requires("tickets") == ""
