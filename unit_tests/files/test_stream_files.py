"""Files of attachments, from the record to the staging folder."""

from pathlib import Path
from typing import Any

import pytest

from source_zendesk_support.source import SourceZendeskSupport
from unit_tests.account import ADMIN, NOT_FOUND, Account, Reply, cursor_page
from unit_tests.files.attachments import BASIC, HELLO, KEPT, WITH, attachment, has, offers, references, synced
from unit_tests.reading import CONFIG, REFRESH, Outcome, catalog_of, read

WITHOUT = {800: None}
FAILED = [{"id": 800, "tries": 1, "row": KEPT}]


def assert_skipped(outcome: Outcome, reason: str) -> None:
    assert references(outcome) == WITHOUT
    assert f"Stream ticket_attachments: files that were not downloaded: {reason}." in outcome.infos
    assert "failed_files" not in outcome.state()


def article_attachments(account: Account, *keys: int) -> list[dict[str, Any]]:
    """An article with these attachments."""
    url, time = "https://acme.zendesk.com/hc/article_attachments/", "2024-05-01T00:00:00Z"
    account.on("/api/v2/help_center/articles.json", cursor_page("articles", [{"id": 100, "updated_at": time}]))
    rows = [attachment(key, content_url=f"{url}{key}", updated_at=time) for key in keys]
    account.on("/api/v2/help_center/articles/100/attachments.json", cursor_page("article_attachments", rows))
    return rows


def test_record_carries_the_reference_to_its_file(account: Account, staging: Path) -> None:
    offers(account, HELLO)
    outcome = synced()
    [record] = outcome.messages
    assert record.file_reference is not None
    assert vars(record.file_reference) == {
        "staging_file_url": str(staging / "ticket_attachments/800/800.txt"),
        "source_file_relative_path": "ticket_attachments/800/800.txt",
        "file_size_bytes": 5,
    }
    assert (staging / "ticket_attachments/800/800.txt").read_bytes() == b"hello"
    assert account.signed[-1] == ("acme.zendesk.com", "/attachments/token/800/", BASIC)
    assert outcome.order == ["ticket_attachments", "ticket_attachments STATE", "ticket_attachments STATE"]
    assert outcome.warnings == []
    assert "Stream ticket_attachments: 1 files with 0.0 MB downloaded." in outcome.infos


def test_catalog_decides_if_the_config_does_not(account: Account, staging: Path) -> None:
    offers(account, HELLO)
    catalog = catalog_of(["ticket_attachments"])
    catalog.streams[0].include_files = True
    source = SourceZendeskSupport(catalog=catalog, config=CONFIG, state=[])
    found = [message.record for message in source.read(source.logger, CONFIG, catalog, []) if message.record]
    assert [bool(record.file_reference) for record in found] == [True]
    assert (staging / "ticket_attachments/800/800.txt").exists()


def test_nothing_is_downloaded_unless_somebody_wants_it(account: Account, staging: Path) -> None:
    has(account, attachment(800))
    outcome = read("ticket_attachments")
    assert references(outcome) == WITHOUT
    assert [path for _, path, _ in account.signed if "token" in path] == []
    assert list(staging.iterdir()) == []


def test_only_attachments_have_files() -> None:
    source = SourceZendeskSupport(config=CONFIG)
    with_files = [stream.name for stream in source.streams(CONFIG) if stream.as_airbyte_stream().is_file_based]
    assert with_files == ["ticket_attachments", "article_attachments"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"deleted": True}, "1 deleted or redacted"),
        ({"malware_scan_result": "malware_found"}, "1 malware found"),
        ({"size": 2_000_001}, "1 larger than files.max_megabytes"),
        ({"content_type": "image/png"}, "1 of a type that is not in files.content_types"),
        ({"content_url": None}, "1 without a URL"),
    ],
)
def test_unwanted_file_is_skipped_and_counted(
    account: Account, staging: Path, fields: dict[str, Any], reason: str
) -> None:
    offers(account, **fields)
    outcome = synced(max_megabytes=2, content_types=["text/*"])
    assert_skipped(outcome, reason)
    assert outcome.warnings == []


def test_file_with_malware_is_downloaded_if_an_administrator_allowed_it(account: Account, staging: Path) -> None:
    offers(account, HELLO, malware_scan_result="malware_found", malware_access_override=True)
    assert references(synced()) == WITH


@pytest.mark.parametrize(
    ("replies", "why"),
    [
        ([Reply(b"hell")] * 4, "4 bytes came instead of 5"),
        ([Reply(b"hello!")] * 4, "6 bytes came instead of 5"),
        ([Reply(b"", status=500)] * 4, "HTTP 500"),
        ([Reply(b"hello", headers={"Content-Type": "text/html"})] * 4, "a web page came instead of the file"),
        ([Reply(b"", status=302)] * 4, "HTTP 302 without a Location"),
        ([Reply(b"", status=302, headers={"Location": "/attachments/token/800/"})] * 24, "more than 5 redirects"),
        ([Reply(b"", status=302, headers={"Location": "http://files.example"})] * 4, "its URL is not an https address"),
    ],
)
def test_failed_file_is_reported_and_remembered(
    account: Account, staging: Path, replies: list[Reply], why: str
) -> None:
    has(account, attachment(800), attachment(801))
    account.on("/attachments/token/800/", *replies)
    account.on("/attachments/token/801/", HELLO)
    outcome = synced()
    assert references(outcome) == {800: None, 801: ("ticket_attachments/801/801.txt", 5)}
    assert outcome.warnings == [
        (
            f"Stream ticket_attachments: 1 files could not be downloaded, the first one attachment 800: {why}. Their "
            "records were emitted without them; the next sync tries again."
        )
    ]
    assert outcome.state()["failed_files"] == FAILED
    assert sorted(path.name for path in staging.rglob("*") if path.is_file()) == ["801.txt"]


def test_failure_that_passes_is_tried_again_at_once(account: Account, staging: Path) -> None:
    offers(account, Reply(b"hel"), Reply(b"", status=503), Reply(b"", status=429), HELLO)
    outcome = synced()
    assert references(outcome) == WITH
    assert outcome.warnings == []


def test_length_that_two_responses_announce_is_believed(account: Account, staging: Path) -> None:
    five = Reply(b"hello", headers={"Content-Length": "5"})
    offers(account, five, Reply(b"hell", headers={"Content-Length": "4"}), five, five, size=7)
    outcome = synced()
    assert references(outcome) == WITH
    assert outcome.warnings == []


def test_empty_file_is_a_file(account: Account, staging: Path) -> None:
    offers(account, Reply(b""), size=0)
    assert references(synced()) == {800: ("ticket_attachments/800/800.txt", 0)}
    assert (staging / "ticket_attachments/800/800.txt").read_bytes() == b""


def test_file_without_a_size_is_limited_while_it_arrives(account: Account, staging: Path) -> None:
    offers(account, Reply(b"x" * 1_000_001), size=None)
    outcome = synced(max_megabytes=1)
    assert_skipped(outcome, "1 larger than files.max_megabytes")
    assert [path for path in staging.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_expired_url_is_replaced_by_that_of_the_record(account: Account, staging: Path, status: int) -> None:
    offers(account, Reply(b"", status=status))
    fresh = "https://acme.zendesk.com/attachments/token/new/"
    account.on("/api/v2/attachments/800", {"attachment": attachment(800, content_url=fresh)})
    account.on("/attachments/token/new/", HELLO)
    outcome = synced()
    assert references(outcome) == WITH
    assert outcome.records()[0]["content_url"].endswith("/800/?name=800.txt")
    assert account.requested[-3:] == [
        "/attachments/token/800/?name=800.txt",
        "/api/v2/attachments/800",
        "/attachments/token/new/",
    ]


def test_file_of_an_attachment_that_is_gone_is_not_tried_again(account: Account, staging: Path) -> None:
    offers(account, Reply(b"", status=404))
    account.on("/api/v2/attachments/800", NOT_FOUND)
    assert_skipped(synced(), "1 no longer in Zendesk")


def test_file_of_an_attachment_that_was_redacted_meanwhile_is_skipped(account: Account, staging: Path) -> None:
    offers(account, Reply(b"", status=404))
    account.on("/api/v2/attachments/800", {"attachment": attachment(800, deleted=True)})
    assert_skipped(synced(), "1 deleted or redacted")


def test_file_that_two_records_of_a_page_have_is_downloaded_once(account: Account, staging: Path) -> None:
    has(account, attachment(800), attachment(800))
    account.on("/attachments/token/800/", HELLO)
    outcome = synced()
    assert [bool(record.file_reference) for record in outcome.messages] == [False, True]


def test_file_on_a_foreign_host_is_fetched_without_anything_that_names_the_account(
    account: Account, staging: Path
) -> None:
    there = {"Location": "https://p1.zdusercontent.com/attachment/1/800?token=secret"}
    offers(account, Reply(b"", status=302, headers=there))
    account.on("/attachment/1/800", HELLO)
    outcome = synced()
    assert references(outcome) == WITH
    assert account.signed[-2:] == [
        ("acme.zendesk.com", "/attachments/token/800/", BASIC),
        ("p1.zdusercontent.com", "/attachment/1/800", ""),
    ]


@pytest.mark.parametrize(
    "host", ["acme.zendesk.com.evil.example", "evil.example", "acme.zendesk.com:8443", "jo@acme.zendesk.com"]
)
def test_no_host_but_the_accounts_gets_credentials(account: Account, staging: Path, host: str) -> None:
    has(account, attachment(800, content_url=f"https://{host}/x"))
    account.on("/x", HELLO)
    synced()
    assert account.signed[-1][1:] == ("/x", "")


def test_article_attachments_have_files_too(account: Account, staging: Path) -> None:
    [row] = article_attachments(account, 800)
    account.on("/hc/article_attachments/800", Reply(b"", status=404))
    account.on("/api/v2/help_center/articles/attachments/800.json", {"article_attachment": row})
    account.on("/hc/article_attachments/800", HELLO)
    outcome = read("article_attachments", files={"download": True})
    assert references(outcome) == {800: ("article_attachments/800/800.txt", 5)}
    assert account.signed[-1] == ("acme.zendesk.com", "/hc/article_attachments/800", BASIC)
    assert outcome.records() == [row | {"article_id": 100}]


def test_expired_token_is_renewed(account: Account, staging: Path) -> None:
    offers(account, Reply(b"", status=401), HELLO)
    account.on("/oauth/tokens", {"access_token": "e-secret", "refresh_token": "f-secret", "expires_in": 172_800})
    outcome = read("ticket_attachments", credentials={**REFRESH, "access_token": "d-secret"}, files={"download": True})
    assert references(outcome) == WITH
    assert account.signed[-1][1:] == ("/attachments/token/800/", "Bearer e-secret")


def test_row_of_a_deleted_article_attachment_brings_no_file(account: Account, staging: Path) -> None:
    article_attachments(account, 800, 801)
    article_attachments(account, 801)
    for key in (800, 801):
        account.on(f"/hc/article_attachments/{key}", HELLO)
    account.on("/api/v2/users/me", ADMIN, ADMIN)
    config: dict[str, Any] = {"files": {"download": True}, "tombstones": True}
    first = read("article_attachments", **config)
    second = read("article_attachments", saved=first.state(), **config)
    assert references(first) == {key: (f"article_attachments/{key}/{key}.txt", 5) for key in (800, 801)}
    assert [row["id"] for row in second.records() if row["_ab_cdc_deleted_at"]] == [800]
    assert references(second) == {800: None}
