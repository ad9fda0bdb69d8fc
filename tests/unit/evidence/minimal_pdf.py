"""PDFs written by hand for tests: words at places, pages turned, pictures, a password."""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass

_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


@dataclass(frozen=True)
class Text:
    """Words set at `x`, `y` points from the top left of an upright page, `size` points high."""

    x: float
    y: float
    words: str
    size: float = 10.0
    is_bold: bool = False
    underline: float = 0.0  # the length of a stroke below, in points


def make_pdf(
    pages: Sequence[Sequence[Text]],
    *,
    width: int = 612,
    height: int = 792,
    rotate: int = 0,
    sideways: bool = False,
    picture: bool = False,
    password: str | None = None,
    title: str = "",
) -> bytes:
    """Write a PDF.

    Args:
        pages: what each page prints, in the order of the file.
        width: of the page as it is shown.
        height: of the page as it is shown.
        rotate: the page's /Rotate entry; the words are still upright when it is shown.
        sideways: the words run up the page (as a turned table does) and /Rotate is 0.
        picture: a grey picture fills each page.
        password: encrypts the file with a password that must be given to open it.
        title: the file's own title.
    """
    turned = rotate in (90, 270) or sideways
    media = (height, width) if turned else (width, height)
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    catalog, tree = add(b""), add(b"")
    regular = add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    bold = add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>")
    image = add(
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray "
        b"/BitsPerComponent 8 /Length 1 >>\nstream\n\x80\nendstream"
    )
    kids = []
    angle = 90 if sideways else rotate
    for texts in pages:
        stream = _content(texts, media, angle, picture=picture)
        content = add(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %d %d] /Rotate %d /Contents %d 0 R "
                b"/Resources << /Font << /F1 %d 0 R /F2 %d 0 R >> /XObject << /I %d 0 R >> >> >>"
                % (tree, *media, rotate, content, regular, bold, image)
            )
        )
    info = add(b"<< /Title (%s) >>" % title.encode())
    objects[catalog - 1] = b"<< /Type /Catalog /Pages %d 0 R >>" % tree
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[tree - 1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), listed)
    extra = b"/Info %d 0 R" % info
    if password is not None:
        extra += b" /Encrypt %d 0 R /ID [<00> <00>]" % add(_encryption(password))
    return _file(objects, catalog, extra)


def _content(texts: Sequence[Text], media: tuple[int, int], angle: int, *, picture: bool) -> bytes:
    width, height = media
    parts = [b"q %d 0 0 %d 0 0 cm /I Do Q" % media] if picture else []
    for text in texts:
        escaped = text.words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        matrix = {
            0: (1, 0, 0, 1, text.x, height - text.y),
            90: (0, 1, -1, 0, text.y, text.x),
            180: (-1, 0, 0, -1, width - text.x, text.y),
            270: (0, -1, 1, 0, width - text.y, height - text.x),
        }[angle]
        place = " ".join(f"{number:g}" for number in matrix)
        font = "F2" if text.is_bold else "F1"
        parts.append(f"BT /{font} {text.size:g} Tf {place} Tm ({escaped}) Tj ET".encode("latin-1"))
        if text.underline:
            stroke = f"q {place} cm 0 -1.5 {text.underline:g} 0.4 re f Q"
            parts.append(stroke.encode("latin-1"))
    return b"\n".join(parts)


def _file(objects: Sequence[bytes], catalog: int, extra: bytes) -> bytes:
    data = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    data += b"trailer\n<< /Size %d /Root %d 0 R %s >>\n" % (size, catalog, extra)
    return data + b"startxref\n%d\n%%%%EOF\n" % start


def _encryption(password: str) -> bytes:
    """Build the dictionary of the standard handler, 40-bit RC4 (PDF 1.7, 7.6.3, algorithms 2-4)."""
    padded = (password.encode() + _PAD)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    permissions = -4
    seed = padded + owner + struct.pack("<i", permissions) + b"\x00"
    user = _rc4(hashlib.md5(seed).digest()[:5], _PAD)
    return b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P %d >>" % (
        owner.hex().encode(),
        user.hex().encode(),
        permissions,
    )


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
