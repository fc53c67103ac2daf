"""No file that anybody but the owner may get says where, when or with what it was taken."""

import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from tests.thumbnails import hostile
from thumbnails.presets import ON_REQUEST
from thumbnails.render import UnreadableImage, render, render_download
from thumbnails.transforms import portrait, transform

exiftool = pytest.mark.skipif(
    not shutil.which("exiftool"), reason="exiftool is not installed (libimage-exiftool-perl)"
)

PICTURE_GROUPS = {"SourceFile", "ExifTool", "System", "File", "Composite", "RIFF", "JFIF"}
SECRETS = {"GPS", "ExifIFD", "IFD0", "XMP-dc", "ICC_Profile", "ICC-header", "Photoshop", "IPTC"}
CAMERA = b"Secret Camera"


def exif() -> bytes:
    block = Image.Exif()
    block[0x010F] = CAMERA.decode()
    block[0x0132] = "2024:05:06 07:08:09"
    block.get_ifd(0x8769)[0x9003] = "2024:05:06 07:08:09"
    block.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)})
    return block.tobytes()


def talkative_files() -> dict[str, bytes]:
    """Return a picture of every kind, with all the metadata that its kind can carry."""
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="Secret Camera"/></rdf:RDF></x:xmpmeta>'  # noqa: E501
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    rgb_icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", CAMERA.decode())
    text.add_itxt("XML:com.adobe.xmp", xmp.decode())
    everything = {"exif": exif(), "icc_profile": rgb_icc, "xmp": xmp}
    files = {
        "jpeg": hostile.saved("JPEG", **everything, comment=CAMERA),
        "jpeg-odd-profile": hostile.saved("JPEG", exif=exif(), icc_profile=icc),
        "png": hostile.saved("PNG", exif=exif(), icc_profile=rgb_icc, pnginfo=text),
        "gif": hostile.saved("GIF", comment=CAMERA),
        "webp": hostile.saved("WEBP", **everything),
        "avif": hostile.saved("AVIF", **everything),
        "heic": hostile.saved("HEIF", **everything),
    }
    files["jpeg-trailer"] = files["jpeg"] + CAMERA
    return files


def all_derivatives(source: bytes | Path) -> dict[str, bytes]:
    """Make what the function makes: on request, from the largest picture."""
    made = dict(render(source).images)
    made["download"] = render_download(source)
    for name in ON_REQUEST:
        made[name] = transform(made["1920"], name, mark="Ada")
    made["portrait"] = portrait(made["1920"], (50, 50, 100))
    return made


def groups_of_metadata(folder: Path) -> dict[str, set[str]]:
    """Return what kinds of metadata exiftool finds in each file of a folder."""
    command = ["exiftool", "-json", "-a", "-u", "-U", "-G1", "-ee", str(folder)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return {
        Path(tags["SourceFile"]).name: {tag.partition(":")[0] for tag in tags} for tags in found
    }


def write_all(folder: Path, files: dict[str, bytes], prefix: str = "") -> None:
    for name, content in files.items():
        suffix = ".jpg" if content[:2] == b"\xff\xd8" else ".webp"
        (folder / f"{prefix}{name}{suffix}").write_bytes(content)


@exiftool
def test_the_talkative_files_do_talk(tmp_path):
    write_all(tmp_path, talkative_files())

    for name, groups in groups_of_metadata(tmp_path).items():
        assert groups & SECRETS or name.startswith("gif"), name


@exiftool
def test_exiftool_finds_nothing_in_derivatives_of_talkative_files(tmp_path):
    for name, content in talkative_files().items():
        write_all(tmp_path, all_derivatives(content), f"{name}-")

    found = groups_of_metadata(tmp_path)

    assert len(found) == 8 * (5 + len(ON_REQUEST))
    assert set().union(*found.values()) <= PICTURE_GROUPS


@exiftool
def test_exiftool_finds_nothing_in_derivatives_of_real_photos(photos, tmp_path):
    for path in photos.rglob("*.*"):
        if path.suffix not in (".md", ".jxl"):
            write_all(tmp_path, all_derivatives(path), f"{path.name}-")

    found = groups_of_metadata(tmp_path)

    assert len(found) >= 30 * (5 + len(ON_REQUEST))
    assert set().union(*found.values()) <= PICTURE_GROUPS


@exiftool
def test_exiftool_finds_nothing_in_derivatives_of_hostile_files(tmp_path):
    for name, content, _ in hostile.files():
        try:
            write_all(tmp_path, all_derivatives(content), f"{name}-")
        except UnreadableImage:
            continue

    found = groups_of_metadata(tmp_path)

    assert len(found) >= 60
    assert set().union(*found.values()) <= PICTURE_GROUPS


@pytest.mark.parametrize("name", talkative_files())
def test_derivatives_hold_one_chunk_of_pixels_and_nothing_else(name):
    content = talkative_files()[name]

    made = all_derivatives(content)

    for derivative, data in made.items():
        assert CAMERA not in data
        if derivative != "download":
            assert data[12:16] == b"VP8 ", derivative
            length = int.from_bytes(data[16:20], "little")
            assert len(data) == 20 + length + length % 2, derivative


@pytest.mark.parametrize("name", talkative_files())
def test_download_has_no_segments_but_the_decoders(name):
    data = render_download(talkative_files()[name])

    application = [
        m for m in range(0xE1, 0xF0) if bytes([0xFF, m]) in data[: data.index(b"\xff\xda")]
    ]
    assert application == []
    assert Image.open(io.BytesIO(data)).size == hostile.SIZE
