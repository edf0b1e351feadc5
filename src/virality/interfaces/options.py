"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

import click

from virality.interfaces.forms import form_of
from virality.interfaces.spooling import noted, readable


def pairs(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Read ``name=value`` options."""
    pairs = {}
    for value in values:
        name, equals, rest = value.partition("=")
        if not (equals and name):
            raise click.BadParameter(f"{value!r} is not of the form name=value", param=option)
        pairs[name.strip()] = rest
    return pairs


def penalty(_: click.Context, option: click.Parameter, value: str) -> float | None:
    """Read ``auto`` or a number."""
    if value == "auto":
        return None
    try:
        return float(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is neither auto nor a number", param=option) from None


def table(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """Refuse, before any work, the name of a table's file that ends as no form does.

    Raises
    ------
    OptionError
        When it does.
    """
    if value is not None:
        form_of(value)
    return value


class Finite(click.FloatRange):
    """A number within bounds, and not NaN, which lies within all bounds."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None  # noqa: ANN401  as click states it
    ) -> float:  # fmt: skip
        """Read it."""
        number = float(super().convert(value, param, ctx))
        if number != number:  # noqa: PLR0124  NaN is not itself
            self.fail(f"{value!r} is no number", param, ctx)
        return number


DAYS = Finite(0.0, 36_500.0, min_open=True)
"""More than none, and at most a century."""


def given(context: click.Context, names: Iterable[str]) -> list[str]:
    """Name those of some parameters that stand on the command line; others have their default."""
    commandline = click.core.ParameterSource.COMMANDLINE
    return [name for name in names if context.get_parameter_source(name) is commandline]


_Decorator = Callable[[Any], Any]


def together(*options: _Decorator) -> _Decorator:
    """Join decorators into one, which gives a command these options in this order."""
    return lambda command: reduce(lambda inner, option: option(inner), reversed(options), command)


SOURCES = click.argument("sources", nargs=-1, callback=readable, metavar="SOURCE...")
MODEL = click.option(
    "--model", default="model.json", show_default=True, metavar="FILE", help="The model file."
)
MAP = click.option(
    "--map",
    "mapping",
    multiple=True,
    callback=pairs,
    metavar="COLUMN=FIELD",
    help="Where to find a canonical column, such as views=my_column.",
)
WHERE = click.option(
    "--where", metavar="SQL", help='Keep records that meet a condition, such as "views > 100".'
)
LIMIT = click.option(
    "--limit",
    type=int,
    metavar="N",
    help="Use the first N records, in the order of the files; with --where, of those that meet it.",
)
REJECTS = click.option(
    "--rejects",
    callback=table,
    metavar="FILE",
    help="Write a table of rejected rows: file, row, field, reason.",
)
MOMENT = click.option(
    "--moment",
    type=click.Choice(["before", "after", "full"]),
    help="What the model may know: what there is before posting, some hours after it, or all.  "
    "[default: before; full with reference-15]",
)
AGE = click.option(
    "--age",
    metavar="AGE",
    help="After posting: how long, such as 24h.  [default: 24h]",
)
MIN_AGE = click.option(
    "--min-age",
    default="7d",
    show_default=True,
    metavar="AGE",
    help="How long after posting counts are taken as an outcome.",
)
FEATURE = click.option(
    "--feature",
    "features",
    multiple=True,
    metavar="COLUMN:PHASE",
    help="A column of numbers of your own that is an input, too, such as hook_score:content.",
)
WITHOUT = click.option(
    "--without",
    multiple=True,
    metavar="FEATURE",
    help="A feature of the schema that is no input, such as followers.",
)
SCHEMA = click.option(
    "--schema",
    metavar="NAME",
    help="Which features: creator-1 or reference-15.  [default: creator-1; reference-15 for the "
    "reference recipe and its training files]",
)
OUTCOME = click.option(
    "--outcome",
    default="views",
    show_default=True,
    metavar="NAME",
    help="What to predict: views, author_multiple (views over what the account usually gets), wes "
    "(weighted engagement), or a column of numbers.",
)
THRESHOLDS = click.option(
    "--thresholds",
    type=click.Choice(["reference", "quantiles"]),
    help="Where tiers begin: fixed, or the training part's 25, 50, 75 and 90 % quantiles.  "
    "[default: fixed for wes, quantiles for views]",
)
SPLIT = click.option(
    "--split",
    type=click.Choice(["time", "author", "random"]),
    help="Judge on the latest quarter, on accounts that have not trained, or on a random quarter.  "
    "[default: time, where there are dates]",
)
SEED = click.option("--seed", default=0, show_default=True, type=click.IntRange(0), metavar="S")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
SET = click.option(
    "--set",
    "given",
    multiple=True,
    callback=pairs,
    metavar="NAME=VALUE",
    help="A record column or a feature, for one video or for all of SOURCE.",
)
HISTORY = click.option(
    "--history",
    multiple=True,
    callback=readable,
    metavar="FILE",
    help="Records of the account's earlier videos, by which the model knows it.",
)
_STDOUT = ("-", "/dev/stdout")
FORMAT = click.option(
    "--format",
    "form",
    default="table",
    show_default=True,
    type=click.Choice(["table", "csv", "json", "jsonl", "parquet"]),
)
OUT = click.option(
    "--out",
    callback=lambda _, __, value: None if value in _STDOUT else value,
    metavar="FILE",
    help="Write there instead of to stdout: .csv, .json, .jsonl, .ndjson or .parquet, as its name "
    "ends.",
)
DATABASE = together(
    click.option(
        "--table",
        is_eager=True,
        expose_value=False,
        callback=noted,
        metavar="NAME",
        help="The table, where SOURCE is a database: postgresql://user@host/name, or a file of "
        "DuckDB or SQLite.",
    ),
    click.option(
        "--query",
        is_eager=True,
        expose_value=False,
        callback=noted,
        metavar="SQL",
        help="A SELECT in the place of --table.",
    ),
)
SOFTMAX = together(
    click.option(
        "--l2",
        default="auto",
        show_default=True,
        callback=penalty,
        metavar="auto|NUMBER",
        help="The penalty on standardised coefficients of reference-15.",
    ),
    click.option(
        "--class-weight",
        type=click.Choice(["balanced"]),
        help="Let each tier count alike in the fit of reference-15.",
    ),
)
ASKED = together(MODEL, FORMAT, OUT, SET, HISTORY)
TASK = together(OUTCOME, MOMENT, AGE, MIN_AGE, FEATURE, WITHOUT, SCHEMA, THRESHOLDS, SPLIT)
READING = together(WHERE, MAP, LIMIT, DATABASE)
