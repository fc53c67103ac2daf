"""Objects that are longer than memory, written piece by piece."""

from __future__ import annotations

from typing import Any

from store.aws import client, variable

PIECE = 16_000_000  # S3 takes 5 MB to 5 GB a piece, and 10,000 of them


class ObjectWriter:
    """A file that can only be written to and goes to the media bucket as a multipart upload.

    Leaving it by an exception forgets what was sent; a rule of the bucket does so too, after a day.
    """

    def __init__(self, key: str, content_type: str) -> None:
        self._where: dict[str, Any] = {"Bucket": variable("MEDIA_BUCKET"), "Key": key}
        self._content_type = content_type
        self._pieces: list[Any] = []
        self._buffer = bytearray()
        self.size = 0

    def __enter__(self) -> ObjectWriter:
        started = client("s3").create_multipart_upload(
            **self._where, ContentType=self._content_type
        )
        self._where["UploadId"] = started["UploadId"]
        return self

    def write(self, data: bytes) -> int:
        """Take some bytes; they go when there are enough of them."""
        self._buffer += data
        self.size += len(data)
        if len(self._buffer) >= PIECE:
            self._send()
        return len(data)

    def flush(self) -> None:
        """Do nothing: a piece must not be too small."""

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            client("s3").abort_multipart_upload(**self._where)
            return
        self._send()
        client("s3").complete_multipart_upload(
            **self._where, MultipartUpload={"Parts": self._pieces}
        )

    def _send(self) -> None:
        number = len(self._pieces) + 1
        sent = client("s3").upload_part(**self._where, PartNumber=number, Body=bytes(self._buffer))
        self._pieces.append({"PartNumber": number, "ETag": sent["ETag"]})
        self._buffer.clear()
