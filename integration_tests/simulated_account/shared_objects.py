"""Objects that stand inside many records: attachments and `via`."""

from random import Random

from .tables import Record

HOME = "https://acme.zendesk.com"

_FILES = (
    ("photo.jpg", "image/jpeg"), ("screenshot.png", "image/png"), ("facture_été.pdf", "application/pdf"),
    ("log.txt", "text/plain"), ("請求書.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)  # fmt: skip


def attachment(rng: Random, number: int, *, inline: bool = False, file: int | None = None) -> Record:
    """One attachment; pictures have a size in pixels and a thumbnail, other files have null and none."""
    name, kind = _FILES[rng.randrange(len(_FILES)) if file is None else file]
    picture = kind.startswith("image/")
    record = _file(rng, number, name, kind, 1600 if picture else None)
    record["inline"] = inline
    record["thumbnails"] = [_file(rng, number + 1, name.replace(".", "_thumb."), kind, 80)] if picture else []
    return record


def _file(rng: Random, number: int, name: str, kind: str, pixels: int | None) -> Record:
    content = f"{HOME}/attachments/token/{rng.getrandbits(80):020x}/?name={name}"
    return {
        "url": f"{HOME}/api/v2/attachments/{number}.json",
        "id": number,
        "file_name": name,
        "content_url": content,
        "mapped_content_url": content.replace(HOME, "https://support.acme.example"),
        "content_type": kind,
        "size": rng.randint(900, 3_000_000),
        "width": pixels,
        "height": pixels * 3 // 4 if pixels else None,
        "inline": False,
        "deleted": False,
        "malware_access_override": False,
        "malware_scan_result": "malware_not_found",
    }


def _via(channel: str, source: Record, to: Record, rel: str | None) -> Record:
    return {"channel": channel, "source": {"from": source, "to": to, "rel": rel}}


def mail(name: str, address: str) -> Record:
    """`via` of something that came by e-mail."""
    source = {"address": address, "name": name, "original_recipients": [address, "support@acme.zendesk.com"]}
    return _via("email", source, {"name": "Acme", "address": "support@acme.zendesk.com"}, None)


def plain(channel: str) -> Record:
    """`via` of a channel that names no source."""
    return _via(channel, {}, {}, None)


def follow_up(ticket: int, subject: str) -> Record:
    """`via` of a ticket that follows a closed one."""
    return _via("web", {"ticket_id": ticket, "subject": subject, "channel": "email"}, {}, "follow_up")


def merge(tickets: list[int]) -> Record:
    """`via` of the audit that merges other tickets into this one."""
    return _via("web", {"ticket_id": tickets[0], "ticket_ids": tickets, "subject": "Merged ticket"}, {}, "merge")


def rule(number: int, title: str) -> Record:
    """`via` of something that a trigger did."""
    return _via("rule", {"id": number, "title": title, "deleted": False, "revision_id": 3}, {}, "trigger")


def messaging(ticket: int, name: str) -> Record:
    """`via` of something that came through another channel's page."""
    source = {"ticket_id": ticket, "subject": "Conversation", "name": name, "id": 7, "title": "Acme page"}
    return _via("native_messaging", source, {"name": name, "address": "acme"}, "direct_message")
