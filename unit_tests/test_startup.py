import gc
import platform
import subprocess
import sys
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
from source_zendesk_support.startup import LazySerializer, as_json_value, lazy_serializers, share_one_heap
from unit_tests.reading import state_of
from unit_tests.test_catalog import discovered


def state() -> AirbyteMessage:
    message = state_of("tickets", {"generated_timestamp": "1719900000", "cursor": "c", "v": 1})
    message.sourceStats = AirbyteStateStats(recordCount=5.0)
    return AirbyteMessage(type=Type.STATE, state=message)


def messages() -> dict[str, AirbyteMessage]:
    verdict = AirbyteConnectionStatus(status=Status.FAILED, message="no")
    spec = ConnectorSpecification(connectionSpecification={"type": "object"})
    return {
        "log": AirbyteMessage(type=Type.LOG, log=AirbyteLogMessage(level=Level.WARN, message="hi")),
        "spec": AirbyteMessage(type=Type.SPEC, spec=spec),
        "check": AirbyteMessage(type=Type.CONNECTION_STATUS, connectionStatus=verdict),
        "catalog": AirbyteMessage(type=Type.CATALOG, catalog=discovered()),
        "state": state(),
        "status": as_airbyte_message(AirbyteStream("tags", {}, []), AirbyteStreamStatus.RUNNING),
        "error": config_error("Wrong.", stream="tags").as_airbyte_message(),
    }


def printed(program: str) -> str:
    """What a process of its own prints."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def test_messages_are_as_the_cdk_would_write_them() -> None:
    for kind, message in messages().items():
        assert as_json_value(message) == AirbyteMessageSerializer.dump(message), kind


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


def test_serializers_are_built_without_reading_source_files() -> None:
    program = (
        "import inspect, source_zendesk_support.run\n"
        "from airbyte_cdk.models import AirbyteLogMessage, Level\n"
        "from source_zendesk_support.startup import LazySerializer\n"
        "read = []\n"
        "inspect.getsource = read.append\n"
        "LazySerializer(AirbyteLogMessage, omit_none=True).dump(AirbyteLogMessage(level=Level.INFO, message='hi'))\n"
        "print(read)\n"
    )
    assert printed(program) == "[]\n"


def test_serializers_are_real_again_afterwards() -> None:
    real = serpyco_rs.Serializer
    with lazy_serializers():
        within: object = serpyco_rs.Serializer
    after: object = serpyco_rs.Serializer
    assert (within, after) == (LazySerializer, real)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="options of glibc")
def test_threads_share_one_heap() -> None:
    assert share_one_heap() is True


def test_other_c_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _name: object())
    assert share_one_heap() is False


def test_program_collects_rarely_and_not_what_it_imported() -> None:
    program = (
        "import gc, source_zendesk_support.run\n"
        "assert not gc.isenabled()\n"
        "source_zendesk_support.run.memory.after_imports()\n"
        "print(gc.isenabled(), gc.get_threshold()[0], gc.get_freeze_count() > 50_000)\n"
    )
    assert printed(program) == "True 200000 True\n"
    assert gc.isenabled()
