"""How accounts differ from each other; the defaults are the usual account."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AccountBehavior:
    """The differences.

    `whole_seconds`: a page of a time export never ends inside a second, so it may exceed `per_page`
    (docs/zendesk-api.md#time-based-exports (3)).
    `cursor_generation`: raised to make every export cursor that is under way unknown.
    `rows_at_once`: the most rows that exports by time hand out at once, whatever is requested; 0: as many as they may.
    `pages_of_one_response`: lists that are documented as one response come in pages of so many rows; 0: at once.
    `endless_cursors`: lists with cursors name ever new next pages.
    `closed_exports`: the exports that are announced to end refuse with this shape of `account_plan.SHAPES`, or answer
    with no rows ("empty"); empty: they are open.
    `exports_close_after`: after so many calls, each export by itself.
    `show_many_without_archived`: archived tickets cannot be read by their ids.
    `files_elsewhere`: requests for files are redirected to another host, which refuses credentials.
    `file_urls_expire`: the URLs of files have expired; only those of single records have not.
    `unknown_subdomain`: what a name that no account has answers: "redirect", "html" (200), "html404"; empty: none.
    """

    whole_seconds: bool = False
    cursor_generation: int = 0
    rows_at_once: int = 0
    pages_of_one_response: int = 0
    endless_cursors: bool = False
    closed_exports: str = ""
    exports_close_after: int = 0
    show_many_without_archived: bool = False
    files_elsewhere: bool = False
    file_urls_expire: bool = False
    unknown_subdomain: str = ""
