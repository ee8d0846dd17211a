"""Whatever happens to an account and to its syncs, no living row is marked, and every dead one in the end."""

from dataclasses import dataclass, field
from typing import Any

import pytest
import requests_mock
from hypothesis import given
from hypothesis import strategies as st

from unit_tests.account import DATE
from unit_tests.examples import examples
from unit_tests.reading import Outcome, State, read

MARK = "_ab_cdc_deleted_at"
MOST = 8
FORBIDDEN = (403, {"error": "Forbidden"})
NOT_FOUND = (404, {"error": "RecordNotFound"})
BROKEN = (500, {"error": "Broken"})

BEFORE = [*(("add", key) for key in range(1, 6)), ("sync", "whole")]
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, MOST)),
        st.tuples(st.just("change"), st.integers(1, MOST)),
        st.tuples(st.just("delete"), st.integers(1, MOST)),
        st.tuples(st.just("restore"), st.integers(1, MOST)),
        st.tuples(st.just("role"), st.sampled_from(["admin", "agent"])),
        st.tuples(st.just("sync"), st.sampled_from(["whole", "cut", "refused", "no rows by id"])),
    ),
    min_size=3,
    max_size=14,
)


@dataclass
class MacroAccount:
    """Macros in pages of two; an agent does not see those with an odd id."""

    rows: dict[int, str] = field(default_factory=dict)
    deleted: dict[int, str] = field(default_factory=dict)
    role: str = "admin"
    way: str = "whole"
    clock: int = 0

    def touch(self, key: int) -> None:
        self.clock += 1
        self.rows[key] = f"2024-06-01T{self.clock // 60:02}:{self.clock % 60:02}:00Z"

    def happen(self, event: str, value: Any) -> None:
        if event == "role":
            self.role = value
        elif event == "delete" and value in self.rows:
            self.deleted[value] = self.rows.pop(value)
        elif event == "restore" and value in self.deleted:
            self.rows.setdefault(value, self.deleted.pop(value))
        elif event == "change" or (event == "add" and value not in self.rows):
            self.touch(value)

    @property
    def visible(self) -> list[int]:
        return [key for key in sorted(self.rows) if self.role == "admin" or key % 2 == 0]

    def response(self, request: Any, context: Any) -> Any:
        context.headers["Date"] = DATE
        context.status_code, body = self._response(request.path.removeprefix("/api/v2/"), request.qs)
        return body

    def _response(self, path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        if path == "users/me":
            return 200, {"user": {"id": 1, "role": self.role}}
        if path.startswith("macros/"):
            return self._row(int(path.partition("/")[2]))
        if path != "macros":
            return 200, {"settings": {}}
        after = int(query.get("page[after]", ["0"])[0])
        if self.way == "refused" or (self.way == "cut" and after):
            return FORBIDDEN if self.way == "refused" else BROKEN
        page = [key for key in self.visible if key > after][:2]
        more = bool(page) and page[-1] != self.visible[-1]
        rows = [{"id": key, "updated_at": self.rows[key]} for key in page]
        return 200, {"macros": rows, "meta": {"has_more": more, "after_cursor": str(page[-1]) if more else None}}

    def _row(self, key: int) -> tuple[int, Any]:
        if self.way == "no rows by id" or key not in self.visible:
            return NOT_FOUND
        return 200, {"macro": {"id": key}}


class Table:
    """The destination's table, and the connection's state."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[str, Any]] = {}
        self.state: State | None = None

    def take(self, outcome: Outcome) -> None:
        for row in outcome.records("macros"):
            before = self.rows.get(row["id"])
            assert not row.get(MARK) or before is None or before["updated_at"] <= row["updated_at"]
            self.rows[row["id"]] = row
        self.state = outcome.state("macros") if outcome.states("macros") else self.state

    @property
    def living(self) -> set[int]:
        return {key for key, row in self.rows.items() if not row.get(MARK)}


@examples(60)
@pytest.mark.usefixtures("no_waits")
@given(events=EVENTS)
def test_the_table_equals_the_account_after_every_complete_sync(events: list[tuple[str, Any]]) -> None:
    account, table, forgotten = MacroAccount(), Table(), set[int]()
    with requests_mock.Mocker() as mocker:
        mocker.register_uri(requests_mock.ANY, requests_mock.ANY, json=account.response)
        for kind, value in [*BEFORE, *events, ("sync", "whole"), ("sync", "whole")]:
            if kind == "sync":
                _sync(account, table, value, forgotten)
            else:
                account.happen(kind, value)


def _sync(account: MacroAccount, table: Table, way: str, forgotten: set[int]) -> None:
    account.way = way
    cut, is_resumed = way == "cut" and len(account.visible) > 2, "next" in (table.state or {})
    saved = {"macros": table.state} if table.state else None
    is_learning = "learning" in (table.state or {}).get("known", {"learning": "whole"})
    outcome = read("macros", state=saved, tombstones=True, fails=cut)
    before = table.living
    table.take(outcome)
    assert not [row for row in outcome.records() if row.get(MARK) and row["id"] in account.rows]
    if cut or way == "refused":
        return
    if outcome.warnings or is_learning:  # an empty list, or another role: what did not come is in doubt, or forgotten
        forgotten |= before - set(account.visible)
    assert set(account.visible) <= table.living
    if not is_resumed:  # rows of its first pages may have been deleted since; the next pass finds them
        assert table.living - forgotten == set(account.visible) - forgotten
