"""The tests' way to shorten waits opens for an account on this machine only."""

import pytest

from source_zendesk_support.pacing import TEST_PACING, Pacing, pacing_for

HURRY = '{"wait_factor": 0, "read_timeout_seconds": 2}'


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:80/proxy"])
def test_a_simulated_account_is_waited_for_as_the_tests_say(base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TEST_PACING, HURRY)
    assert (pacing_for(base_url).seconds(60), pacing_for(base_url).read_timeout_seconds) == (0, 2)


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "https://acme.zendesk.com",
        "https://127.0.0.1:8080",
        "http://127.0.0.1.example.com",
        "http://acme.zendesk.com",
        "https://localhost@acme.zendesk.com",
    ],
)
def test_any_other_host_is_waited_for_in_full(base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TEST_PACING, HURRY)
    assert pacing_for(base_url) == Pacing(wait_factor=1, read_timeout_seconds=60)


@pytest.mark.parametrize(
    "given",
    ["", "0", "{", '"x"', '{"wait_factor": -1}', '{"wait_factor": 2}', '{"wait_factor": NaN}', '{"other": 1}',
     '{"read_timeout_seconds": 0}', '{"read_timeout_seconds": 61}', '{"deadline_factor": 0.5}'],
)  # fmt: skip
def test_a_text_that_is_no_pacing_changes_none(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TEST_PACING, given)
    assert pacing_for("http://127.0.0.1:8080") == Pacing()


def test_nothing_is_shortened_without_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TEST_PACING, raising=False)
    assert pacing_for("http://127.0.0.1:8080") == Pacing()
