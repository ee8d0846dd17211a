"""Skills of agents, a block of agents at a time."""

from typing import Any

from unit_tests.account import FORBIDDEN, Account, cursor_page
from unit_tests.reading import read

STREAM = "agent_attribute_values"
AGENTS = "/api/v2/users?page[size]=100&role[]=admin&role[]=agent"
SKILLS = "/api/v2/routing/agents/instance_values"
OLD, NEW = "2024-02-01T00:00:00Z", "2024-06-03T00:00:00Z"


def skill(key: str, at: str, after: str | None = None) -> Any:
    return cursor_page("instance_values", [{"id": key, "agent_id": 1, "updated_at": at}], after)


def agents(*keys: int) -> Any:
    return cursor_page("users", ({"id": key, "updated_at": OLD} for key in keys))


def test_request_names_a_hundred_agents_at_most(account: Account) -> None:
    account.on(AGENTS, agents(*range(1, 106)))
    first, second = ",".join(map(str, range(1, 101))), "101,102,103,104,105"
    account.on(f"{SKILLS}?filter[agent_ids]={first}&page[size]=100", skill("a", OLD))
    account.on(f"{SKILLS}?filter[agent_ids]={second}&page[size]=100", skill("b", OLD))
    assert sorted(read(STREAM).ids()) == ["a", "b"]
    assert len(account.requested) == 3


def test_block_with_more_skills_than_a_page_holds_is_read_to_its_end(account: Account) -> None:
    account.on(AGENTS, agents(7))
    url = f"{SKILLS}?filter[agent_ids]=7"
    account.on(f"{url}&page[size]=100", skill("a", OLD, after="p2"))
    account.on(f"{url}&page[after]=p2&page[size]=100", skill("b", NEW))
    assert sorted(read(STREAM).ids()) == ["a", "b"]


def test_skills_of_refused_agents_arrive_from_the_start_later_also_in_another_block(account: Account) -> None:
    account.on(AGENTS, agents(1, 2), agents(2, 3))
    account.on(f"{SKILLS}?filter[agent_ids]=1,2&page[size]=100", FORBIDDEN)
    account.on(f"{SKILLS}?filter[agent_ids]=2,3&page[size]=100", skill("a", OLD))
    state = {"updated_at": "1717372800", "v": 1}
    first = read(STREAM, saved=state)
    assert first.ids() == []
    assert first.state() == {"updated_at": "1717372800", "refused": [1, 1], "v": 1}
    assert first.warnings == [f"Stream {STREAM}: Zendesk denied access to 2 parents; their records are skipped."]
    second = read(STREAM, saved=first.state())
    assert second.ids() == ["a"]
    assert second.state() == {"updated_at": "1717372800", "v": 1}


def test_account_without_agents_needs_no_request_for_skills(account: Account) -> None:
    account.on(AGENTS, agents())
    assert read(STREAM).ids() == []
    assert account.requested == [AGENTS]
