"""Lambda entry of the web function: API Gateway's events become requests to the app."""

from __future__ import annotations

import os
from pathlib import Path

import tzdata

# pytz, which Flask-Babel needs, can read the zones of the standard library's tzdata, so that they
# need not come twice; it asks once, at the first import.
os.environ.setdefault("PYTZ_TZDATADIR", str(Path(tzdata.__file__).with_name("zoneinfo")))

from apig_wsgi import make_lambda_handler  # noqa: E402
from flask import Response, request  # noqa: E402

from store import observe, secrets  # noqa: E402
from webapp import create_app  # noqa: E402
from webapp.edge import Edge  # noqa: E402

app = create_app()


@app.after_request
def _note(response: Response) -> Response:
    """The endpoint is noted and not the path: an invite's path is its secret."""
    observe.note(method=request.method, endpoint=request.endpoint, status=response.status_code)
    return response


handler = observe.invocation(
    make_lambda_handler(
        Edge(
            app,
            app.extensions["settings"].public_url,
            lambda: secrets.load().origin_secrets,
        ),
        # Pictures of the page and compressed files are bytes; a REST API needs them said to be.
        binary_support=True,
    )
)
