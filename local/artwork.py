"""Pictures for the demo shop: drawn, so that the repository holds none."""

import colorsys
import struct
import zlib

_WIDTH, _HEIGHT = 480, 360
_BACK, _SHADE, _FRONT = range(3)


def picture(number: int) -> bytes:
    """Draw the picture of a product as a PNG: a box with a ribbon, in colours of its own."""
    rows = b"".join(b"\0" + bytes(_colour(x, y) for x in range(_WIDTH)) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 3, 0, 0, 0)  # a byte for each pixel, its place in the palette
    parts = ((b"IHDR", header), (b"PLTE", _palette(number)), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _colour(x: int, y: int) -> int:
    """Return the place in the palette of a pixel's colour."""
    across, down = abs(x - _WIDTH // 2), y - _HEIGHT // 2
    if across > 120 or not -90 <= down <= 100:
        return _BACK
    return _SHADE if across < 16 or -90 <= down < -60 else _FRONT


def _palette(number: int) -> bytes:
    """Return three colours of one hue; neighbouring numbers have hues far apart."""
    hue = number * 0.618 % 1
    colours = (colorsys.hls_to_rgb(hue, light, 0.45) for light in (0.92, 0.45, 0.65))
    return b"".join(bytes(round(part * 255) for part in colour) for colour in colours)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
