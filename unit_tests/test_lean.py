from typing import Any

import pytest
import serpyco_rs
from airbyte_cdk.models import (
    AirbyteConnectionStatus,
    AirbyteLogMessage,
    AirbyteMessage,
    AirbyteMessageSerializer,
    AirbyteStateStats,
    AirbyteStream,
    AirbyteStreamStatus,
    ConnectorSpecification,
    Level,
    Status,
    Type,
)
from airbyte_cdk.utils.stream_status_utils import as_airbyte_message

from source_zendesk_support.errors import config_error
from source_zendesk_support.startup import LazySerializer, as_json_value, lazy_serializers
from unit_tests.reading import state_of
from unit_tests.test_catalog import discovered


def state() -> AirbyteMessage:
    message = state_of("tickets", {"generated_timestamp": "1719900000", "cursor": "c", "v": 1})
    message.sourceStats = AirbyteStateStats(recordCount=5.0)
    return AirbyteMessage(type=Type.STATE, state=message)


MESSAGES = {
    "log": AirbyteMessage(type=Type.LOG, log=AirbyteLogMessage(level=Level.WARN, message="hi")),
    "spec": AirbyteMessage(type=Type.SPEC, spec=ConnectorSpecification(connectionSpecification={"type": "object"})),
    "check": AirbyteMessage(
        type=Type.CONNECTION_STATUS, connectionStatus=AirbyteConnectionStatus(status=Status.FAILED, message="no")
    ),
    "catalog": AirbyteMessage(type=Type.CATALOG, catalog=discovered()),
    "state": state(),
    "status": as_airbyte_message(AirbyteStream("tags", {}, []), AirbyteStreamStatus.RUNNING),
    "error": config_error("Wrong.", stream="tags").as_airbyte_message(),
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_message_is_as_the_cdk_would_write_it(kind: str) -> None:
    assert as_json_value(MESSAGES[kind]) == AirbyteMessageSerializer.dump(MESSAGES[kind])


def test_serializer_is_made_when_it_is_first_used(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []

    def make(*args: Any, **options: Any) -> Any:
        made.append(args)
        return serpyco_rs.Serializer(*args, **options)

    monkeypatch.setattr("source_zendesk_support.startup._REAL", make)
    lazy = LazySerializer(AirbyteLogMessage, omit_none=True)
    assert made == []
    assert lazy.dump(AirbyteLogMessage(level=Level.INFO, message="hi")) == {"level": "INFO", "message": "hi"}
    assert made == [(AirbyteLogMessage,)]


def test_serializers_are_real_again_afterwards() -> None:
    real = serpyco_rs.Serializer
    with lazy_serializers():
        within: object = serpyco_rs.Serializer
    after: object = serpyco_rs.Serializer
    assert (within, after) == (LazySerializer, real)
