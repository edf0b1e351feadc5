"""``virality serve``."""

from __future__ import annotations

from typing import Any

import click

from virality.interfaces import options

_PORT = 8000


@click.command
@options.MODEL
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=_PORT,
    show_default=True,
    help="Where to listen; 0 takes a free one.",
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes."
)
@click.option(
    "--origin",
    "origins",
    multiple=True,
    metavar="ORIGIN",
    help="A web origin whose pages may call it, such as https://app.example; several times for "
    "several.",
)
@click.option(
    "--rate",
    type=click.IntRange(0),
    metavar="N",
    help="Requests that each caller may send a minute to a worker; 0 is without end.  "
    "[default: 6000, and 0 on loopback]",
)
@click.option(
    "--timeout",
    "seconds",
    type=options.Finite(0.1, 86_400.0),
    default=30.0,
    show_default=True,
    help="Seconds that a request may take.",
)
@click.option(
    "--body",
    "mebibytes",
    type=click.IntRange(1, 1024),
    default=32,
    show_default=True,
    help="MiB that the body of a request may have.",
)
@click.option(
    "--videos",
    type=click.IntRange(1),
    default=100_000,
    show_default=True,
    help="Videos that a request may hold.",
)
@click.option(
    "--log",
    metavar="DATABASE",
    help="Remember predictions and outcomes: a file of SQLite, or postgresql://user@host/name.",
)
def serve(
    *, model: str, host: str, port: int, workers: int, rate: int | None, mebibytes: int,
    **choices: Any,  # noqa: ANN401  --origin, --timeout, --videos and --log
) -> None:  # fmt: skip
    """Serve scores over HTTP, with a page for people at /.

    Only this machine reaches it, unless --host says otherwise; then callers have to name an API
    key, of those in the environment as VIRALITY_API_KEYS. A new model file is taken as it appears.

    \b
      virality serve --model model.json
      VIRALITY_API_KEYS=... virality serve --host 0.0.0.0 --workers 4
    """
    from virality.interfaces.extras import needing  # noqa: PLC0415  --help must not load it
    from virality.scorer import load  # noqa: PLC0415

    with needing("serve"):
        from virality.interfaces.service import running, settings  # noqa: PLC0415  an extra

    settings.api_keys(host)
    load(model)
    if choices["log"] is not None:
        with needing("log"):
            from virality.log import OutcomeLog  # noqa: PLC0415  an extra
        OutcomeLog(choices["log"]).close()
    abroad = 0 if settings.is_loopback(host) else settings.RATE_ABROAD
    told = settings.ServiceSettings(
        model=model,
        host=host,
        per_minute=abroad if rate is None else rate,
        body_bytes=mebibytes * settings.MIB,
        **choices,
    )
    running.run(told, port, workers, lambda at: click.echo(f"Serving {model} at {at}"))
