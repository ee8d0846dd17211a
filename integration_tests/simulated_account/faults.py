"""What goes wrong on purpose: which call gets which fault, by a script or by chance."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from .api_call import QueryParameters

TRANSPORT = frozenset({"reset", "reset_body", "stall", "gzip_cut"})
BODY = frozenset({"truncated", "html", "wrong_type"})
PAGE = frozenset(
    {
        "no_key", "repeat_page", "stale_page", "empty_page", "reorder", "empty_object", "no_id", "null_cursor",
        "no_links", "no_cursor", "foreign_link", "lone_surrogate", "unknown_field", "large_page", "odd_members",
        "odd_values",
    }
)  # fmt: skip
STATUS = frozenset({"408", "409", "429", "500", "502", "503", "504", "520", "524"})
PASSING = (
    "429",
    "500",
    "502",
    "503",
    "504",
    "520",
    "524",
    "408",
    "409",
    "reset",
    "reset_body",
    "truncated",
    "html",
    "gzip_cut",
    "no_key",
)
"""What chance chooses from by default: faults that a second try gets over."""


@dataclass(frozen=True)
class ApiFault:
    """One fault.

    `retry_after` is the header's text ("date": an HTTP date two seconds on); empty for no header.
    `seconds` is how long a stall lasts, in real time.
    """

    name: str
    retry_after: str = ""
    seconds: float = 1.0


@dataclass(frozen=True)
class FaultStep:
    """One line of a script.

    The fault hits `times` calls, from the `call`-th (1 is the first) after the script was set.
    Only calls to `path` count (the endpoint below `/api/v2/`, with its placeholders), or all if it is empty;
    `match` narrows that to calls that have these query parameters.
    """

    fault: ApiFault
    path: str = ""
    call: int = 1
    times: int = 1
    match: Mapping[str, str] = field(default_factory=dict)

    def concerns(self, path: str, query: QueryParameters) -> bool:
        """Whether a call counts for this line."""
        if self.path and self.path != path:
            return False
        return all(value in query.get(name, ()) for name, value in self.match.items())


@dataclass
class FaultPlan:
    """All faults to come.

    `rate` is the share of calls that chance hits, with `kinds`, never more than `in_a_row` per endpoint.
    `largest_page` is the page size above which every call is answered with 504 (0: none), on `slow_paths` (empty: all).
    """

    script: list[FaultStep] = field(default_factory=list)
    rate: float = 0.0
    seed: int = 0
    kinds: tuple[str, ...] = PASSING
    in_a_row: int = 3
    largest_page: int = 0
    slow_paths: tuple[str, ...] = ()
    _seen: Counter[Any] = field(default_factory=Counter, init=False)
    _run: Counter[str] = field(default_factory=Counter, init=False)

    def next(self, path: str, query: QueryParameters) -> ApiFault | None:
        """The fault of the call that has just come in, if it gets one."""
        return self._too_large(path, query) or self._scripted(path, query) or self._chance(path)

    def _too_large(self, path: str, query: QueryParameters) -> ApiFault | None:
        if not self.largest_page or (self.slow_paths and path not in self.slow_paths):
            return None
        requested = next((query[name][0] for name in ("page[size]", "per_page", "limit") if name in query), "0")
        return ApiFault("504") if requested.isdigit() and int(requested) > self.largest_page else None

    def _scripted(self, path: str, query: QueryParameters) -> ApiFault | None:
        found = None
        for number, step in enumerate(self.script):
            if step.concerns(path, query):
                self._seen[number] += 1
                if step.call <= self._seen[number] < step.call + step.times:
                    found = found or step.fault
        return found

    def _chance(self, path: str) -> ApiFault | None:
        if not self.rate:
            return None
        self._seen[path] += 1
        rng = Random(f"{self.seed}:{path}:{self._seen[path]}")
        if rng.random() >= self.rate or self._run[path] >= self.in_a_row:
            self._run[path] = 0
            return None
        self._run[path] += 1
        name = rng.choice(self.kinds)
        return ApiFault(name, rng.choice(_RETRY_AFTER) if name in ("429", "503") else "")


_RETRY_AFTER = ("1", "0.5", "date", "")


def faults_from(given: Mapping[str, Any]) -> FaultPlan:
    """Faults from JSON.

    The lines of the script are flat: `{"fault": "503", "retry_after": "1", "path": ..., "call": 2}`.
    """
    more: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items() if name != "script"
    }
    return FaultPlan(**more, script=[_step(line) for line in given.get("script", ())])


def _step(line: Mapping[str, Any]) -> FaultStep:
    fault = ApiFault(str(line["fault"]), str(line.get("retry_after", "")), float(line.get("seconds", 1.0)))
    if fault.name not in TRANSPORT | BODY | PAGE | STATUS:
        raise ValueError(f"unknown fault {fault.name}")
    known = {name: line[name] for name in ("path", "call", "times", "match") if name in line}
    return FaultStep(fault, **known)
