"""Links that are right in the repository and on the site: where each document of the repository is on the site."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

REPOSITORY = "https://github.com/source-zendesk-support/source-zendesk-support/blob/main"
OUTSIDE_DOCS: Mapping[str, str] = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "benchmarks/PROFILE.md": "benchmarks/profile.md",
    "benchmarks/RESULTS.md": "benchmarks/results.md",
}
"""Documents that are not in docs/, by their paths in the repository, and their pages."""
_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)(?P<path>[^)#\s]+)(?P<anchor>#[^)\s]*)?(?=\))")


def site_links(text: str, document: str, page: str) -> str:
    """The text of a document with links to pages of the site instead of files of the repository.

    Args:
        text: Markdown as it is in the repository.
        document: the document's path in the repository, such as ``docs/streams.md``.
        page: its page's path on the site, such as ``streams.md``.

    Returns:
        the same Markdown; links to files that have no page lead to the repository.
    """

    def site_link(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(document), match["path"]))
        return _address(target, page) + (match["anchor"] or "")

    return _LINK.sub(site_link, text)


def _address(target: str, page: str) -> str:
    found = OUTSIDE_DOCS.get(target) or (target.removeprefix("docs/") if target.startswith("docs/") else "")
    return posixpath.relpath(found, posixpath.dirname(page) or ".") if found else f"{REPOSITORY}/{target}"
