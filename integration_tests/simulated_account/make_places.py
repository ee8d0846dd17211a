"""Languages and times: locales, dynamic content, schedules, holidays."""

from collections.abc import Mapping

from .account import Account
from .heads import dates, head
from .kinds import KINDS, number_of, row_of
from .rows import Record, Row
from .stamps import DAY, day

_LOCALES = (
    ("en-US", "English"),
    ("de", "Deutsch"),
    ("ja", "日本語"),
    ("pt-br", "Português (Brasil)"),
    ("ar", "العربية"),
)


def make_locales(account: Account) -> Mapping[str, list[Row]]:
    """The locales of the account, and its dynamic content in two of them."""
    return {
        "locales": [_locale(account, n, locale, name) for n, (locale, name) in enumerate(_LOCALES)],
        "dynamic_content_items": [_content(account, n) for n in range(account.size("dynamic_content_items", 8))],
    }


def _locale(account: Account, n: int, locale: str, name: str) -> Row:
    record = head(account, "locales", n) | {"id": n + 1, "locale": locale, "name": name}
    return row_of(KINDS["locales"], record)


def _content(account: Account, n: int) -> Row:
    top = head(account, "dynamic_content_items", n)
    variants = [
        {
            "url": f"{top['url'][:-5]}/variants/{top['id'] + place}.json",
            "id": top["id"] + place,
            "content": text,
            "locale_id": place,
        }
        | {"outdated": False, "active": True, "default": place == 1}
        | dates(account, n)
        for place, text in ((1, f"Hello {n}"), (2, f"Grüß Gott {n}"))
    ]
    more: Record = {
        "name": f"greeting {n}",
        "placeholder": f"{{{{dc.greeting_{n}}}}}",
        "default_locale_id": 1,
        "outdated": n == 3,
    }
    return row_of(KINDS["dynamic_content_items"], top | more | {"variants": variants})


def make_schedules(account: Account) -> Mapping[str, list[Row]]:
    """Business hours and holidays."""
    schedules = [_schedule(account, n, zone) for n, zone in enumerate(("Berlin", "Tokyo"))]
    holidays = [_holiday(account, schedule, n) for schedule in schedules for n in range(2)]
    return {"schedules": schedules, "schedule_holidays": holidays}


def _schedule(account: Account, n: int, zone: str) -> Row:
    intervals = [{"start_time": 1440 * weekday + 480, "end_time": 1440 * weekday + 1020} for weekday in range(1, 6)]
    record: Record = {
        "id": number_of("schedules", n),
        "name": f"Office {zone}",
        "time_zone": zone,
        "intervals": intervals,
    }
    return row_of(KINDS["schedules"], record | dates(account, n))


def _holiday(account: Account, schedule: Row, n: int) -> Row:
    start = account.made_at + (n * 40 - 20) * DAY
    number = number_of("schedule_holidays", int(schedule.key) % 1000 * 2 + n)
    row = row_of(
        KINDS["schedule_holidays"],
        {"id": number, "name": f"Holiday {n}", "start_date": day(start), "end_date": day(start + DAY)},
    )
    row.parent = schedule.key
    return row
