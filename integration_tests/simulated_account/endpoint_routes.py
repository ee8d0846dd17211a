"""Finds the endpoint of a path."""

from collections.abc import Iterable, Mapping

from .endpoints import ApiEndpoint

PREFIX = "/api/v2/"


class EndpointRoutes:
    """All endpoints by the number of parts of their paths; a part in braces matches anything."""

    def __init__(self, endpoints: Iterable[ApiEndpoint]) -> None:
        endpoints = list(endpoints)
        self._paths = {endpoint.path for endpoint in endpoints}
        self._exact: dict[str, ApiEndpoint] = {}
        self._open: dict[int, list[tuple[list[str], ApiEndpoint]]] = {}
        for endpoint in endpoints:
            if "{" not in endpoint.path:
                self._exact[endpoint.path] = endpoint
            else:
                parts = endpoint.path.split("/")
                self._open.setdefault(len(parts), []).append((parts, endpoint))

    def has(self, path: str) -> bool:
        """Whether an endpoint has just this path, placeholders included."""
        return path in self._paths

    def find(self, path: str) -> tuple[ApiEndpoint, Mapping[str, str]] | None:
        """The endpoint and the values of its placeholders, for a path without prefix and suffix."""
        exact = self._exact.get(path)
        if exact is not None:
            return exact, {}
        requested = path.split("/")
        for parts, endpoint in self._open.get(len(requested), []):
            if all(part == given or part.startswith("{") for part, given in zip(parts, requested, strict=True)):
                return endpoint, {
                    part[1:-1]: given for part, given in zip(parts, requested, strict=True) if part.startswith("{")
                }
        return None


def plain_path(path: str) -> str:
    """The path below `/api/v2/`, without `.json` and slashes at its end."""
    return path.removeprefix(PREFIX).removesuffix("/").removesuffix(".json")
