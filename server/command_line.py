"""What the commands of `hazi-server` are made of: the application that they work on, and how they fail."""

from __future__ import annotations

import os

import click
from flask import Flask

from server import create_app
from server.config import Config, ConfigError
from server.errors import Refusal
from server.logs import configure
from server.outages import why_of
from server.web import Services, services


class Group(click.Group):
    """Turns refusals and bad settings into one sentence and exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except (ConfigError, Refusal) as error:
            raise click.ClickException(why_of(error)) from error


def command_app() -> Flask:
    """The application as the environment describes it, closed when the command ends."""
    configure()
    app = create_app(Config.from_environment(os.environ))
    click.get_current_context().call_on_close(services(app).close)
    return app


def command_services() -> Services:
    """The services of `command_app`."""
    return services(command_app())
