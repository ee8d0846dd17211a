"""Every fault that chance may choose, in the groups of the report."""

STATUS = ("408", "409", "429", "500", "502", "503", "504", "520", "524")
TRANSPORT = ("reset", "reset_body", "gzip_cut")
BODY = ("truncated", "html", "wrong_type", "no_key")
PAGING = ("repeat_page", "stale_page", "empty_page", "reorder", "no_links", "no_cursor", "foreign_link")
ROWS = ("no_id", "empty_object", "null_cursor", "unknown_field", "lone_surrogate")
GROUPS = {
    "error statuses": STATUS,
    "broken transport": TRANSPORT,
    "cut or foreign bodies": BODY,
    "odd pages": PAGING,
    "odd rows": ROWS,
}
ALL = STATUS + TRANSPORT + BODY + PAGING + ROWS
