"""A lock, so that only one thread at a time evaluates the manifest's templates.

The CDK reads every rendered template with ``ast.literal_eval``. CPython 3.11 and 3.12 count that call's recursion in
one counter for all threads, so two concurrent calls may fail with "AST constructor recursion depth mismatch"
(https://github.com/python/cpython/issues/106905). A few evaluations a page cost nothing; a failed stream does.
"""

from __future__ import annotations

import threading

TEMPLATES = threading.RLock()
"""Hold it to evaluate url, parameters, headers, paginators or backoff of the manifest."""
