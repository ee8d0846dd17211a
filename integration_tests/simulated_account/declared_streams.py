"""The streams that manifest.yaml declares, read as plain YAML: what an endpoint, its rows and a test case follow from.

Nothing of the package is imported: what it must do is not worked out by its own code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson
import yaml

_ROOT = Path(__file__).parents[2]
MANIFEST = _ROOT / "manifest.yaml"
EXAMPLES = Path(__file__).parent / "examples"
GUIDE_PATHS = ("help_center/", "community/")
"""How the paths of the Help Center begin."""
CURSOR, OFFSET, IDS, ONE_ANSWER, EXPORT = "cursor", "offset", "ids", "one answer", "export"
_PAGINGS = {"page[after]": CURSOR, "page": OFFSET, "since_id": IDS}
"""How a list is paged, by the parameter that names the next page; an export has another one, or none."""
SUBDOMAIN = "subdomain"
"""The key of rows of which an account has one: the connector sets it, no endpoint serves it."""
_KEYS_OF_ONE_ROW = (SUBDOMAIN, "current_timestamp")
_PARAMETER = re.compile(r"{{ *parameters\['(\w+)'\] *}}")
_PARENT = re.compile(r"{{ *stream_partition\['(\w+)'\] *}}")

Record = dict[str, Any]
Definition = Mapping[str, Any]


@dataclass(frozen=True)
class DeclaredStream:
    """A stanza of the manifest with its family resolved, and the stream's example row.

    Args:
        family: the definition that the stanza refers to.
        parameters: what the stanza says of its own.
        definition: the family, every reference resolved.
        example: one full row, as it must leave the connector.
    """

    family: str
    parameters: Definition
    definition: Definition
    example: Record

    @property
    def name(self) -> str:
        return str(self.parameters["name"])

    @property
    def records(self) -> str:
        """The key under which the rows stand; empty if they are the whole answer."""
        return str(self.parameters.get("records", ""))

    @property
    def requires(self) -> str:
        return str(self.definition.get("requires", ""))

    @property
    def cursor_field(self) -> str:
        """Empty if the stream has no incremental mode."""
        return str(self.parameters.get("cursor_field", "")) if "incremental_sync" in self.definition else ""

    @cached_property
    def primary_key(self) -> tuple[str, ...]:
        key = self.parameters.get("primary_key") or ()
        return (key,) if isinstance(key, str) else tuple(key)

    @property
    def key(self) -> str:
        """The field that tells rows apart; empty if there is one row only, whose key the connector sets."""
        last = self.primary_key[-1] if self.primary_key else ""
        return "" if last in _KEYS_OF_ONE_ROW else last

    @property
    def has_text_key(self) -> bool:
        return isinstance(self.example.get(self.key), str)

    @cached_property
    def _own(self) -> tuple[str, Definition]:
        """The request that brings the stream's own rows: the one with the most parents in its path, or of that name."""
        own = self.parameters.get("endpoint")
        return max(
            _requests(self.definition, self.parameters), key=lambda request: (request[0].count("{"), request[0] == own)
        )

    @cached_property
    def wire_path(self) -> str:
        """The path of the stream's own rows below `/api/v2/`, as it is requested: `posts/{post_id}/votes.json`."""
        return self._own[0]

    @cached_property
    def path(self) -> str:
        """The same without `.json`."""
        return plain_path(self.wire_path)

    @cached_property
    def parents(self) -> tuple[str, ...]:
        """The placeholders of the path, from the outermost in."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def sideload(self) -> str:
        """What is requested by `include=`, if the stream is embedded in the rows of another one; else empty."""
        return str(self.parameters.get("include", ""))

    @cached_property
    def embedded(self) -> tuple[tuple[str, str], ...]:
        """The lists in which the rows are inside those of another stream, each with the column of its holder's id."""
        extractor = self.definition["retriever"].get("record_selector", {}).get("extractor", {})
        return tuple(zip(extractor.get("path", ()), extractor.get("parents", ()), strict=True))

    @property
    def include(self) -> str:
        """The sideload that a child's parents are requested with; they hold the children then."""
        return str(self.definition.get("include", "")) if self.parents else ""

    @cached_property
    def filled(self) -> str:
        """The column in which a child names its parent, filled by the connector; empty if there is none."""
        fills: Definition = self.parameters.get("fills") or next(_values(self.definition, "fills"), {})
        parent = self.parents[-1] if self.parents else "id" if self.sideload else ""
        return next((column for column, source in fills.items() if source == parent), "")

    @cached_property
    def paging(self) -> str:
        """How the list of the stream's own rows is paged."""
        paginator = self._own[1]
        option = paginator.get("page_token_option", {})
        if not paginator or option.get("type") == "RequestPath":
            return ONE_ANSWER
        return _PAGINGS.get(option.get("field_name", ""), EXPORT)

    @property
    def sends_page_size(self) -> bool:
        return "page_size_option" in self._own[1]

    @cached_property
    def deletion_mark(self) -> str:
        """The field that says that a row is deleted; empty if rows vanish."""
        return next((str(mark) for mark in _values(self.definition, "deletion_mark")), "")


def holder_of(stream: DeclaredStream, streams: Mapping[str, DeclaredStream]) -> DeclaredStream:
    """The stream in whose rows this one's are embedded."""
    return next(
        each
        for each in streams.values()
        if (each.path, each.records, each.embedded) == (stream.path, stream.records, ())
    )


def plain_path(path: str) -> str:
    """A path without `.json` and slashes at its end."""
    return path.removesuffix("/").removesuffix(".json")


def load_manifest(path: Path = MANIFEST) -> Record:
    """The manifest as it is written."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    manifest: Record = yaml.load(path.read_text("utf-8"), loader)  # noqa: S506  one of the two safe loaders
    return manifest


def parent_of(stream: DeclaredStream, streams: Mapping[str, DeclaredStream]) -> DeclaredStream:
    """The stream to whose rows this one's belong: that of the list above it, else the one with the list's name."""
    above = stream.path if stream.sideload else parents_path(stream)
    listing = (each for each in streams.values() if each.path == above and not each.sideload)
    return next(listing, None) or streams[above.rpartition("/")[2]]


def lists_with_rows(stream: DeclaredStream, streams: Mapping[str, DeclaredStream]) -> Mapping[str, str]:
    """The lists in a stream's rows whose members are another stream's rows, each with an id of its own; that stream."""
    return {
        other.embedded[0][0]: other.name for other in streams.values() if other.embedded and other.path == stream.path
    }


def parents_path(stream: DeclaredStream) -> str:
    """The path of the list of the stream's parents."""
    return stream.path.rpartition("/{")[0]


def load_example(stream: str, folder: Path = EXAMPLES) -> Record:
    """The stream's example row."""
    row: Record = orjson.loads((folder / f"{stream}.json").read_bytes())
    return row


@cache
def declared_streams() -> Mapping[str, DeclaredStream]:
    """The streams of the package's manifest by name, in its order; every account is made from the same ones."""
    return MappingProxyType(streams_of(load_manifest()))


def streams_of(manifest: Definition, examples: Path = EXAMPLES) -> dict[str, DeclaredStream]:
    """The streams of a manifest by name, in its order."""
    families: dict[str, Definition] = {}
    found = {}
    for stanza in manifest["streams"]:
        reference = str(stanza["$ref"])
        if reference not in families:
            families[reference] = _resolved(manifest, {"$ref": reference})
        own = _resolved(manifest, {name: value for name, value in stanza.items() if name != "$ref"})
        parameters = {**families[reference].get("$parameters", {}), **own["$parameters"]}
        family = reference.rpartition("/")[2]
        example = load_example(str(parameters["name"]), examples)
        stream = DeclaredStream(family, parameters, {**families[reference], **own}, example)
        found[stream.name] = stream
    return found


def _resolved(manifest: Definition, value: Any) -> Any:
    """A value with every `$ref` replaced by what it names; keys beside it win, as in the CDK."""
    if isinstance(value, list):
        return [_resolved(manifest, each) for each in value]
    if isinstance(value, str) and value.startswith("#/"):
        return _resolved(manifest, _named(manifest, value))
    if not isinstance(value, dict):
        return value
    own = {name: _resolved(manifest, each) for name, each in value.items() if name != "$ref"}
    if "$ref" not in value:
        return own
    base = _resolved(manifest, _named(manifest, value["$ref"]))
    return {**base, **own} if isinstance(base, dict) else base


def _named(manifest: Definition, reference: str) -> Any:
    found: Any = manifest
    for part in reference.removeprefix("#/").split("/"):
        found = found[int(part)] if isinstance(found, list) else found[part]
    return found


def _requests(value: Any, parameters: Definition) -> Iterator[tuple[str, Definition]]:
    """Path and paginator of every retriever; parameters beside it go before those of what it belongs to."""
    for each in value if isinstance(value, list) else []:
        yield from _requests(each, parameters)
    if isinstance(value, dict):
        nearest = {**parameters, **value.get("$parameters", {})}
        if "requester" in value:
            url = _PARAMETER.sub(lambda match: str(nearest[match[1]]), value["requester"]["url"])
            yield _PARENT.sub(r"{\1}", url).partition("/api/v2/")[2], value.get("paginator") or {}
        for each in value.values():
            yield from _requests(each, nearest)


def _values(value: Any, name: str) -> Iterator[Any]:
    """Every value under that name, at any depth."""
    if isinstance(value, dict):
        if name in value:
            yield value[name]
        for each in value.values():
            yield from _values(each, name)
    if isinstance(value, list):
        for each in value:
            yield from _values(each, name)
