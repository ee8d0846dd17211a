"""Reads streams through the CDK's stock entry point, and shows what came out in plain values."""

from collections.abc import Mapping, Sequence
from typing import Any

from airbyte_cdk.models import (
    AirbyteRecordMessage,
    AirbyteStateBlob,
    AirbyteStateMessage,
    AirbyteStateType,
    AirbyteStreamState,
    ConfiguredAirbyteCatalog,
    StreamDescriptor,
    SyncMode,
)
from airbyte_cdk.test.catalog_builder import CatalogBuilder
from airbyte_cdk.test.entrypoint_wrapper import EntrypointOutput, ExpectedOutcome
from airbyte_cdk.test.entrypoint_wrapper import read as read_with_cdk

from source_zendesk_support.source import SourceZendeskSupport

CONFIG: dict[str, Any] = {
    "subdomain": "acme",
    "credentials": {"credentials": "api_token", "email": "jo@example.com", "api_token": "made-up"},
    "start_date": "2024-01-01T00:00:00Z",
}
REFRESH: dict[str, Any] = {
    "credentials": "oauth2_refresh",
    "client_id": "id",
    "client_secret": "b-secret",
    "refresh_token": "c-secret",
}
"""Credentials whose access token is renewed."""
State = dict[str, Any]


class Outcome:
    """What a sync said; a stream need not be named if it is the only one."""

    def __init__(self, output: EntrypointOutput, streams: Sequence[str]) -> None:
        self._output = output
        self._streams = streams

    def records(self, stream: str = "") -> list[dict[str, Any]]:
        name, records = self._name(stream), (message.record for message in self._output.records)
        return [dict(record.data) for record in records if record and record.stream == name]

    def ids(self, stream: str = "") -> list[Any]:
        return [record["id"] for record in self.records(stream)]

    @property
    def messages(self) -> list[AirbyteRecordMessage]:
        """All records as they left."""
        return [message.record for message in self._output.records if message.record]

    def states(self, stream: str = "") -> list[State]:
        name, streams = (
            self._name(stream),
            (message.state.stream for message in self._output.state_messages if message.state),
        )
        return [
            dict(vars(state.stream_state))
            for state in streams
            if state and state.stream_state and state.stream_descriptor.name == name
        ]

    def state(self, stream: str = "") -> State:
        """The last one."""
        return self.states(stream)[-1]

    def counts(self, stream: str = "") -> list[float | None]:
        """`sourceStats.recordCount` of each STATE."""
        name, states = self._name(stream), (message.state for message in self._output.state_messages)
        return [
            state.sourceStats.recordCount if state.sourceStats else None
            for state in states
            if state and state.stream and state.stream.stream_descriptor.name == name
        ]

    def statuses(self, stream: str = "") -> list[str]:
        return [status.name for status in self._output.get_stream_statuses(self._name(stream))]

    @property
    def order(self) -> list[str]:
        """Streams of RECORD and STATE messages in the order in which they left: `tags` and `tags STATE`."""
        found = []
        for message in self._output.records_and_state_messages:
            if message.record:
                found.append(message.record.stream)
            elif message.state and message.state.stream:
                found.append(f"{message.state.stream.stream_descriptor.name} STATE")
        return found

    @property
    def warnings(self) -> list[str]:
        return self._logged("WARN")

    @property
    def infos(self) -> list[str]:
        return self._logged("INFO")

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Failure type and message of every error trace."""
        errors = (message.trace.error for message in self._output.errors if message.trace)
        return [(error.failure_type.value if error.failure_type else "", error.message) for error in errors if error]

    @property
    def stream_errors(self) -> list[tuple[str, str, str]]:
        """Stream, failure type and message of every error trace that names a stream."""
        errors = (message.trace.error for message in self._output.errors if message.trace)
        return [
            (error.stream_descriptor.name, error.failure_type.value if error.failure_type else "", error.message)
            for error in errors
            if error and error.stream_descriptor
        ]

    def _name(self, stream: str) -> str:
        if stream:
            return stream
        (only,) = self._streams
        return only

    def _logged(self, level: str) -> list[str]:
        logs = (message.log for message in self._output.logs)
        return [log.message for log in logs if log and log.level.value == level]


def catalog_of(streams: Sequence[str], mode: SyncMode = SyncMode.incremental) -> ConfiguredAirbyteCatalog:
    builder = CatalogBuilder()
    for stream in streams:
        builder.with_stream(stream, mode)
    return builder.build()


def state_of(stream: str, blob: State) -> AirbyteStateMessage:
    descriptor = StreamDescriptor(name=stream)
    return AirbyteStateMessage(
        type=AirbyteStateType.STREAM,
        stream=AirbyteStreamState(stream_descriptor=descriptor, stream_state=AirbyteStateBlob(blob)),
    )


def read(
    *streams: str,
    state: Mapping[str, State] | None = None,
    saved: State | None = None,
    mode: SyncMode = SyncMode.incremental,
    fails: bool = False,
    **config: Any,
) -> Outcome:
    """One sync of these streams; `state` is that of several of them, `saved` that of the only one."""
    blobs = dict.fromkeys(streams, saved) if saved is not None else state or {}
    states = [state_of(stream, blob) for stream, blob in blobs.items()]
    whole = {**CONFIG, **config}
    catalog = catalog_of(streams, mode)
    source = SourceZendeskSupport(catalog=catalog, config=whole, state=states)
    outcome = ExpectedOutcome.EXPECT_EXCEPTION if fails else ExpectedOutcome.EXPECT_SUCCESS
    return Outcome(read_with_cdk(source, whole, catalog, states, expected_outcome=outcome), streams)
