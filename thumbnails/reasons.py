"""Why a file could not become a photo, in sentences for the person who uploaded it."""

from __future__ import annotations

EMPTY = "This file is empty."
NOT_A_PHOTO = "This file is not a photo."
JPEG_XL = "JPEG XL pictures cannot be shared yet; save it as JPEG and try again."
UNSUPPORTED = "{kind} cannot be shared yet; save it as JPEG and try again."
VIDEO = "Videos cannot be shared yet, only photos."
TRUNCATED = "This file is incomplete: its end is missing. Upload the photo again."
DAMAGED = "This file is damaged and cannot be opened."
HOLLOW = "This file is damaged: it holds far less picture than it claims."
UNUSUAL_JPEG = "This JPEG is built in a way that no camera uses; save it anew and try again."
TOO_MANY_PIXELS = (
    "This photo has {megapixels} megapixels; {kind} photos can have up to {limit}. "
    "Save a smaller copy and try again."
)
TOO_MUCH_MEMORY = "This photo needs too much memory to open. Save a smaller copy and try again."
TOO_LARGE_PROGRESSIVE = (
    "This photo is a progressive JPEG, and too large for one. "
    "Save it as a standard JPEG, or smaller, and try again."
)
TOOK_TOO_LONG = "This photo took too long to open. Save a smaller copy and try again."
CRASHED = "This file broke our picture reader, so it cannot be shared."


class UnreadableImage(Exception):
    """The file cannot become a photo. `reason` is for people, `detail` for the log."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} ({detail})" if detail else reason)
        self.reason = reason
        self.detail = detail
