"""The Help Center: categories, sections, articles with their attachments, comments and votes."""

from collections.abc import Mapping

from .account import Account
from .cast import cast_of
from .kinds import KINDS, number_of, row_of
from .pieces import HOME, attachment
from .rows import Record, Row
from .spread import moments
from .stamps import DAY, HOUR, iso
from .text import SUBJECT, html, paragraph, tags

GUIDE = f"{HOME}/api/v2/help_center"
_CATEGORIES, _SECTIONS = 3, 9


def make_shelves(account: Account) -> Mapping[str, list[Row]]:
    """Categories and sections."""
    return {
        "categories": [_category(account, n) for n in range(_CATEGORIES)],
        "sections": [_section(account, n) for n in range(_SECTIONS)],
    }


def _shelf(account: Account, kind: str, n: int, name: str) -> Record:
    number = number_of(kind, n)
    return {
        "id": number,
        "url": f"{GUIDE}/en-us/{kind}/{number}.json",
        "html_url": f"{HOME}/hc/en-us/{kind}/{number}-{n}",
        "position": n,
        "created_at": iso(account.made_at - 400 * DAY),
        "updated_at": iso(account.made_at - (60 - n) * DAY),
        "name": name,
        "description": f"All about {name} 📚" if n % 2 else "",
        "locale": "en-us",
        "source_locale": "en-us",
        "outdated": False,
    }


def _category(account: Account, n: int) -> Row:
    return row_of(KINDS["categories"], _shelf(account, "categories", n, f"Category {n}"))


def _section(account: Account, n: int) -> Row:
    record = _shelf(account, "sections", n, f"Section {n}")
    record |= {"category_id": number_of("categories", n % _CATEGORIES), "theme_template": "section_page"}
    return row_of(KINDS["sections"], record | {"parent_section_id": number_of("sections", 0) if n == 8 else None})


def make_articles(account: Account) -> Mapping[str, list[Row]]:
    """Articles; some are drafts."""
    count = account.size("articles", max(10, account.options.tickets // 40))
    times = moments(account.random("articles"), count, account.made_at)
    return {"articles": [_article(account, n, at) for n, at in enumerate(times)]}


def _article(account: Account, n: int, at: int) -> Row:
    number, rng, title = number_of("articles", n), account.random(f"article {n}"), f"{SUBJECT[n % len(SUBJECT)]} ({n})"
    later = min(at + rng.randrange(60 * DAY), account.made_at - HOUR) if n % 3 else at
    record: Record = {
        "id": number,
        "url": f"{GUIDE}/en-us/articles/{number}.json",
        "html_url": f"{HOME}/hc/en-us/articles/{number}",
        "author_id": account.keep("cast", cast_of).user(n % 6),
        "comments_disabled": n % 11 == 10,
        "draft": n % 13 == 12,
        "promoted": n % 7 == 0,
        "position": n % 5,
        "vote_sum": n % 3 - 1,
        "vote_count": n % 3,
        "section_id": number_of("sections", n % _SECTIONS),
        "created_at": iso(at),
        "updated_at": iso(max(at, later)),
        "edited_at": iso(at),
        "title": title,
        "source_locale": "en-us",
        "locale": "en-us",
        "outdated": n % 17 == 16,
        "outdated_locales": ["de"] if n % 17 == 16 else [],
        "user_segment_id": None if n % 4 else 31_000_000_000_007,
        "user_segment_ids": [] if n % 4 else [31_000_000_000_007],
        "permission_group_id": 32_000_000_000_003,
        "content_tag_ids": [f"01H{n:023d}"] if n % 6 == 0 else [],
        "label_names": tags(rng),
        "body": None if n % 13 == 12 else html(paragraph(rng, 3, 12)),
    }
    return row_of(KINDS["articles"], record)


def make_article_children(account: Account) -> Mapping[str, list[Row]]:
    """Attachments, comments, votes, and votes of comments."""
    made: dict[str, list[Row]] = {
        "article_attachments": [],
        "article_comments": [],
        "article_votes": [],
        "article_comment_votes": [],
    }
    for n, row in enumerate(account.table("articles").by_key()):
        article = row.record()
        made["article_attachments"] += [_attachment(account, article, n * 4 + place) for place in range(n % 3)]
        made["article_votes"] += [
            vote_row(account, "article_votes", "Article", article, n * 8 + place) for place in range(n % 3)
        ]
        for place in range(n % 4):
            comment = _comment(account, article, n * 4 + place)
            made["article_comments"].append(row_of(KINDS["article_comments"], comment))
            for voted in range(place % 2 + (n % 4 == 3)):
                step = 100_000 + (n * 4 + place) * 4 + voted
                made["article_comment_votes"].append(
                    vote_row(account, "article_comment_votes", "Comment", comment, step)
                )
    return made


def _attachment(account: Account, article: Record, n: int) -> Row:
    number, rng = number_of("article_attachments", n), account.random(f"article attachment {n}")
    file = attachment(rng, number)
    record = {name: file[name] for name in ("id", "file_name", "content_type", "content_url", "size")}
    record |= {
        "url": f"{GUIDE}/articles/attachments/{number}.json",
        "article_id": article["id"],
        "inline": n % 2 == 0,
        "locale": "en-us" if n % 3 else None,
        "guide_media_id": f"01HM{n:022d}" if n % 5 == 0 else None,
        "created_at": article["created_at"],
        "updated_at": article["updated_at"],
    }
    return row_of(KINDS["article_attachments"], record)


def _comment(account: Account, article: Record, n: int) -> Record:
    number, rng = number_of("article_comments", n), account.random(f"article comment {n}")
    return {
        "id": number,
        "url": f"{GUIDE}/en-us/articles/{article['id']}/comments/{number}.json",
        "html_url": f"{article['html_url']}#comment_{number}",
        "body": f"<p>{paragraph(rng)}</p>",
        "author_id": account.keep("cast", cast_of).end_user(rng),
        "source_id": article["id"],
        "source_type": "Article",
        "locale": "en-us",
        "vote_sum": 1,
        "vote_count": 1,
        "non_author_editor_id": account.keep("cast", cast_of).user(0) if n % 5 == 0 else None,
        "non_author_updated_at": article["updated_at"] if n % 5 == 0 else None,
        "created_at": article["created_at"],
        "updated_at": article["updated_at"],
    }


def vote_row(account: Account, kind: str, item: str, voted: Record, n: int) -> Row:
    """One vote for an article, a post or a comment."""
    number, rng = number_of(kind, n), account.random(f"{kind} {n}")
    record = {
        "id": number,
        "url": f"{GUIDE}/votes/{number}.json",
        "user_id": account.keep("cast", cast_of).end_user(rng),
        "value": 1 if n % 3 else -1,
        "item_id": voted["id"],
        "item_type": item,
        "created_at": voted["created_at"],
        "updated_at": voted["updated_at"],
    }
    return row_of(KINDS[kind], record)
