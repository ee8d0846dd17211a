"""What Zendesk answers: pages of tickets with their metrics, and of groups."""

from typing import Any

from unit_tests.account import cursor_page

TICKETS = "/api/v2/incremental/tickets/cursor"
ALL = "per_page=1000&support_type_scope=all"
FIRST = f"{TICKETS}?per_page=1000&start_time=1704067200&support_type_scope=all"
BOTH = f"{TICKETS}?include=metric_sets&per_page=1000&start_time=1704067200&support_type_scope=all"
GROUPS = "/api/v2/groups?exclude_deleted=false&page[size]=100"
SECOND_GROUPS = "/api/v2/groups?exclude_deleted=false&page[after]=p2&page[size]=100"
JUNE_1, JUNE_3 = 1717200000, 1717372800


def tickets(*rows: tuple[int, int], cursor: str = "c1", end: bool = True) -> Any:
    made = [{"id": key, "generated_timestamp": moment, "metric_set": {"id": -key}} for key, moment in rows]
    return {"tickets": made, "after_cursor": cursor, "end_of_stream": end}


def groups(*keys: int, after: str | None = None) -> Any:
    return cursor_page("groups", ({"id": key, "updated_at": "2024-06-01T00:00:00Z"} for key in keys), after)
