"""`make form`: writes docs/form.png, a picture of the form as a user first sees it."""

import hashlib
import json
import struct
import sys
import tempfile
import zlib
from pathlib import Path

from integration_tests.form.browser import browser, read_page, take_picture
from integration_tests.form.form_page import ROOT, library, report, specification, write_page

PICTURE = ROOT / "docs" / "form.png"
WIDTH_PIXELS = 680
END_CHUNK_BYTES = 12


def main() -> int:
    """Return the exit code."""
    program, script = browser(), library()
    if program is None or script is None:
        sys.stderr.write("No browser: install Debian's package chromium.\n" if script else "Run `make form`.\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "form.html"
        write_page(script, page, configs={})
        height = report(read_page(program, page))["height"]
        write_page(script, page, configs=None)
        take_picture(program, page, PICTURE, WIDTH_PIXELS, height)
    PICTURE.write_bytes(with_comment(PICTURE.read_bytes(), origin()))
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size:,} bytes\n")
    return 0


def origin() -> bytes:
    """The comment of a picture of today's form: a digest of the spec."""
    return b"Source\0" + hashlib.sha256(json.dumps(specification(), sort_keys=True).encode()).hexdigest().encode()


def with_comment(png: bytes, comment: bytes) -> bytes:
    """The PNG with a text chunk before its end."""
    chunk = b"tEXt" + comment
    framed = struct.pack(">I", len(comment)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return png[:-END_CHUNK_BYTES] + framed + png[-END_CHUNK_BYTES:]


if __name__ == "__main__":
    sys.exit(main())
