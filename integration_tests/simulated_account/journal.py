"""The log of all calls that the account has answered."""

import time
from collections import Counter
from typing import Any

from .api_call import QueryParameters
from .responses import ApiResponse


class RequestLog:
    """Keeps, per call.

    Method, path as requested, endpoint, query, status, real time in Unix seconds, buckets drawn on, rows, fault.
    """

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        """In the order in which they came."""

    def begin(self, method: str, path: str, query: QueryParameters) -> dict[str, Any]:
        """Notes a call that has come in; its other values are filled in while it is answered."""
        plain = {name: values[0] if len(values) == 1 else list(values) for name, values in query.items()}
        call: dict[str, Any] = {
            "method": method,
            "path": path,
            "endpoint": path,
            "query": plain,
            "status": None,
            "time": time.time(),
        }
        call |= {"buckets": [], "rows": None, "fault": None}
        self.calls.append(call)
        return call

    @staticmethod
    def end(call: dict[str, Any], response: ApiResponse) -> None:
        """Notes what the call was answered with."""
        call["status"] = response.status
        call["rows"] = None if response.rows is None else len(response.rows)

    def counts(self) -> dict[str, int]:
        """Calls per endpoint: `/api/v2/...` with placeholders, without `.json`."""
        return dict(Counter(str(call["endpoint"]) for call in self.calls))

    def forget(self) -> None:
        """Empties the log."""
        self.calls.clear()
