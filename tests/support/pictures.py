"""Pictures for tests: small ones of each kind, and a store that keeps them in memory."""

import struct
import zlib
from dataclasses import dataclass, field

from shop import problems
from shop.catalogue.images import ImageKind


def png(width: int, height: int, grey: int = 128) -> bytes:
    """A grey picture as a PNG."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([grey]) * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    """The headers of a JPEG, with a comment and a table before its frame."""
    frame = struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xfe\x00\x05abc\xff\xc4\x00\x03\x00\xff\xff\xc2" + frame + b"\xff\xd9"


def webp(width: int, height: int, kind: str = "VP8X") -> bytes:
    """The headers of a WebP: lossy, lossless or extended."""
    body = {
        "VP8 ": b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height),
        "VP8L": b"\x2f" + struct.pack("<I", width - 1 | height - 1 << 14) + b"\0" * 5,
        "VP8X": b"\0" * 4 + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"),
    }[kind]
    return b"RIFF" + struct.pack("<I", len(body) + 12) + b"WEBP" + kind.encode() + struct.pack("<I", len(body)) + body


@dataclass
class KeptPictures:
    """A store in memory; `broken` makes it refuse."""

    kept: dict[str, bytes] = field(default_factory=dict)
    broken: bool = False

    def put(self, name: str, data: bytes, kind: ImageKind) -> None:
        if self.broken:
            raise problems.PICTURES_UNAVAILABLE.error()
        assert name.endswith(kind)
        self.kept[name] = data

    def get(self, name: str) -> bytes | None:
        if self.broken:
            raise problems.PICTURES_UNAVAILABLE.error()
        return self.kept.get(name)

    def delete(self, name: str) -> None:
        if not self.broken:
            self.kept.pop(name, None)
