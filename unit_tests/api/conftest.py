from collections.abc import Iterator

import pytest
import requests_mock
from airbyte_cdk.utils.airbyte_secrets_utils import update_secrets

from source_zendesk_support.api import oauth
from unit_tests.account import NOW
from unit_tests.clocks import FakeTime


@pytest.fixture
def mocker(monkeypatch: pytest.MonkeyPatch) -> Iterator[requests_mock.Mocker]:
    """A token endpoint, at the account's time."""
    monkeypatch.setattr(oauth, "time", FakeTime(NOW))
    with requests_mock.Mocker() as running:
        yield running
    update_secrets([])
