"""Chat: chats with their history."""

from collections.abc import Mapping
from random import Random

from .account import Account
from .cast import Cast, cast_of
from .kinds import KINDS, number_of, row_of
from .rows import Record, Row
from .spread import moments
from .stamps import DAY, HOUR, iso
from .text import BROWSER, CITY, SENTENCE, paragraph, person, tags

DEPARTMENTS = ("Sales", "Support", "夜間")


def make_chats(account: Account) -> Mapping[str, list[Row]]:
    """Chats and offline messages; every fiftieth is deleted."""
    rng, cast = account.random("chats"), account.keep("cast", cast_of)
    times = moments(rng, account.size("chats", max(12, account.options.tickets // 5)), account.made_at)
    chats = [_chat(account, cast, rng, n, at) for n, at in enumerate(times)]
    return {"chats": [row_of(KINDS["chats"], chat, "deleted" if chat["deleted"] else "live") for chat in chats]}


def _chat(account: Account, cast: Cast, rng: Random, n: int, at: int) -> Record:
    number = f"{at % 10_000}.{number_of('chats', n)}.S{rng.getrandbits(48):012x}"
    length = rng.randrange(60, 2400)
    updated = min(at + length + rng.randrange(2 * DAY), account.made_at - 10 * 60 - rng.randrange(HOUR))
    chat = {"id": number, "timestamp": iso(at), "update_timestamp": iso(max(at, updated)), "deleted": n % 50 == 49}
    chat |= {"visitor": _visitor(rng, n), "session": _session(rng, n, at, length), "tags": tags(rng), **_department(n)}
    chat |= {"zendesk_ticket_id": account.some_ticket(n) if n % 3 else None, "unread": n % 9 == 0}
    return chat | (_offline(rng) if n % 6 == 5 else _talk(cast, rng, n, at, length))


def _visitor(rng: Random, n: int) -> Record:
    name = person(rng)
    return {
        "id": f"3.{rng.getrandbits(40):010x}",
        "name": name,
        "email": f"v{n}@mail.example",
        "phone": f"+4930{n:07d}",
        "notes": "VIP 🎩",
    }


def _session(rng: Random, n: int, at: int, length: int) -> Record:
    city, code, country, _, _ = CITY[n % len(CITY)]
    return {
        "id": f"{rng.getrandbits(64):016x}",
        "start_date": iso(at - 60),
        "end_date": iso(at + length),
        "ip": f"192.0.2.{n % 256}",
        "city": city,
        "region": city,
        "country_code": code,
        "country_name": country,
        "platform": "Windows" if n % 2 else "iOS",
        "browser": "Firefox",
        "user_agent": BROWSER[n % len(BROWSER)],
    }


def _department(n: int) -> Record:
    place = n % (len(DEPARTMENTS) + 1)
    if place == len(DEPARTMENTS):
        return {"department_id": None, "department_name": None}
    return {"department_id": number_of("chat_departments", place), "department_name": DEPARTMENTS[place]}


def _offline(rng: Random) -> Record:
    return {"type": "offline_msg", "message": paragraph(rng), "webpath": []}


def _talk(cast: Cast, rng: Random, n: int, at: int, length: int) -> Record:
    agent = number_of("chat_agents", n % cast.agents % 15)
    rating, comment = ("good", "bad", None)[n % 3], "Fast answer 👍" if n % 6 == 0 else None
    return {
        "type": "chat",
        "end_timestamp": iso(at + length),
        "started_by": ("visitor", "agent", "trigger")[n % 3],
        "duration": length,
        "agent_ids": [str(agent)],
        "agent_names": ["Agent"],
        "count": {"total": 6, "agent": 3, "visitor": 3},
        "response_time": {"first": rng.randrange(90), "max": 120, "avg": round(rng.random() * 60, 1)},
        "triggered": n % 3 == 2,
        "triggered_response": n % 6 == 2,
        "missed": n % 17 == 0,
        "dropped": n % 19 == 0,
        "proactive": n % 4 == 0,
        "abandon_time": 30 if n % 17 == 0 else None,
        "rating": rating,
        "comment": comment,
        "conversions": [_conversion(n, at, agent)] if n % 5 == 0 else [],
        "history": _history(rng, n, at, agent, rating, comment),
        "webpath": [{"from": "", "to": "https://acme.example/pricing", "title": "Pricing", "timestamp": iso(at - 30)}],
        "engagements": [_engagement(n, at, agent, length, rating, comment)],
        "skills_requested": [1] if n % 8 == 0 else [],
        "skills_fulfilled": n % 8 == 0,
        "referrer_search_engine": "duck" if n % 7 == 0 else None,
        "referrer_search_terms": "acme help" if n % 7 == 0 else None,
    }


def _conversion(n: int, at: int, agent: int) -> Record:
    department = {"department_id": number_of("chat_departments", 0), "department_name": DEPARTMENTS[0]}
    by = {"agent_id": agent, "agent_name": "Agent", "chat_timestamp": iso(at), **department}
    return {"id": f"c{n}", "goal_id": 101, "goal_name": "Bought", "timestamp": iso(at + 300), "attribution": by}


def _history(rng: Random, n: int, at: int, agent: int, rating: str | None, comment: str | None) -> list[Record]:
    where = {
        "channel": f"#supporter-{n}",
        "department_id": number_of("chat_departments", n % 3),
        "department_name": DEPARTMENTS[n % 3],
    }
    told: list[Record] = [
        {"type": "chat.memberjoin", "name": "Visitor", "nick": "visitor"},
        {
            "type": "chat.msg",
            "name": "Visitor",
            "nick": "visitor",
            "msg": rng.choice(SENTENCE),
            "msg_id": f"{n}-1",
            "options": "",
            "sender_type": "Visitor",
        },
        {
            "type": "chat.msg",
            "name": "Agent",
            "nick": f"agent:{agent}",
            "msg": rng.choice(SENTENCE),
            "msg_id": f"{n}-2",
            "sender_type": "Agent",
        },
        {
            "type": "chat.msg",
            "name": "Bot",
            "nick": "agent:trigger",
            "msg": "Pick one",
            "msg_id": f"{n}-3",
            "options": "yes/no",
            "structured_msg": None,
        },
        {"type": "chat.tags", "name": "Agent", "nick": f"agent:{agent}", "tags": ["vip"], "new_tags": ["vip", "sales"]},
        {
            "type": "chat.transfer.department",
            "name": "Agent",
            "prev_department_id": number_of("chat_departments", 2),
            "skills_name": ["German"],
        },
        {"type": "chat.memberleave", "name": "Visitor", "nick": "visitor"},
    ]
    if rating:
        told.append({"type": "chat.rating", "name": "Visitor", "nick": "visitor", "rating": None, "new_rating": rating})
        told.append(
            {"type": "chat.rating", "name": "Visitor", "nick": "visitor", "rating": rating, "new_rating": rating}
        )
    if comment:
        told.append(
            {"type": "chat.comment", "name": "Visitor", "nick": "visitor", "comment": None, "new_comment": comment}
        )
    if n % 5 == 0:
        told.append({"type": "chat.conversion", "conversion": _conversion(n, at, agent)})
    return [event | where | {"timestamp": iso(at + 20 * place)} for place, event in enumerate(told)]


def _engagement(n: int, at: int, agent: int, length: int, rating: str | None, comment: str | None) -> Record:
    return {
        "id": f"e{n}",
        "agent_id": str(agent),
        "agent_name": "Agent",
        "agent_full_name": "Agent of Acme",
        "department_id": number_of("chat_departments", 0),
        "assigned": True,
        "accepted": n % 17 != 0,
        "started_by": "visitor",
        "rating": rating,
        "comment": comment,
        "skills_requested": [],
        "skills_fulfilled": False,
        "timestamp": iso(at),
        "duration": length,
        "response_time": {"first": 12, "max": 30, "avg": 20.5},
        "count": {"total": 6, "agent": 3, "visitor": 3},
    }
