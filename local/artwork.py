"""Pictures for the demo shop: drawn, so that the repository holds none."""

import colorsys
import struct
import zlib
from collections.abc import Sequence

_WIDTH, _HEIGHT = 480, 360
_BACK, _DARK, _MIDDLE, _LIGHT = range(4)

Rectangle = tuple[int, int, int, int, int]
"""The left, top, right and bottom edge, and the place of the colour in the palette."""

_BOX: Sequence[Rectangle] = ((120, 90, 360, 280, _MIDDLE), (120, 90, 360, 120, _DARK), (224, 90, 256, 280, _DARK))
_DRAWINGS: dict[str, Sequence[Rectangle]] = {
    "Phones": ((180, 50, 300, 310, _DARK), (190, 74, 290, 286, _LIGHT), (222, 58, 258, 64, _MIDDLE)),
    "Computers": (
        *((120, 80, 360, 240, _DARK), (132, 92, 348, 228, _LIGHT)),
        *((90, 244, 390, 268, _MIDDLE), (200, 244, 280, 252, _DARK)),
    ),
    "TV and audio": (
        *((80, 70, 400, 260, _DARK), (92, 82, 388, 248, _LIGHT)),
        *((220, 260, 260, 284, _MIDDLE), (160, 284, 320, 294, _MIDDLE)),
    ),
    "Home appliances": (
        *((160, 40, 320, 316, _MIDDLE), (160, 144, 320, 150, _DARK)),
        *(
            (180, 80, 188, 124, _DARK),
            (180, 172, 188, 240, _DARK),
            (176, 316, 196, 326, _DARK),
            (284, 316, 304, 326, _DARK),
        ),
    ),
    "Kitchen": (
        *((140, 140, 340, 270, _MIDDLE), (124, 122, 356, 140, _DARK), (222, 96, 258, 122, _DARK)),
        *((96, 166, 140, 184, _DARK), (340, 166, 384, 184, _DARK), (160, 180, 320, 190, _LIGHT)),
    ),
    "Furniture": (
        *((170, 50, 190, 310, _DARK), (290, 190, 310, 310, _DARK), (190, 66, 204, 180, _MIDDLE)),
        *((170, 180, 310, 206, _MIDDLE), (190, 250, 290, 258, _LIGHT)),
    ),
}


def picture(number: int, category: str = "") -> bytes:
    """Draw the picture of a product as a PNG: a thing of its category, or a box, in colours of its own."""
    lines = [bytearray([_BACK]) * _WIDTH for _ in range(_HEIGHT)]
    for left, top, right, bottom, colour in _DRAWINGS.get(category, _BOX):
        for line in lines[top:bottom]:
            line[left:right] = bytes([colour]) * (right - left)
    rows = b"".join(b"\0" + line for line in lines)
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 3, 0, 0, 0)  # a byte for each pixel, its place in the palette
    parts = ((b"IHDR", header), (b"PLTE", _palette(number)), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _palette(number: int) -> bytes:
    """Return four colours of one hue; neighbouring numbers have hues far apart."""
    hue = number * 0.618 % 1
    colours = (colorsys.hls_to_rgb(hue, light, 0.45) for light in (0.92, 0.35, 0.6, 0.82))
    return b"".join(bytes(round(part * 255) for part in colour) for colour in colours)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
