"""Assigns API calls to streams."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

BASE = "{{ config['base_url'] }}"


def carriers(stanzas: Iterable[Mapping[str, Any]], order: Sequence[str]) -> dict[str, list[str]]:
    """The endpoints of each stream, as the simulated account names them in its counts.

    Args:
        stanzas: the manifest's streams, references resolved.
        order: the streams; an endpoint that several of them read is the first one's. A stream without a stanza, such
            as the table of a custom object, has no endpoint of its own.
    """
    known = {stanza["name"]: _endpoints(stanza["retriever"]) for stanza in stanzas}
    free = dict.fromkeys(endpoint for stream in order for endpoint in known.get(stream, ()))
    found: dict[str, list[str]] = {}
    for stream in order:
        found[stream] = [endpoint for endpoint in dict.fromkeys(known.get(stream, ())) if endpoint in free]
        free = {endpoint: None for endpoint in free if endpoint not in found[stream]}
    return found


def _endpoints(retriever: Mapping[str, Any]) -> list[str]:
    return [_plain(url, parameters) for url, parameters in _urls(retriever)]


def _urls(part: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The URLs of a component and its nested components, each with its parameters."""
    if isinstance(part, list):
        for item in part:
            yield from _urls(item)
    if isinstance(part, Mapping):
        if isinstance(part.get("url"), str):
            yield part["url"], part["$parameters"]
        for name, value in part.items():
            if name != "$parameters":
                yield from _urls(value)


def _plain(url: str, parameters: Mapping[str, Any]) -> str:
    """The path of the URL, with `{ticket_id}` in place of an id."""
    path = re.sub(r"{{ parameters\['(\w+)'\] }}", lambda name: str(parameters[name[1]]), url.removeprefix(BASE))
    return re.sub(r"{{ stream_partition\['(\w+)'\] }}", r"{\1}", path).removesuffix(".json")
