"""Votes come from the one list of all votes; if Zendesk refuses it, from a request for each parent."""

from typing import Any

import pytest

from unit_tests.account import FORBIDDEN, NOW, Account, Reply, cursor_page
from unit_tests.reading import read

VOTES = "/api/v2/help_center/votes.json?page[size]=100"
SECOND = "/api/v2/help_center/votes.json?page[after]=p2&page[size]=100"
ARTICLES = "/api/v2/help_center/articles.json?page[size]=100"
OF_ARTICLE = "/api/v2/help_center/articles/100/votes.json?page[size]=100"
KINDS = {
    "article_votes": "Article",
    "article_comment_votes": "Comment",
    "post_votes": "Post",
    "post_comment_votes": "PostComment",
}
NEW, OLD = "2024-06-01T00:00:00Z", "2024-02-01T00:00:00Z"


def vote(key: int, kind: Any, time: str = NEW) -> dict[str, Any]:
    return {"id": key, "item_id": 100, "item_type": kind, "updated_at": time}


def page(*votes: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    return cursor_page("votes", votes, after)


ALL = [vote(number, kind) for number, kind in enumerate(KINDS.values(), 1)]


def walked(account: Account, *votes: dict[str, Any]) -> None:
    account.on(ARTICLES, cursor_page("articles", [{"id": 100, "updated_at": OLD}]))
    account.on(OF_ARTICLE, page(*votes))


def test_all_kinds_and_the_list_itself_cost_one_request(account: Account) -> None:
    account.on(VOTES, page(*ALL))
    outcome = read("guide_votes", *KINDS)
    assert account.requested == [VOTES]
    assert {name: outcome.ids(name) for name in KINDS} == {
        "article_votes": [1],
        "article_comment_votes": [2],
        "post_votes": [3],
        "post_comment_votes": [4],
    }
    assert outcome.ids("guide_votes") == [1, 2, 3, 4]
    assert outcome.warnings == []


@pytest.mark.parametrize("status", [403, 404, 422])
def test_refused_list_is_replaced_by_a_request_for_each_parent(account: Account, status: int) -> None:
    refused = Reply({"error": "Forbidden", "description": "You do not have access."}, status=status)
    account.on(VOTES, refused, refused)
    walked(account, vote(1, "Article"))
    outcome = read("article_votes")
    assert outcome.ids() == [1]
    assert account.requested[-2:] == [ARTICLES, OF_ARTICLE]
    assert (outcome.errors, outcome.warnings) == ([], [])


@pytest.mark.parametrize("kind", [None, "", "article", "Idea", 7, [], {}])
def test_list_whose_votes_are_of_an_unknown_kind_is_not_used(account: Account, kind: Any) -> None:
    account.on(VOTES, page(vote(1, "Article"), vote(2, kind)))
    walked(account, vote(1, "Article"), vote(2, "Article"))
    assert read("article_votes").ids() == [1, 2]


@pytest.mark.parametrize("votes", [page(vote(9, "Comment")), page(vote(9, "Article"), after="p2")])
def test_list_that_may_call_votes_of_all_comments_alike_is_not_used_for_comments(account: Account, votes: Any) -> None:
    account.on(VOTES, votes)
    account.on(SECOND, page(vote(10, "Comment")))
    account.on(ARTICLES, cursor_page("articles", [{"id": 100, "updated_at": OLD}]))
    account.on("/api/v2/help_center/articles/100/comments.json?page[size]=100", cursor_page("comments", [{"id": 7}]))
    account.on("/api/v2/help_center/articles/100/comments/7/votes.json?page[size]=100", page(vote(9, "Comment")))
    assert read("article_comment_votes").ids() == [9]


def test_ten_pages_without_a_vote_on_a_comment_are_enough_to_read_them_comment_by_comment(account: Account) -> None:
    tokens = [None, *(f"p{number}" for number in range(2, 11))]
    urls = [
        f"/api/v2/help_center/votes.json?{f'page[after]={token}&' if token else ''}page[size]=100" for token in tokens
    ]
    for number, url in enumerate(urls, 1):
        account.on(url, page(vote(number, "Article"), after=f"p{number + 1}"))
    account.on(ARTICLES, cursor_page("articles", []))
    assert read("article_comment_votes").records() == []
    assert account.requested == [*urls, ARTICLES]


def test_list_is_used_for_comments_if_one_of_its_first_pages_tells_them_apart(account: Account) -> None:
    account.on(VOTES, page(vote(9, "Comment"), after="p2"))
    account.on(SECOND, page(vote(10, "PostComment"), vote(11, "Comment")))
    outcome = read("article_comment_votes", "post_comment_votes")
    assert outcome.ids("article_comment_votes") == [9, 11]
    assert outcome.ids("post_comment_votes") == [10]
    assert account.requested == [VOTES, SECOND]


def test_complete_list_without_votes_of_comments_has_none(account: Account) -> None:
    account.on(VOTES, page(vote(1, "Article")))
    assert read("article_comment_votes").records() == []
    assert account.requested == [VOTES]


def test_bookmark_of_the_walk_holds_for_the_list_and_back(account: Account) -> None:
    account.on(VOTES, page(vote(1, "Article", OLD), vote(2, "Article")))
    state = {"updated_at": "1714521600", "v": 1}
    outcome = read("article_votes", saved=state)
    assert outcome.ids() == [2]
    assert outcome.state() == {"updated_at": "1717200000", "ids": [2], "v": 1}


def test_unfinished_walk_is_read_again_from_its_bookmark_by_the_list(account: Account) -> None:
    """`next` is a page of articles; the list of votes must not be requested with it."""
    account.on(VOTES, page(vote(1, "Article"), vote(2, "Article", OLD)))
    state = {"updated_at": "1704067200", "next": "articles-2", "high": 1717200000, "asked": NOW, "v": 1}
    outcome = read("article_votes", saved=state)
    assert account.requested == [VOTES]
    assert outcome.ids() == [1, 2]


def test_unfinished_list_is_resumed_at_its_page(account: Account) -> None:
    account.on(VOTES, page(vote(1, "Article", OLD), after="p2"))
    account.on(SECOND, page(vote(2, "Article")))
    first = read("article_votes")
    under_way = first.states()[0]
    assert under_way == {
        "updated_at": "1704067200",
        "next_votes": "p2",
        "high": 1706745600,
        "asked": NOW,
        "high_ids": [1],
        "v": 1,
    }
    account.on(VOTES, page(vote(1, "Article", OLD), after="p2"))
    account.on(SECOND, page(vote(2, "Article")))
    assert read("article_votes", saved=under_way).ids() == [2]


def test_unfinished_list_is_begun_again_by_the_walk(account: Account) -> None:
    """Also in an earlier version, which knows no `next_votes`: no vote is skipped."""
    account.on(VOTES, FORBIDDEN, FORBIDDEN)
    walked(account, vote(1, "Article", OLD), vote(2, "Article"))
    state = {"updated_at": "1704067200", "next_votes": "p2", "high": 1706745600, "asked": NOW, "high_ids": [1], "v": 1}
    outcome = read("article_votes", saved=state)
    assert outcome.ids() == [1, 2]


def test_older_votes_of_parents_that_were_refused_to_the_walk_arrive(account: Account) -> None:
    account.on(VOTES, page(vote(1, "Article", OLD), vote(2, "Article")))
    state = {"updated_at": "1714521600", "refused": [100], "v": 1}
    outcome = read("article_votes", saved=state)
    assert outcome.ids() == [1, 2]
    assert outcome.state() == {"updated_at": "1717200000", "ids": [2], "v": 1}
