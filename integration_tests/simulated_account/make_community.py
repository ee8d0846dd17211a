"""The community: topics, posts, their comments, and votes for both."""

from collections.abc import Mapping

from .account import Account
from .cast import cast_of
from .kinds import KINDS, number_of, row_of
from .make_guide import vote_row
from .pieces import HOME
from .rows import Record, Row
from .spread import moments
from .stamps import DAY, HOUR, iso
from .text import SUBJECT, html, paragraph

COMMUNITY = f"{HOME}/api/v2/community"
_TOPICS = 4


def make_topics(account: Account) -> Mapping[str, list[Row]]:
    """Topics."""
    return {"topics": [_topic(account, n) for n in range(_TOPICS)]}


def _topic(account: Account, n: int) -> Row:
    number = number_of("topics", n)
    record = {
        "id": number,
        "url": f"{COMMUNITY}/topics/{number}.json",
        "html_url": f"{HOME}/hc/en-us/community/topics/{number}",
        "name": f"Topic {n}",
        "description": "Talk here" if n % 2 else None,
        "position": n,
        "follower_count": n * 3,
        "manageable_by": "staff" if n % 2 else "managers",
        "user_segment_id": None if n % 2 else 31_000_000_000_007,
        "created_at": iso(account.made_at - 390 * DAY),
        "updated_at": iso(account.made_at - (20 - n) * DAY),
    }
    return row_of(KINDS["topics"], record)


def make_posts(account: Account) -> Mapping[str, list[Row]]:
    """Posts."""
    count = account.size("posts", max(8, account.options.tickets // 60))
    times = moments(account.random("posts"), count, account.made_at)
    return {"posts": [row_of(KINDS["posts"], _post(account, n, at)) for n, at in enumerate(times)]}


def _post(account: Account, n: int, at: int) -> Record:
    number, rng = number_of("posts", n), account.random(f"post {n}")
    later = iso(min(at + rng.randrange(20 * DAY), account.made_at - HOUR) if n % 2 else at)
    return {
        "id": number,
        "url": f"{COMMUNITY}/posts/{number}.json",
        "html_url": f"{HOME}/hc/en-us/community/posts/{number}",
        "title": SUBJECT[n % len(SUBJECT)],
        "details": html(paragraph(rng, 2, 6)),
        "author_id": account.keep("cast", cast_of).end_user(rng),
        "vote_sum": n % 3 - 1,
        "vote_count": n % 3,
        "comment_count": n % 4,
        "follower_count": n % 6,
        "topic_id": number_of("topics", n % _TOPICS),
        "content_tag_ids": [],
        "pinned": n % 19 == 0,
        "featured": n % 23 == 0,
        "closed": n % 9 == 8,
        "status": ("none", "planned", "answered", "completed")[n % 4],
        "non_author_editor_id": account.keep("cast", cast_of).user(0) if n % 5 == 0 else None,
        "non_author_updated_at": later if n % 5 == 0 else None,
        "created_at": iso(at),
        "updated_at": max(iso(at), later),
    }


def make_post_children(account: Account) -> Mapping[str, list[Row]]:
    """Comments, votes, and votes of comments."""
    made: dict[str, list[Row]] = {"post_comments": [], "post_votes": [], "post_comment_votes": []}
    for n, row in enumerate(account.table("posts").by_key()):
        post = row.record()
        made["post_votes"] += [vote_row(account, "post_votes", "Post", post, n * 8 + place) for place in range(n % 3)]
        for place in range(n % 4):
            comment = _comment(account, post, n * 4 + place)
            made["post_comments"].append(row_of(KINDS["post_comments"], comment))
            if place < 2:
                step = 100_000 + n * 4 + place
                made["post_comment_votes"].append(vote_row(account, "post_comment_votes", "Comment", comment, step))
    return made


def _comment(account: Account, post: Record, n: int) -> Record:
    number, rng = number_of("post_comments", n), account.random(f"post comment {n}")
    return {
        "id": number,
        "url": f"{COMMUNITY}/posts/{post['id']}/comments/{number}.json",
        "html_url": f"{post['html_url']}/comments/{number}",
        "body": f"<p>{paragraph(rng)}</p>",
        "author_id": account.keep("cast", cast_of).end_user(rng),
        "post_id": post["id"],
        "vote_sum": 1,
        "vote_count": 1,
        "official": n % 6 == 0,
        "non_author_editor_id": account.keep("cast", cast_of).user(1) if n % 7 == 0 else None,
        "non_author_updated_at": post["updated_at"] if n % 7 == 0 else None,
        "created_at": post["created_at"],
        "updated_at": post["updated_at"],
    }
