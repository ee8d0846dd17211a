"""Links and diagrams of the documents, as the documentation site has them."""

import pytest

from scripts.site.links import site_links
from scripts.site.relation_picture import picture, with_pictures

REPOSITORY = "https://github.com/source-zendesk-support/source-zendesk-support/blob/main"


@pytest.mark.parametrize(
    ("document", "page", "link", "expected"),
    [
        ("docs/streams.md", "streams.md", "behaviors.md#gates", "behaviors.md#gates"),
        ("docs/troubleshooting.md", "troubleshooting.md", "../README.md#config", "index.md#config"),
        ("README.md", "index.md", "docs/streams.md", "streams.md"),
        ("README.md", "index.md", "LICENSE", f"{REPOSITORY}/LICENSE"),
        ("README.md", "index.md", "manifest.yaml", f"{REPOSITORY}/manifest.yaml"),
        ("benchmarks/RESULTS.md", "benchmarks/results.md", "../docs/performance.md", "../performance.md"),
        ("docs/performance.md", "performance.md", "../benchmarks/RESULTS.md", "benchmarks/results.md"),
        ("docs/streams.md", "streams.md", "#limits", "#limits"),
        ("docs/streams.md", "streams.md", "https://example.com/a", "https://example.com/a"),
    ],
)
def test_link_leads_to_the_page_of_the_document(document: str, page: str, link: str, expected: str) -> None:
    assert site_links(f"See [this]({link}).", document, page) == f"See [this]({expected})."


DIAGRAM = """Before.

```mermaid
erDiagram
    comments }o--|| tickets : ticket_id
    tickets }o--o| users : requester_id
    users }o--o| tickets : last_ticket_id
```

After.
"""


def test_diagram_becomes_a_picture_with_each_table_once() -> None:
    text = with_pictures(DIAGRAM)
    assert text.startswith("Before.\n\n<svg ")
    assert text.endswith("</svg>\n\nAfter.\n")
    assert [text.count(f">{name}</text>") for name in ("comments", "tickets", "users")] == [1, 1, 1]
    assert [text.count(f">{name}</text>") for name in ("ticket_id", "requester_id", "last_ticket_id")] == [1, 1, 1]
    assert text.count("<path ") == 3


def test_table_is_to_the_left_of_the_one_that_it_refers_to() -> None:
    drawn = picture([("comments", "tickets", "ticket_id"), ("tickets", "users", "requester_id")])
    assert [drawn.count(f'<rect x="{x}" y="4"') for x in (4, 284, 564)] == [1, 1, 1]
    assert 'viewBox="0 0 778 52"' in drawn
