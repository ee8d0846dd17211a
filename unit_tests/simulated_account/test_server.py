import gzip
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from integration_tests.simulated_account import SimulatedAccount

ADMIN = ("admin@acme.example/token", "simulated-token")


@pytest.fixture(scope="module")
def account() -> Iterator[SimulatedAccount]:
    with SimulatedAccount.running(tickets=60, now="2026-11-01T12:00:00Z", sizes={"macros": 7}) as running:
        yield running


@pytest.fixture(autouse=True)
def _calm(account: SimulatedAccount) -> None:
    account.set_faults()
    account.set_limits()
    account.set_behavior()
    account.set_plan()
    account.set_credentials()
    account.forget_requests()


def _get(account: SimulatedAccount, path: str, **query: Any) -> requests.Response:
    return requests.get(f"{account.base_url}/api/v2/{path}", params=query, auth=ADMIN, timeout=30)


def test_the_account_answers_with_its_own_date_and_utf8_json(account: SimulatedAccount) -> None:
    response = _get(account, "macros")
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.headers["Date"].startswith("Sun, 01 Nov 2026 12:")
    assert response.json()["count"] == 7


def test_responses_are_compressed_for_clients_that_accept_it(account: SimulatedAccount) -> None:
    url, requested = f"{account.base_url}/api/v2/macros", {"Accept-Encoding": "gzip"}
    with requests.get(url, auth=ADMIN, headers=requested, stream=True, timeout=30) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(response.raw.read()).startswith(b'{"macros":[')
    plain = requests.get(url, auth=ADMIN, headers={"Accept-Encoding": "identity"}, timeout=30)
    assert "Content-Encoding" not in plain.headers


def test_the_log_names_what_was_requested(account: SimulatedAccount) -> None:
    _get(account, "tickets/1/comments.json", include="users")
    (call,) = account.requests()
    reported = {name: call[name] for name in ("method", "path", "query", "status", "buckets", "fault")}
    assert reported == {
        "method": "GET",
        "path": "/api/v2/tickets/1/comments.json",
        "query": {"include": "users"},
        "status": 200,
        "buckets": ["account"],
        "fault": None,
    }
    assert account.counts() == {"/api/v2/tickets/{ticket_id}/comments": 1}


@pytest.mark.parametrize("fault", ["reset", "reset_body", "gzip_cut"])
def test_a_connection_can_break(account: SimulatedAccount, fault: str) -> None:
    account.set_faults(script=[{"fault": fault, "path": "macros"}])
    with pytest.raises(requests.RequestException):
        _ = _get(account, "macros").json()
    assert _get(account, "macros").status_code == 200


def test_tokens_are_granted_over_http_as_json_and_as_a_form(account: SimulatedAccount) -> None:
    requested = {
        "grant_type": "client_credentials",
        "client_id": "simulated-client",
        "client_secret": "simulated-secret",
    }
    url = f"{account.base_url}/oauth/tokens"
    for response in (requests.post(url, json=requested, timeout=30), requests.post(url, data=requested, timeout=30)):
        header = {"Authorization": f"Bearer {response.json()['access_token']}"}
        current = requests.get(f"{account.base_url}/api/v2/oauth/tokens/current.json", headers=header, timeout=30)
        assert current.json()["token"]["scopes"] == ["read"]
    assert requests.post(url, json=requested | {"client_id": "x"}, timeout=30).status_code == 401
    assert requests.post(url, data=b"{", headers={"Content-Type": "application/json"}, timeout=30).status_code == 400
    account.set_faults(script=[{"fault": "503", "path": "oauth/tokens"}])
    assert requests.post(url, json=requested, timeout=30).status_code == 503


def test_the_verbs_reach_the_account(account: SimulatedAccount) -> None:
    now = account.set_clock()
    group = account.add("groups", name="Neu")
    assert account.update("groups", group["id"], description="changed")["description"] == "changed"
    fresh = account.truth("groups", since=int(now))
    assert [row["name"] for row in fresh] == ["Neu"]
    assert account.truth("groups", fields=["name"])[-1] == {"name": "Neu"}
    account.delete("groups", group["id"])
    assert account.truth_counts(since=int(now))["groups"] == 1
    assert len(account.burst("ticket_metric_events", 3)) == 3
    assert account.change(share=0.01)["tickets"]
    assert account.set_clock(skew=60) >= now + 1260


def test_settings_reach_the_account(account: SimulatedAccount) -> None:
    account.set_limits(enabled=True, totals={"account": 1})
    assert [_get(account, "groups").status_code for _ in range(2)] == [200, 429]
    account.set_limits()
    account.set_plan("team")
    assert _get(account, "audit_logs").status_code == 403
    account.set_plan(refused={"tickets": {"1": "404_empty"}})
    assert _get(account, "tickets/1").status_code == 404
    account.set_behavior(unknown_subdomain="html404")
    assert _get(account, "groups").status_code == 404
    account.set_behavior()
    account.set_credentials(api_tokens=["other"], bearers={"b": {"role": "admin"}})
    assert _get(account, "groups").status_code == 401


def test_a_wrong_verb_gets_a_reason(account: SimulatedAccount) -> None:
    with pytest.raises(RuntimeError, match="no such verb"):
        account.call("fly")
    with pytest.raises(RuntimeError, match="KeyError"):
        account.truth("nothing")
    with pytest.raises(RuntimeError, match="unknown fault"):
        account.set_faults(script=[{"fault": "earthquake"}])
