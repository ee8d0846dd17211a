"""Airbyte source connector for Zendesk: Support, Guide, Talk and Chat."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import would delay signal handling by some milliseconds
if TYPE_CHECKING:
    from source_zendesk_support.source import SourceZendeskSupport

__all__ = ["SourceZendeskSupport"]


def __getattr__(name: str) -> object:
    """Import the source on demand: the entry point must configure the process before airbyte-cdk is imported."""
    if name != "SourceZendeskSupport":
        raise AttributeError(name)
    from source_zendesk_support.source import SourceZendeskSupport  # noqa: PLC0415  see above

    return SourceZendeskSupport
