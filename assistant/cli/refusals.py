"""Turns errors into words on stderr and an exit code: 2 for bad input, 1 for a refusal. Not for defects."""

from __future__ import annotations

from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from assistant.domain.errors import AssistantError, InvalidInput

BAD_INPUT = 2
REFUSED = 1


class Commands(TyperGroup):
    """The group of all commands; what goes wrong in any of them ends here."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except AssistantError as error:
            _tell(error)
        except UnicodeEncodeError as error:
            _stop(f"{error.object!r} cannot be stored as text: write it as UTF-8", BAD_INPUT)
        except ModuleNotFoundError as error:
            if error.name != "psycopg":
                raise
            _stop("PostgreSQL needs its driver: pip install 'assistant[postgres]'", BAD_INPUT)
        except Exception as error:
            if not _of_database(error):
                raise
            _stop(f"the database cannot be used: {getattr(error, 'orig', error)}", REFUSED)


def _tell(error: AssistantError) -> NoReturn:
    details = [f"  {d.field or 'event'}: {d.message}" for d in error.details]
    _stop("\n".join([error.message, *details]), BAD_INPUT if isinstance(error, InvalidInput) else REFUSED)


def _stop(message: str, code: int) -> NoReturn:
    typer.echo(f"assistant: {message}", err=True)
    raise typer.Exit(code) from None


def _of_database(error: Exception) -> bool:
    # By name, since importing SQLAlchemy for a word of apology takes longer than most commands.
    return any(kind.__name__ == "DBAPIError" for kind in type(error).__mro__)
