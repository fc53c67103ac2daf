"""Floors under the libraries that read hostile files: each stands for holes that were closed."""

import pi_heif
from PIL import __version__ as pillow
from PIL import features


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3])


def test_pillow():
    assert version(pillow) >= (13, 0, 0)


def test_libheif():
    assert version(pi_heif.libheif_version()) >= (1, 22, 1)


def test_libwebp_and_libjpeg_turbo():
    assert version(features.version("webp")) >= (1, 5, 0)
    assert features.check_feature("libjpeg_turbo")
