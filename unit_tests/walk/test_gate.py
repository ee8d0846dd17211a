import pytest
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.errors import BadRequest, EndpointUnavailable
from source_zendesk_support.walk.gate import Gate
from source_zendesk_support.walk.signed_in_user import SignedInUser, UserLookup

NO = EndpointUnavailable(403, "Forbidden")


class Proof:
    """Counts the calls that prove the account; each meets the same."""

    def __init__(self, met: Exception | None = None) -> None:
        self.calls = 0
        self._met = met

    def __call__(self) -> None:
        self.calls += 1
        if self._met:
            raise self._met


def error_of(gate: Gate, requires: str = "Guide") -> AirbyteTracedException:
    with pytest.raises(AirbyteTracedException) as raised:
        gate.judge("articles", requires, NO)
    assert raised.value.failure_type == FailureType.config_error
    return raised.value


def test_feature_outside_the_plan_is_reported_once_for_all_its_streams(caplog: pytest.LogCaptureFixture) -> None:
    proof = Proof()
    gate = Gate(proof, {"articles": ["article_votes", "article_comments"]})
    gate.judge("articles", "Guide", NO)
    gate.judge("articles", "Guide", NO)
    assert caplog.messages == [
        (
            "Stream article_votes, article_comments: not available to this user or plan, so it is empty. It needs "
            "Guide; Zendesk answered HTTP 403 Forbidden. Ask an administrator of the account, or deselect the stream."
        )
    ]
    assert proof.calls == 1


def test_an_administrator_is_not_sent_to_an_administrator(caplog: pytest.LogCaptureFixture) -> None:
    """Who is signed in is found out once, when the base product is refused; a feature alone is worth no call."""
    looked: list[int] = []

    def user() -> SignedInUser:
        looked.append(1)
        return SignedInUser("admin")

    gate = Gate(Proof(), {"articles": ["articles"], "views": ["views"]}, user=UserLookup(user))
    gate.judge("views", "views", NO)
    assert (looked, "Forbidden. Ask an administrator of the account, or" in caplog.messages[0]) == ([], True)
    for _ in range(2):
        error_of(gate, requires="")
    gate.judge("articles", "Guide", NO)
    assert looked == [1]
    assert caplog.messages[1].endswith(
        "Zendesk answered HTTP 403 Forbidden. An administrator is signed in, so check the account's plan, or deselect "
        "the stream."
    )


def test_zendesks_own_full_stop_is_not_doubled(caplog: pytest.LogCaptureFixture) -> None:
    Gate(Proof(), {"views": ["views"]}).judge(
        "views", "views", EndpointUnavailable(403, "You do not have access to this page.")
    )
    assert "Zendesk answered HTTP 403 You do not have access to this page. Ask an" in caplog.messages[0]


def test_overwritten_table_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    gate = Gate(Proof(), {"articles": ["articles", "categories"]}, frozenset({"articles", "tickets"}))
    gate.judge("articles", "Guide", NO)
    assert caplog.messages[0].endswith(" Attention: articles overwrites its table, so this sync empties it.")


def test_base_product_needs_an_administrator() -> None:
    error = error_of(Gate(Proof(), {"articles": ["groups"]}), requires="")
    assert error.message == (
        "Stream groups: Zendesk denied access (HTTP 403 Forbidden). Every plan includes it, but it needs an "
        "administrator: use the credentials of an admin, or a token with the scope read."
    )


@pytest.mark.parametrize(
    "met",
    [
        EndpointUnavailable(404, "InvalidEndpoint"),
        EndpointUnavailable(403, "", html=True),
        EndpointUnavailable(404, "", html=True),
    ],
)
def test_web_page_or_404_instead_of_settings_is_a_wrong_subdomain(met: EndpointUnavailable) -> None:
    error = error_of(Gate(Proof(met), {"articles": ["articles"]}))
    assert (error.message or "").startswith("There is no Zendesk account under this subdomain: it is misspelled")


@pytest.mark.parametrize("met", [EndpointUnavailable(403, "Forbidden"), BadRequest("what?")])
def test_account_that_hides_its_settings_needs_other_credentials(met: Exception) -> None:
    error = error_of(Gate(Proof(met), {"articles": ["articles"]}))
    assert (error.message or "").startswith("Zendesk denied access to the account's settings (")


def test_account_that_was_not_proven_is_requested_again() -> None:
    proof = Proof(NO)
    gate = Gate(proof, {"articles": ["articles"]})
    error_of(gate)
    error_of(gate)
    assert proof.calls == 2


def test_a_refused_part_of_a_stream_is_named_and_a_table_that_will_lack_it(caplog: pytest.LogCaptureFixture) -> None:
    gate = Gate(Proof(), {"car": ["custom_object_records", "custom_object_car"]}, frozenset({"custom_object_car"}))
    gate.judge("car", "custom objects", NO, "the records of the custom object car")
    assert caplog.messages == [
        (
            "Stream custom_object_records, custom_object_car: the records of the custom object car are skipped: "
            "Zendesk answered HTTP 403 Forbidden. Check that this still exists in Zendesk, or ask an administrator of "
            "the account for permission to read it. Attention: custom_object_car overwrites its table, which will lack "
            "these records."
        )
    ]
