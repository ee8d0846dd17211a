"""Talk: phone numbers, calls and their legs."""

from collections.abc import Mapping
from random import Random

from .account import Account
from .cast import Cast, cast_of
from .kinds import KINDS, number_of, row_of
from .rows import Record, Row
from .spread import moments
from .stamps import DAY, iso

_LINES = (("+49301234567", "DE", "Berlin"), ("+81345678901", "JP", "Tokyo"), ("+18005550199", "US", "Toll free"))


def make_phone_numbers(account: Account) -> Mapping[str, list[Row]]:
    """The account's phone numbers."""
    return {"talk_phone_numbers": [_phone_number(account, n, *line) for n, line in enumerate(_LINES)]}


def _phone_number(account: Account, n: int, number: str, country: str, place: str) -> Row:
    cast = account.keep("cast", cast_of)
    record = {
        "id": number_of("talk_phone_numbers", n),
        "number": number,
        "display_number": f"{number[:3]} {number[3:]}",
        "country_code": country,
        "location": place,
        "name": f"{place} line",
        "nickname": "Main" if n == 0 else None,
        "line_type": "phone",
        "token": f"{n:032x}",
        "toll_free": n == 2,
        "external": n == 1,
        "brand_id": cast.brand(0),
        "default_group_id": cast.group(0) if n != 1 else None,
        "ivr_id": 5001 if n == 0 else None,
        "schedule_id": number_of("schedules", 0) if n == 0 else None,
        "sms_group_id": cast.group(1) if n == 2 else None,
        "bot_id": None,
        "failover_number": "+49307654321" if n == 0 else None,
        "capabilities": {"sms": n == 2, "mms": n == 2, "voice": True, "emergency_address": n == 0},
        "categorised_greetings": {"1": 1001, "2": 1002},
        "categorised_greetings_with_sub_settings": {"1": {"voicemail_on": 1003, "voicemail_off": 1004}},
        "default_greeting_ids": ["voicemail_en", "available_en"],
        "greeting_ids": [1001, 1002],
        "group_ids": [cast.group(0), cast.group(1)],
        "priority": n,
        "call_recording_consent": ("always", "opt_in", "never")[n],
        "created_at": iso(account.made_at - (300 - n) * DAY),
    }
    return row_of(KINDS["talk_phone_numbers"], record | _switches(n))


def _switches(n: int) -> Record:
    names = (
        "ai_agent_enabled",
        "outbound_enabled",
        "post_call_voice_ai_enabled",
        "recorded",
        "sms_enabled",
        "transcription",
    )
    return {name: (n + place) % 2 == 0 for place, name in enumerate((*names, "voice_enabled", "voice_qa_enabled"))}


def make_calls(account: Account) -> Mapping[str, list[Row]]:
    """Calls with two legs each."""
    rng, cast = account.random("calls"), account.keep("cast", cast_of)
    times = moments(rng, account.size("talk_calls", max(10, account.options.tickets // 8)), account.made_at)
    calls = [_call(account, cast, rng, n, at) for n, at in enumerate(times)]
    legs = [_leg(call, n * 2 + side, side) for n, call in enumerate(calls) for side in range(2)]
    return {
        "talk_calls": [row_of(KINDS["talk_calls"], call) for call in calls],
        "talk_call_legs": [row_of(KINDS["talk_call_legs"], leg) for leg in legs],
    }


def _call(account: Account, cast: Cast, rng: Random, n: int, at: int) -> Record:
    missed, talked = n % 9 == 8, rng.randrange(20, 900)
    line = n % len(_LINES)
    return {
        "id": number_of("talk_calls", n),
        "agent_id": None if missed else cast.agent(rng),
        "call_channel": "phone" if n % 5 else "web-widget",
        "call_charge": f"{rng.random():.6f}",
        "call_group_id": cast.group(n % 3) if n % 2 else None,
        "call_recording_consent": "always",
        "call_recording_consent_action": "caller_opted_in" if n % 6 == 0 else None,
        "call_recording_consent_keypress": "3" if n % 6 == 0 else None,
        "callback": n % 8 == 0,
        "callback_source": "queue" if n % 8 == 0 else None,
        "completion_status": "abandoned_in_queue" if missed else "completed",
        "customer_id": cast.end_user(rng) if n % 7 else None,
        "created_at": iso(at),
        "updated_at": iso(min(at + talked + rng.randrange(3600), account.made_at - 60)),
        "direction": "inbound" if n % 4 else "outbound",
        "line": _LINES[line][0],
        "line_id": number_of("talk_phone_numbers", line),
        "line_type": "phone",
        "phone_number": _LINES[line][0],
        "phone_number_id": number_of("talk_phone_numbers", line),
        "ticket_id": account.some_ticket(n) if n % 3 else None,
        "minutes_billed": 0 if missed else talked // 60 + 1,
        "quality_issues": ["high_latency"] if n % 10 == 0 else ["none"],
        "transcription_language": "en" if n % 2 else None,
    } | _times(rng, n, 0 if missed else talked) | _queue(n)  # fmt: skip


def _times(rng: Random, n: int, talked: int) -> Record:
    return {
        "duration": talked + 15,
        "talk_time": talked,
        "hold_time": rng.randrange(60),
        "wait_time": rng.randrange(120),
        "wrap_up_time": rng.randrange(90),
        "time_to_answer": rng.randrange(60) if talked else None,
        "consultation_time": 0,
        "recording_time": talked,
        "not_recording_time": 0,
        "recording_control_interactions": n % 2,
        "ivr_time_spent": 12 if n % 3 == 0 else None,
        "ivr_hops": 2 if n % 3 == 0 else None,
    }


def _queue(n: int) -> Record:
    ivr = n % 3 == 0
    return {
        "customer_requested_voicemail": n % 12 == 0,
        "default_group": n % 2 == 0,
        "exceeded_queue_wait_time": n % 15 == 0,
        "ivr_action": "group" if ivr else None,
        "ivr_destination_group_name": "Support" if ivr else None,
        "ivr_routed_to": "+49301234567" if n % 6 == 0 else None,
        "outside_business_hours": n % 10 == 0,
        "overflowed": n % 14 == 0,
        "overflowed_to": "+49307654321" if n % 14 == 0 else None,
        "voicemail": n % 12 == 0,
        "post_call_summary": n % 2 == 0,
        "post_call_summary_created": n % 4 == 0,
        "post_call_transcription": n % 2 == 0,
        "post_call_transcription_created": n % 4 == 0,
        "real_time_transcription": None,
        "copilot_suggestions_generated_successful": n % 5 if n % 2 else None,
        "copilot_suggestions_generated_total": 5 if n % 2 else None,
    }


def _leg(call: Record, n: int, side: int) -> Record:
    customer = side == 0
    return {
        "id": number_of("talk_call_legs", n),
        "call_id": call["id"],
        "agent_id": 0 if customer else call["agent_id"] or 0,
        "user_id": call["customer_id"] if customer else call["agent_id"],
        "type": "customer" if customer else "agent",
        "available_via": None if customer else "browser",
        "call_charge": call["call_charge"],
        "completion_status": "completed" if call["agent_id"] else "agent_missed",
        "conference_from": None,
        "conference_time": 40 if n % 30 == 1 else None,
        "conference_to": call["agent_id"] if n % 30 == 1 else None,
        "consultation_from": None,
        "consultation_time": 20 if n % 20 == 1 else None,
        "consultation_to": call["agent_id"] if n % 20 == 1 else None,
        "created_at": call["created_at"],
        "updated_at": call["updated_at"],
        "duration": call["duration"],
        "hold_time": call["hold_time"],
        "talk_time": call["talk_time"],
        "forwarded_to": "+49301111111" if n % 24 == 1 else None,
        "minutes_billed": call["minutes_billed"],
        "transferred_from": None,
        "transferred_to": call["agent_id"] if n % 18 == 1 else None,
        "wrap_up_time": None if customer else call["wrap_up_time"],
        "quality_issues": call["quality_issues"],
    }
