"""The command line: results on stdout, everything else on stderr.

Exit codes: 0 done, 1 failed, 2 the input or the options are at fault, 3 the monitor's alarm is due,
130 interrupted.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import click

from virality._version import __version__
from virality.errors import ViralityError
from virality.interfaces.commands.auditing import audit
from virality.interfaces.commands.evaluation import evaluate
from virality.interfaces.commands.explaining import explain
from virality.interfaces.commands.exporting import export
from virality.interfaces.commands.inspection import features, inspect
from virality.interfaces.commands.monitoring import monitor
from virality.interfaces.commands.registering import retrain, rollback
from virality.interfaces.commands.remembering import forget, outcomes
from virality.interfaces.commands.reporting import report
from virality.interfaces.commands.sampling import sample
from virality.interfaces.commands.scoring import score
from virality.interfaces.commands.serving import serve
from virality.interfaces.commands.training import train
from virality.interfaces.spooling import as_piped

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and give its exit code.

    Parameters
    ----------
    arguments
        Words of the command; None takes those that the process was started with.
    """
    try:
        result = commands.main(arguments, prog_name="virality", standalone_mode=False)
        sys.stdout.flush()
    except ViralityError as error:
        _complain(as_piped(str(error)))
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _complain("interrupted")
        return _INTERRUPTED
    except BrokenPipeError:
        _forget_stdout()
        return 0
    except OSError as error:
        _forget_stdout()
        _complain(f"cannot go on: {error.strerror or error}")
        return 1
    return result if isinstance(result, int) else 0


def _forget_stdout() -> None:
    """Keep Python from flushing at its end what nobody takes any more."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str) -> None:
    click.echo(f"virality: error: {message}", err=True)


@click.group(context_settings=_CONTEXT)
@click.version_option(__version__, prog_name="virality")
def commands() -> None:
    """Score short videos from 0 to 100, with a model trained on your own records.

    \b
    Try it without any data of your own:
      virality sample videos.json
      virality train videos.json --out model.json
      virality score --set duration_seconds=30 --set followers=12K
    """


_EVERY = (
    sample,
    audit,
    train,
    evaluate,
    score,
    explain,
    report,
    export,
    serve,
    outcomes,
    forget,
    monitor,
    retrain,
    rollback,
    inspect,
    features,
)
for command in _EVERY:
    commands.add_command(command)
