"""Pages and nothing else."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from jinja2 import ModuleLoader

from webapp import (
    account,
    albums,
    assets,
    audience,
    auth,
    cards,
    circles,
    comments,
    compression,
    contributions,
    copies,
    device,
    devices,
    downloads,
    errors,
    feed,
    friends,
    headers,
    home,
    language,
    likes,
    links,
    mail,
    members,
    notices,
    oidc,
    people,
    photos,
    preferences,
    routes,
    search,
    selection,
    sessions,
    tags,
    talk,
    uploads,
    you,
    zips,
)
from webapp.settings import Settings

COMPILED = "compiled"  # templates as modules, which deployed packages have instead of the sources


def create_app(settings: Settings | None = None) -> Flask:
    """Assemble the site. Raises MissingSetting."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000  # photos go to S3, not through here
    app.extensions["settings"] = settings or Settings.from_env()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if (compiled := Path(app.root_path, COMPILED)).is_dir():
        app.jinja_env.loader = ModuleLoader(compiled)
    # What is done to answers is done in reverse: compressing comes last.
    for part in (
        routes,
        compression,
        assets,
        cards,
        language,
        sessions,
        oidc,
        headers,
        errors,
        talk,
    ):
        part.init_app(app)
    for noun in (
        home,
        auth,
        feed,
        photos,
        you,
        friends,
        uploads,
        downloads,
        zips,
        device,
        notices,
        preferences,
        devices,
        mail,
        comments,
        likes,
        people,
        search,
        tags,
        selection,
        copies,
        account,
        circles,
        albums,
        members,
        contributions,
        audience,
        links,
    ):
        app.register_blueprint(noun.blueprint)
    return app
