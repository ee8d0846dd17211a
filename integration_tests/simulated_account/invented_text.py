"""Words for the records: invented, in several scripts, with emoji, so that encodings are exercised."""
# ruff: noqa: RUF001  another alphabet is the point

from html import escape
from random import Random

FIRST = (
    "Ana", "Bilal", "Chiara", "Dmitri", "Eszter", "Fatou", "Goran", "Hana", "Ingrid", "Jamal", "Keiko", "Luís",
    "Maëlle", "Noah", "Olga", "Priya", "Quentin", "Rosa", "Sören", "Tomáš", "Uma", "Victor", "Wanjiru", "Xin",
    "Yusuf", "Zoë",
)  # fmt: skip
LAST = (
    "Almeida", "Bauer", "Costa", "Dubois", "Eriksson", "Fischer", "García", "Haddad", "Ivanova", "Jansen", "Kowalski",
    "Lindgren", "Müller", "Nakamura", "Okafor", "Petrov", "Quispe", "Rossi", "Sato", "Tanaka", "Ueda", "Varga",
    "Wang", "Yüksel", "Zhang", "Ørsted",
)  # fmt: skip
COMPANY = (
    "Nordlicht", "Bluefin", "Kestrel", "Atelier", "Ganges", "Monsoon", "Pinewood", "Quarry", "Redstone", "Sable",
)  # fmt: skip
TRADE = (
    "Logistics", "Foods", "Robotics", "Travel", "Media", "Energy", "Clinics", "Textiles", "Optics", "Games",
)  # fmt: skip
CITY = (
    ("Porto", "PT", "Portugal", 41.1496, -8.611),
    ("Osaka", "JP", "Japan", 34.6937, 135.5023),
    ("Montréal", "CA", "Canada", 45.5017, -73.5673),
    ("Nairobi", "KE", "Kenya", -1.2921, 36.8219),
    ("Kraków", "PL", "Poland", 50.0647, 19.945),
    ("Austin", "US", "United States", 30.2672, -97.7431),
)
BROWSER = """\
Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/131.0
Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148
Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 Chrome/129.0 Safari/537.36
""".splitlines()
SUBJECT = """\
Cannot sign in after the update
Invoice shows the wrong amount
Where is my parcel?
Export stops half way 🙁
Bitte Adresse ändern
返品について
Feature idea: dark mode
Webhook answers with 500
Refund for a double charge
Не приходит письмо с кодом
Printer jams on page two
طلب تعديل الاشتراك
App crashes on start 💥
How do I add a colleague?
Question sur la facture n° 2024/17
Password reset link is dead
Wrong size delivered
Upgrade to the bigger plan
""".splitlines()
SENTENCE = """\
I tried it again this morning and the page stays white.
The order number is on the attached photo.
Could you tell me when this will be solved?
Thank you for the quick answer! 🙏
We have looked at your account and corrected the address.
Please restart the device and hold the button for ten seconds.
Es passiert nur mit dem neuen Gerät, das alte läuft.
お手数ですが、ご確認をお願いいたします。
My colleague sees the same message: "quota exceeded".
We refunded the amount; it takes three working days.
Ça marche maintenant, merci beaucoup.
Это случилось после обновления до версии 4.2.
لم أتلق أي رد حتى الآن.
The log is below: line 17 says <timeout> & then nothing.
I will pass this on to the second line.
Does the plan include more than 5 users? 🤔
""".splitlines()
TAG = (
    "billing", "shipping", "login", "bug", "vip", "refund", "feature_idea", "mobile", "web", "urgent_call",
    "spam_check", "onboarding", "trial", "enterprise", "printer", "eu", "apac", "übergabe", "返品", "api",
)  # fmt: skip


def person(rng: Random) -> str:
    """A name."""
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def company(n: int) -> str:
    """The n-th company name; the names do not repeat."""
    return f"{COMPANY[n % 10]} {TRADE[n // 10 % 10]}" + (f" {n // 100 + 1}" if n >= 100 else "")


def paragraph(rng: Random, least: int = 1, most: int = 4) -> str:
    """Some sentences."""
    return " ".join(rng.choices(SENTENCE, k=rng.randint(least, most)))


def html(text: str) -> str:
    """The text as the small HTML that Zendesk serves beside it."""
    return f'<div class="zd-comment" dir="auto"><p dir="auto">{escape(text, quote=False)}</p></div>'


def tags(rng: Random, most: int = 3) -> list[str]:
    """Up to so many different tags."""
    return rng.sample(TAG, rng.randint(0, most))
