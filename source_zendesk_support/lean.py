"""Start-up without what a command does not need.

airbyte-cdk builds eight serializers when it is imported; the one for AirbyteMessage alone costs as much CPU time as
reading 8,000 tickets. ``lazy_serializers`` postpones each to its first use, and ``plain`` does without the big one.
This touches one name outside of the CDK's public doors (``serpyco_rs.Serializer``); if an upgrade moves it, the tests
of this file fail.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from functools import cached_property, partial
from typing import Any

import serpyco_rs


class LazySerializer:
    """A serializer that is made when it is first used; takes what ``serpyco_rs.Serializer`` takes."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._make = partial(_REAL, *args, **options)

    def __class_getitem__(cls, item: object) -> type[LazySerializer]:
        """The CDK annotates its serializers."""
        return cls

    def __getattr__(self, name: str) -> Any:
        """Whatever the real one has."""
        return getattr(self._real, name)

    @cached_property
    def _real(self) -> Any:
        return self._make()


_REAL = serpyco_rs.Serializer


@contextmanager
def lazy_serializers() -> Iterator[None]:
    """Modules imported within get lazy serializers."""
    serpyco_rs.Serializer = LazySerializer  # type: ignore[assignment, misc]
    try:
        yield
    finally:
        serpyco_rs.Serializer = _REAL  # type: ignore[misc]


def plain(value: Any) -> Any:
    """A message of the protocol as JSON values, just as the CDK's own serializer makes them: without nulls."""
    if type(value).__name__ == "AirbyteStateBlob":
        return value.__dict__
    if dataclasses.is_dataclass(value):
        pairs = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {name.rstrip("_"): plain(inner) for name, inner in pairs if inner is not None}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value
