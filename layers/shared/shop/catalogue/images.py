"""Images: their kind and size, read from the first bytes of a file."""

from dataclasses import dataclass
from enum import StrEnum


class ImageKind(StrEnum):
    """The kinds of images that browsers show: the endings of their names."""

    JPEG = "jpg"
    PNG = "png"
    WEBP = "webp"

    @property
    def media_type(self) -> str:
        """Return the media type."""
        return "image/jpeg" if self is ImageKind.JPEG else f"image/{self.value}"


@dataclass(frozen=True, slots=True)
class Image:
    """The kind of an image, and its size in pixels."""

    kind: ImageKind
    width: int
    height: int


def read_image(data: bytes) -> Image | None:
    """Read what kind of image a file is, and its size. Returns None for any other file."""
    for kind, measure in ((ImageKind.PNG, _png), (ImageKind.JPEG, _jpeg), (ImageKind.WEBP, _webp)):
        size = measure(data)
        if size is not None and min(size) > 0:
            return Image(kind, *size)
    return None


def _png(data: bytes) -> tuple[int, int] | None:
    """Read the first chunk: https://www.w3.org/TR/png/#11IHDR."""
    if data[:16] != b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" or len(data) < 24:
        return None
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""The markers of JPEG's frames, which begin with the size; the other three are tables."""
_ALONE = {0x00, 0x01, *range(0xD0, 0xDB)}
"""The markers without a length, and the one of the scan: none of them stands before the frame."""
_FRAME_BYTES = 9
_MOST_MARKERS = 1000


def _jpeg(data: bytes) -> tuple[int, int] | None:
    """Go from marker to marker until a frame: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.1.1 and B.2.2."""
    if data[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    for _ in range(_MOST_MARKERS):
        if data[at : at + 1] != b"\xff" or at + _FRAME_BYTES > len(data):
            return None
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker in _FRAMES:
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        if marker == 0xFF:  # a byte that fills up
            at += 1
        elif marker in _ALONE or length < 2:
            return None
        else:
            at += 2 + length
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    """Read the first of three kinds of chunks: https://developers.google.com/speed/webp/docs/riff_container."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    chunk = data[12:16]
    if chunk == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    if chunk == b"VP8L" and data[20:21] == b"\x2f":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    return None
