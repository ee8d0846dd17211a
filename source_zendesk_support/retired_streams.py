"""Streams of other connectors that are renamed or not offered here."""

from __future__ import annotations

RETIRED_STREAMS = {"tickets_search": "it was an incomplete copy of tickets; use tickets"}
RENAMED_STREAMS = {
    "calls": "talk_calls",
    "call_legs": "talk_call_legs",
    "phone_numbers": "talk_phone_numbers",
    "accounts": "chat_account",
    "agents": "chat_agents",
    "departments": "chat_departments",
    "shortcuts": "chat_shortcuts",
}
"""Names in the connectors for Talk and Chat."""


def with_current_name(stream: str) -> str:
    """A stream's name, and its current name if it was renamed."""
    return f"{stream} (here {RENAMED_STREAMS[stream]})" if stream in RENAMED_STREAMS else stream
