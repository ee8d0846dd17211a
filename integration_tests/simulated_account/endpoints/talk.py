"""Talk (docs/zendesk-api.md#talk)."""

from integration_tests.simulated_account.answers import Answer
from integration_tests.simulated_account.calls import Call
from integration_tests.simulated_account.exports import TimeRules, every, time_page
from integration_tests.simulated_account.paging import OFFSET
from integration_tests.simulated_account.sideloads import fill

from .table import Endpoint, listed

_RULES = TimeRules(ends="never")
_BUCKETS = ("account", "talk")
_EXPORT = ("account", "talk", "talk-incremental")


def _calls(call: Call) -> Answer:
    page, answer = time_page(call, call.account.table("talk_calls"), _RULES, "calls", every)
    return fill(call, "talk_calls", page, answer)


def _legs(call: Call) -> Answer:
    page, answer = time_page(call, call.account.table("talk_call_legs"), _RULES, "legs", every)
    return fill(call, "talk_call_legs", page, answer)


TALK = (
    Endpoint("channels/voice/stats/incremental/calls", _calls, buckets=_EXPORT, gate="talk"),
    Endpoint("channels/voice/stats/incremental/legs", _legs, buckets=_EXPORT, gate="talk"),
    listed(
        "channels/voice/phone_numbers",
        "talk_phone_numbers",
        "phone_numbers",
        paging=OFFSET,
        buckets=_BUCKETS,
        gate="talk",
    ),
)
