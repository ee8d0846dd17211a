"""Airbyte source connector for Zendesk: Support, Guide, Talk and Chat."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import would keep the process deaf to signals for some milliseconds more
if TYPE_CHECKING:
    from source_zendesk_support.source import SourceZendeskSupport

__all__ = ["SourceZendeskSupport"]


def __getattr__(name: str) -> object:
    """Import the source when it is asked for: the entry point sets things up before airbyte-cdk is imported."""
    if name != "SourceZendeskSupport":
        raise AttributeError(name)
    from source_zendesk_support.source import SourceZendeskSupport  # noqa: PLC0415  see above

    return SourceZendeskSupport
