"""The kind and size of an image are read from its first bytes, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.catalogue.images import Image, ImageKind, read_image
from tests.support.pictures import jpeg, png, webp

SIDES = st.integers(1, 16_383)
LARGER_SIDES = st.integers(1, 65_535)


@given(LARGER_SIDES, LARGER_SIDES)
def test_the_size_of_a_jpeg_is_read(width: int, height: int) -> None:
    assert read_image(jpeg(width, height)) == Image(ImageKind.JPEG, width, height)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 70), (2000, 1)])
def test_the_size_of_a_png_is_read(width: int, height: int) -> None:
    assert read_image(png(width, height)) == Image(ImageKind.PNG, width, height)


@pytest.mark.parametrize("kind", ["VP8 ", "VP8L", "VP8X"])
@given(width=SIDES, height=SIDES)
def test_the_size_of_a_webp_is_read(kind: str, width: int, height: int) -> None:
    assert read_image(webp(width, height, kind)) == Image(ImageKind.WEBP, width, height)


@pytest.mark.parametrize("whole", [jpeg(7, 9), png(7, 9), *(webp(7, 9, kind) for kind in ("VP8 ", "VP8L", "VP8X"))])
def test_what_is_cut_off_before_its_size_is_no_image(whole: bytes) -> None:
    sizes = {read_image(whole[:length]) for length in range(len(whole) + 1)}

    assert {image and (image.width, image.height) for image in sizes} == {None, (7, 9)}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + b"\x01\x00" * 20,
        b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>",
        b"\xff\xd8\xff" + b"\xff" * 100,
        b"\xff\xd8" + b"\xff\xe0\x00\x00" * 30,
        jpeg(0, 5),
        b"RIFF\0\0\0\0WEBPVP9 " + b"\0" * 20,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
    ],
)
def test_anything_else_is_no_image(data: bytes) -> None:
    assert read_image(data) is None


@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"RIFF\0\0\0\0WEBP", jpeg(7, 9)]),
    st.binary(max_size=64),
)
def test_no_bytes_are_too_odd_to_be_read(begin: bytes, rest: bytes) -> None:
    image = read_image(begin + rest)

    assert image is None or (image.width > 0 and image.height > 0)


@pytest.mark.parametrize("begin", [b"\xff\x01", b"\xff\xd0", b"\xff\xd8", b"\xff\xe0\x00\x01"])
def test_a_jpeg_that_readers_could_understand_differently_is_no_image(begin: bytes) -> None:
    assert read_image(b"\xff\xd8" + begin + jpeg(1, 1)[2:]) is None


def test_a_jpeg_of_nothing_but_filling_is_given_up() -> None:
    assert read_image(b"\xff\xd8" + b"\xff" * 1_000_000) is None
