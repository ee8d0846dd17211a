"""The CDK's standard acceptance suite: spec, check good and bad, discover, read of every stream against its schema."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from airbyte_cdk.test.models import ConnectorTestScenario
from airbyte_cdk.test.standard_tests import SourceTestSuiteBase
from airbyte_cdk.test.standard_tests.pytest_hooks import pytest_generate_tests  # noqa: F401  pytest finds it by its name

from integration_tests.accounts import running_account
from integration_tests.conftest import CHAT
from integration_tests.simulated_account import SimulatedAccount
from source_zendesk_support import SourceZendeskSupport

GENERATED = Path(__file__).parent / ".generated"
"""Where acceptance-test-config.yml has its configs; ignored by git."""


@pytest.fixture(scope="module", autouse=True)
def _configs() -> Iterator[None]:
    GENERATED.mkdir(exist_ok=True)
    with running_account(now=None, frozen=False) as account:
        for name, credentials in _credentials(account).items():
            config = account.config(credentials=credentials, chat_credentials=CHAT)
            (GENERATED / f"{name}.json").write_text(json.dumps(config), "utf-8")
        yield


def _credentials(account: SimulatedAccount) -> dict[str, Any]:
    right = account.config()["credentials"]
    return {
        "api_token": right,
        "access_token": {"credentials": "oauth2.0", "access_token": "simulated-access-token"},
        "wrong_token": right | {"api_token": "no-such-token"},
    }


class TestAcceptance(SourceTestSuiteBase):
    """Runs what acceptance-test-config.yml lists."""

    connector = SourceZendeskSupport

    @classmethod
    def create_connector(cls, scenario: ConnectorTestScenario | None) -> SourceZendeskSupport:
        """The connector as its entry point makes it: with the config, if there is one."""
        root = cls.get_connector_root_dir()
        config = scenario.get_config_dict(connector_root=root, empty_if_missing=True) if scenario else None
        return SourceZendeskSupport(config=config or None)
