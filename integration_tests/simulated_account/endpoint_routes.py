"""Finds the endpoint of a path."""

from collections.abc import Iterable, Mapping

from . import declared_streams
from .endpoints import ApiEndpoint

PREFIX = "/api/v2/"


class EndpointRoutes:
    """All endpoints by the number of parts of their paths; a part in braces matches anything."""

    def __init__(self, endpoints: Iterable[ApiEndpoint]) -> None:
        self._by_path = {endpoint.path: endpoint for endpoint in endpoints}
        self._open: dict[int, list[tuple[list[str], ApiEndpoint]]] = {}
        for path, endpoint in self._by_path.items():
            if "{" in path:
                parts = path.split("/")
                self._open.setdefault(len(parts), []).append((parts, endpoint))

    def has(self, path: str) -> bool:
        """Whether an endpoint has just this path, placeholders included."""
        return path in self._by_path

    def find(self, path: str) -> tuple[ApiEndpoint, Mapping[str, str]] | None:
        """The endpoint and the values of its placeholders, for a path without prefix and suffix."""
        if path in self._by_path:
            return self._by_path[path], {}
        requested = path.split("/")
        for parts, endpoint in self._open.get(len(requested), []):
            different = {part: given for part, given in zip(parts, requested, strict=True) if part != given}
            if all(part.startswith("{") for part in different):
                return endpoint, {part[1:-1]: given for part, given in different.items()}
        return None


def plain_path(path: str) -> str:
    """The path below `/api/v2/`, without `.json` and slashes at its end."""
    return declared_streams.plain_path(path.removeprefix(PREFIX))
