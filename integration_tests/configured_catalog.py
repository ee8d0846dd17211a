"""Configured catalogs, made of what `discover` says."""

from collections.abc import Collection, Iterable

from integration_tests.command_output import Json


def configured(streams: Iterable[Json], full_refresh: Collection[str] = (), destination: str = "append") -> Json:
    """A catalog of these discovered streams: incremental if they can be, unless they are named."""
    return {"streams": [_configured(stream, stream["name"] in full_refresh, destination) for stream in streams]}


def unknown(name: str) -> Json:
    """A stream as a catalog holds it that was made by another connector."""
    modes = ["full_refresh", "incremental"]
    return {"name": name, "json_schema": {"type": "object", "properties": {}}, "supported_sync_modes": modes}


def _configured(stream: Json, full: bool, destination: str) -> Json:  # noqa: FBT001  a word of the catalog
    incremental = "incremental" in stream["supported_sync_modes"] and not full
    return {
        "stream": stream,
        "sync_mode": "incremental" if incremental else "full_refresh",
        "destination_sync_mode": destination,
    }
