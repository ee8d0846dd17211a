"""Has the CDK read the values of templates in one thread at a time.

The CDK reads every rendered template with ``ast.literal_eval``. CPython 3.11 and 3.12 count that call's recursion in
one counter for all threads, so two concurrent calls may fail with "AST constructor recursion depth mismatch"
(https://github.com/python/cpython/issues/106905). A few evaluations a page cost nothing; a failed stream does.

The lock is where the CDK makes the call, because templates are evaluated in many places: in requests, schemas and
transformations, and while components are built.
"""

from __future__ import annotations

import threading
from typing import Any

from airbyte_cdk.sources.declarative.interpolation.jinja import JinjaInterpolation

_LOCK = threading.RLock()
_literal_eval = JinjaInterpolation._literal_eval  # noqa: SLF001  the CDK has no public place for a lock


def _literal_eval_alone(self: JinjaInterpolation, result: str | None, valid_types: tuple[type[Any]] | None) -> Any:
    with _LOCK:
        return _literal_eval(self, result, valid_types)


def one_thread_at_a_time() -> None:
    """Install the lock, for all templates of the process."""
    setattr(JinjaInterpolation, "_literal_eval", _literal_eval_alone)  # noqa: B010  an assignment would need two pragmas
