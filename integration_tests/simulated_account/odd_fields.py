"""Custom ticket fields of accounts that have hundreds: every type, and titles that make trouble as column names."""

from itertools import chain, cycle, islice

NamedField = tuple[str, str]

ODD: tuple[NamedField, ...] = (
    ("text", "Order Number!"),
    ("integer", "order number"),
    ("text", "注文番号"),
    ("text", "🎉"),
    ("text", "\u200b"),
    ("tagger", "Status"),
    ("text", "Product label"),
    ("hologram", "Something new"),
    ("lookup", "Device"),
    ("multiselect", "Which of the parts of the machine that you have bought from us are affected"),
)
"""Type and title. The n-th of these is an odd field; "Device" refers to a custom object."""

_KINDS = (
    "text", "textarea", "regexp", "partialcreditcard", "integer", "decimal", "checkbox", "date", "tagger",
    "multiselect", "lookup",
)  # fmt: skip
CUSTOM_OBJECT = "zen:custom_object:device"


def more_fields(count: int) -> list[NamedField]:
    """So many fields: the odd ones first, then plain ones of every type in turn."""
    plain = ((kind, f"Detail {n}") for n, kind in enumerate(cycle(_KINDS)))
    return list(islice(chain(ODD, plain), count))
