"""What kind of file this is, told from its first bytes alone: names and types are claims."""

from __future__ import annotations

from thumbnails import reasons
from thumbnails.reasons import UnreadableImage

HEAD = 4096
"""How many of the first bytes `recognise` wants to see."""

_READABLE = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}

_UNSUPPORTED = (
    (b"II*\0", "TIFF and raw pictures"),
    (b"MM\0*", "TIFF and raw pictures"),
    (b"II+\0", "TIFF and raw pictures"),
    (b"MM\0+", "TIFF and raw pictures"),
    (b"FUJIFILMCCD-RAW", "Raw pictures"),
    (b"IIU\0", "Raw pictures"),  # Panasonic
    (b"IIRO", "Raw pictures"),  # Olympus, three ways
    (b"IIRS", "Raw pictures"),
    (b"MMOR", "Raw pictures"),
    (b"II\x1a\0\0\0HEAPCCDR", "Raw pictures"),  # Canon, before CR2
    (b"FOVb", "Raw pictures"),  # Sigma
    (b"II\xbc\x01", "Pictures of this kind"),  # JPEG XR
    (b"BM", "BMP pictures"),
    (b"8BPS", "Photoshop files"),
    (b"\0\0\x01\0", "Icons"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000 pictures"),
    (b"\xffO\xffQ", "JPEG 2000 pictures"),
    (b"%PDF", "PDF files"),
    (b"%!PS", "PostScript files"),
    (b"\xc5\xd0\xd3\xc6", "PostScript files"),
    (b"gimp xcf", "GIMP files"),
)
_VIDEO = (
    *(b"\x1aE\xdf\xa3", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"FLV\x01", b"OggS"),
    b"0&\xb2u\x8ef\xcf\x11",  # Windows Media
)
_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
"""What a video begins with that is older than "ftyp": the cameras of the 2000s wrote such."""


def recognise(head: bytes) -> str:
    """Return the format, "JPEG", "PNG", "GIF", "WEBP", "AVIF" or "HEIF", of a file that begins so.

    Raises `UnreadableImage` for everything else, and names what it is where it can.
    """
    if not head:
        raise UnreadableImage(reasons.EMPTY)
    for magic, name in _READABLE:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return _iso_base_media(head)
    if head[4:8] in _QUICKTIME:
        raise UnreadableImage(reasons.VIDEO)
    if head.startswith((b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")):
        raise UnreadableImage(reasons.JPEG_XL)
    for magic, kind in _UNSUPPORTED:
        if head.startswith(magic):
            raise UnreadableImage(reasons.UNSUPPORTED.format(kind=kind))
    if head.startswith(_VIDEO) or (head[:4] == b"RIFF" and head[8:12] == b"AVI "):
        raise UnreadableImage(reasons.VIDEO)
    if b"<svg" in head:
        raise UnreadableImage(reasons.UNSUPPORTED.format(kind="SVG drawings"))
    raise UnreadableImage(reasons.NOT_A_PHOTO)


def _iso_base_media(head: bytes) -> str:
    """Tell AVIF, HEIC and videos apart: one container, told by its brands."""
    size = int.from_bytes(head[:4], "big")
    listed = head[16 : min(size, HEAD)]
    brands = [head[8:12], *(listed[i : i + 4] for i in range(0, len(listed), 4))]
    for brand in brands:
        if brand in _AVIF_BRANDS:
            return "AVIF"
        if brand in _HEIF_BRANDS:
            return "HEIF"
    if brands[0] == b"crx ":
        raise UnreadableImage(reasons.UNSUPPORTED.format(kind="Raw pictures"))
    if {b"mif1", b"msf1"} & set(brands):
        raise UnreadableImage(reasons.UNSUPPORTED.format(kind="Pictures of this kind"))
    raise UnreadableImage(reasons.VIDEO)
