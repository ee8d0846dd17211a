"""The Help Center and the community; all paths end in `.json` (docs/zendesk-api.md#hosts-and-formats (7))."""

from integration_tests.simulated_account.answers import Answer
from integration_tests.simulated_account.auth import ANONYMOUS
from integration_tests.simulated_account.calls import Call
from integration_tests.simulated_account.exports import TimeRules, every, time_page
from integration_tests.simulated_account.paging import GUIDE
from integration_tests.simulated_account.rows import Row
from integration_tests.simulated_account.sideloads import fill

from .table import ANYONE, EXPORTS, GUIDE_BUCKET, Endpoint, Rows, below, listed

ALL_COMERS = ANYONE | {ANONYMOUS}
_HC = "help_center/"
_POST = "community/posts/{post_id}"
_ARTICLE = _HC + "articles/{article_id}"


def _articles(call: Call) -> list[Row]:
    return call.account.table("articles").since(call.number("start_time"))


def _incremental(call: Call) -> Answer:
    rules = TimeRules(ends="null")
    page, answer = time_page(call, call.account.table("articles"), rules, "articles", every)
    return fill(call, "articles", page, answer)


def _votes(call: Call) -> list[Row]:
    return [*call.account.table("article_votes"), *call.account.table("article_comment_votes")]


def _guide(
    path: str, kind: str, key: str, rows: Rows | None = None, allowed: frozenset[str] = ANYONE, parent: str = ""
) -> Endpoint:
    gate = "community" if path.startswith("community/") else "guide"
    return listed(path, kind, key, rows, GUIDE, allowed=allowed, buckets=GUIDE_BUCKET, gate=gate, parent=parent)


def _child(path: str, kind: str, key: str, parent: str, placeholder: str, refusable: str) -> Endpoint:
    return _guide(path, kind, key, below(kind, parent, placeholder), parent=refusable)


HELP_CENTER = (
    Endpoint(_HC + "incremental/articles", _incremental, buckets=("help-center", *EXPORTS[1:]), gate="guide"),
    _guide(_HC + "articles", "articles", "articles", _articles),
    _guide(_HC + "{locale}/articles", "articles", "articles", _articles, ALL_COMERS),
    _guide(_HC + "sections", "sections", "sections"),
    _guide(_HC + "{locale}/sections", "sections", "sections", allowed=ALL_COMERS),
    _guide(_HC + "categories", "categories", "categories"),
    _guide(_HC + "{locale}/categories", "categories", "categories", allowed=ALL_COMERS),
    _guide(_HC + "votes", "article_votes", "votes", _votes),
    _child(
        _ARTICLE + "/attachments", "article_attachments", "article_attachments", "articles", "article_id", "articles"
    ),
    _child(_ARTICLE + "/comments", "article_comments", "comments", "articles", "article_id", "articles"),
    _child(_ARTICLE + "/votes", "article_votes", "votes", "articles", "article_id", "articles"),
    _child(
        _ARTICLE + "/comments/{comment_id}/votes",
        "article_comment_votes",
        "votes",
        "article_comments",
        "comment_id",
        "articles",
    ),
)

COMMUNITY = (
    _guide("community/topics", "topics", "topics", allowed=ALL_COMERS),
    _guide("community/posts", "posts", "posts", allowed=ALL_COMERS),
    _child("community/topics/{topic_id}/posts", "posts", "posts", "topics", "topic_id", "topics"),
    _child(_POST + "/comments", "post_comments", "comments", "posts", "post_id", "posts"),
    _child(_POST + "/votes", "post_votes", "votes", "posts", "post_id", "posts"),
    _child(
        _POST + "/comments/{comment_id}/votes", "post_comment_votes", "votes", "post_comments", "comment_id", "posts"
    ),
)
