"""Wrong use of a command in the reader's language: click words its own errors in English alone."""

from __future__ import annotations

import click

from cli.api.errors import WrongUse
from cli.language.translation import Language, Sentence
from cli.language.translation import lazy_gettext as _


def in_words(error: click.UsageError, language: Language) -> WrongUse:
    """The error with a sentence of ours; its notes say how the command is used."""
    told = WrongUse(_sentence(error))
    if error.ctx is not None:
        told.add_note(error.ctx.get_usage())
        told.add_note(language.gettext("More about it: {command} --help", command=error.ctx.command_path))
    return told


def _sentence(error: click.UsageError) -> Sentence:
    match error:
        case click.MissingParameter():
            return _("{name} is missing.", name=_name(error))
        case click.NoSuchOption():
            if error.possibilities:
                meant = ", ".join(sorted(error.possibilities))
                return _(
                    "There is no option {name}. Did you mean {meant}?", name=error.option_name, meant=meant
                )
            return _("There is no option {name}.", name=error.option_name)
        case click.BadOptionUsage():
            return _("{name} needs a value, or takes none.", name=error.option_name)
        case click.BadParameter():
            return _value(error)
        case _:
            return _("There is a word too many, or one is missing.")


def _value(error: click.BadParameter) -> Sentence:
    kind = error.param.type if error.param else None
    match kind:
        case click.Choice():
            choices = ", ".join(map(str, kind.choices))
            return _("{name} must be one of these: {choices}.", name=_name(error), choices=choices)
        case click.IntRange() if kind.min is not None:
            return _("{name} must be a whole number of at least {least}.", name=_name(error), least=kind.min)
        case _:
            return _("What was given for {name} is not possible here.", name=_name(error))


def _name(error: click.BadParameter) -> str:
    hint = error.param_hint or (error.param.get_error_hint(error.ctx) if error.param and error.ctx else "")
    return hint if isinstance(hint, str) else " / ".join(hint)
