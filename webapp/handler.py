"""Lambda entry of the web function: API Gateway's events become requests to the app."""

from __future__ import annotations

from apig_wsgi import make_lambda_handler
from flask import Response, request

from store import observe, secrets
from webapp import create_app
from webapp.edge import Edge

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
