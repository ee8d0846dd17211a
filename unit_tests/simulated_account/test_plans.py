import pytest

from integration_tests.simulated_account.account_plan import FEATURES, SHAPES, AccountPlan, feature_of
from integration_tests.simulated_account.declared_streams import declared_streams
from integration_tests.simulated_account.server_state import ServerState
from unit_tests.simulated_account.api_client import ApiClient


def test_every_feature_has_streams() -> None:
    assert {feature_of(stream.path) for stream in declared_streams().values()} - {""} == set(FEATURES)


@pytest.mark.parametrize(
    ("plan", "refused"),
    [
        ("team", {"audit_logs", "slas/policies", "ticket_forms", "business_hours/schedules", "routing/attributes"}),
        ("growth", {"audit_logs", "business_hours/schedules", "routing/attributes"}),
        ("professional", {"audit_logs"}),
        ("enterprise", set()),
    ],
)
def test_a_plan_refuses_what_it_lacks(api: ApiClient, server: ServerState, plan: str, refused: set[str]) -> None:
    server.plan = AccountPlan(plan)
    paths = ("audit_logs", "slas/policies", "ticket_forms", "business_hours/schedules", "routing/attributes", "groups")
    assert {path for path in paths if api.get(path).status != 200} == refused


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_gate_has_the_shape_that_was_set(api: ApiClient, server: ServerState, shape: str) -> None:
    server.plan = AccountPlan(gates={"sla_policies": shape, "tags": shape})
    for path in ("slas/policies", "tags"):
        reply = api.get(path)
        assert reply.status == int(shape[:3])
        assert (reply.body == b"") == shape.endswith("empty")
        assert reply.body.startswith(b"<") == shape.endswith(("html", "firewall"))
