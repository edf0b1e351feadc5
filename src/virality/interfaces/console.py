"""Where tables are printed."""

from __future__ import annotations

from rich.console import Console


def console() -> Console:
    """Make a console for stdout."""
    return _Console(highlight=False, soft_wrap=False)


class _Console(Console):
    """A console that leaves it to the command line what a closed pipe means."""

    def on_broken_pipe(self) -> None:
        """Let the error through.

        Raises
        ------
        BrokenPipeError
            Always.
        """
        raise BrokenPipeError
