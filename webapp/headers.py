"""The headers that every answer carries."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response

from store import media, signed_urls
from webapp.sessions import settings

# What a page may use of the device: the camera is the file chooser's, which needs no permission.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
)


def init_app(app: Flask) -> None:
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Cache-Control", "private, no-store")
    headers["Content-Security-Policy"] = content_security_policy()
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = PERMISSIONS
    if settings().secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if headers["Cache-Control"].startswith("private"):
        response.vary.update(("HX-Request", "Cookie"))
    return response


def content_security_policy() -> str:
    """Return the page's policy: nothing inline, uploads to our own store, pictures from it.

    `form-action` names the sign-in pages too, because browsers hold redirects after a form to it,
    and signing out is a form that ends there.
    """
    uploads, copies = (_origin(media.bucket_url(f"{it}_BUCKET")) for it in ("UPLOAD", "MEDIA"))
    pictures = signed_urls.media_origin()
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' blob: data: {pictures}",
        "connect-src": f"'self' {uploads} {copies} {pictures}",
        "form-action": f"'self' {uploads} {settings().login_origin}",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
