"""Airbyte source connector for Zendesk: Support, Guide, Talk and Chat."""

from source_zendesk_support.source import SourceZendeskSupport

__all__ = ["SourceZendeskSupport"]
