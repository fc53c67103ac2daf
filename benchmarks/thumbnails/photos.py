"""Photos of 12 to 112 megapixels, made of the real ones in ../shared/photos."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pi_heif
from PIL import Image, ImageCms

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "photos"
MADE = ROOT / "build" / "benchmarks" / "photos"

pi_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = None


def phone(*, srgb: bool = True) -> Image.Image:
    """Return an iPhone's 12 MP, as its camera saw them or in sRGB."""
    image = Image.open(REAL / "phones" / "IMG_2682.heic")
    if not srgb:
        return image
    profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    return ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"))


def everyday(name: str) -> Image.Image:
    return Image.open(REAL / "everyday" / f"{name}.jpg").convert("RGB")


def mosaic(size: tuple[int, int] = (8064, 6048)) -> Image.Image:
    """Return four photos beside each other: real detail in every part of a huge one."""
    tile = size[0] // 2, size[1] // 2
    book = everyday("book-beside-flowers").transpose(Image.Transpose.ROTATE_90)
    parts = [phone(), book, everyday("japanese-shop"), everyday("craft-beer")]
    whole = Image.new("RGB", size)
    for place, part in enumerate(parts):
        at = place % 2 * tile[0], place // 2 * tile[1]
        whole.paste(part.resize(tile, Image.Resampling.LANCZOS), at)
    return whole


def _jpeg(image: Image.Image, path: Path, **options: object) -> None:
    image.save(path, "JPEG", quality=93, subsampling="4:2:0", **options)


RECIPES: dict[str, Callable[[Path], None]] = {
    "12": lambda path: _jpeg(phone(), path),
    "24": lambda path: _jpeg(everyday("craft-beer"), path),
    "48": lambda path: _jpeg(mosaic(), path),
    "12-p3": lambda path: _jpeg(
        phone(srgb=False), path, icc_profile=phone(srgb=False).info["icc_profile"]
    ),
    "48-progressive": lambda path: _jpeg(mosaic(), path, progressive=True),
    # the largest of this shape that is decoded at half scale, and one of the largest at a quarter
    "65": lambda path: _jpeg(mosaic((9312, 6984)), path),
    "99": lambda path: _jpeg(mosaic((11_504, 8600)), path),
    "112": lambda path: _jpeg(mosaic((12_224, 9168)), path),
}
SCORED = ("12", "24", "48")
TIMED = (*SCORED, "12-p3")
LARGE = ("65", "99", "112", "48-progressive")


def photo(name: str) -> Path:
    """Return the path of a photo of RECIPES, made when it is first asked for."""
    path = MADE / f"{name}.jpg"
    if not path.is_file():
        MADE.mkdir(parents=True, exist_ok=True)
        RECIPES[name](path)
    return path
