r"""The patterns that captions are searched with, in a form that every engine reads alike.

Classes of characters such as ``\w`` and ``\p{L}`` mean what a version of Unicode says, and
languages differ in that. So each is written out, as the engine under the features understands it.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby

import polars as pl

from virality.features.calls import CALL_LETTERS, TAG
from virality.features.content import CALL, EMOJI, MENTION, QUESTION
from virality.records.cleaning.words import TAG as HASHTAG

_LAST = 0x110000
_SURROGATES = range(0xD800, 0xE000)
_SPECIAL_IN_CLASS = frozenset("\\]^-[")
_SPECIAL = frozenset("\\^$.*+?()[]{}|/")
_TOKEN = re.compile(
    r"\[\\p\{Extended_Pictographic\}--\[[^\]]*\]\]"  # a class less another
    r"|\\x\{(?P<code>[0-9A-F]+)\}"
    r"|(?P<named>(?:\\p\{\w+\}|\\[ws])+)"
    r"|\\(?P<escaped>.)"
    r"|(?P<plain>.)",
    re.DOTALL,
)
_SPACES = "\\s"


@cache
def patterns() -> dict[str, str]:
    """Give what captions are searched for, by name."""
    return {
        "mention": portable(MENTION),
        "emoji": portable(EMOJI),
        "question": portable(QUESTION),
        "tag": portable(TAG),
        "hashtag": portable(f"{HASHTAG}"),
        "call": portable(CALL),
        "visible": f"[^{ranges(_SPACES)}]",
    }


@cache
def lowered() -> dict[str, str]:
    """Give the letters whose lower case is of a call to action."""
    every = _characters()
    frame = pl.DataFrame({"letter": every}).with_columns(low=pl.col("letter").str.to_lowercase())
    moved = frame.filter(pl.col("letter") != pl.col("low"))
    return {letter: low for letter, low in moved.iter_rows() if not CALL_LETTERS.isdisjoint(low)}


def portable(pattern: str) -> str:
    r"""Write a pattern of the features so that Python's and JavaScript's engines read it alike.

    Examples
    --------
    >>> print(portable(r"[?\x{21}]a$"))
    [?!]a(?![\s\S])
    """
    written, inside = [], False
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        written.append(_written(token, inside=inside))
        if token["plain"] in {"[", "]"}:
            inside = text == "["
    return "".join(written)


def _written(token: re.Match[str], *, inside: bool) -> str:
    """Write one part of a pattern, inside or outside of a class."""
    text = token[0]
    if token["code"]:
        return _literal(chr(int(token["code"], 16)), inside=inside)
    if token["named"]:
        return ranges(text) if inside else f"[{ranges(text)}]"
    if token["escaped"]:
        return _literal(token["escaped"], inside=inside)
    if token["plain"]:
        return r"(?![\s\S])" if text == "$" and not inside else text
    return f"[{ranges(text)}]"


def _literal(letter: str, *, inside: bool) -> str:
    return f"\\{letter}" if letter in (_SPECIAL_IN_CLASS if inside else _SPECIAL) else letter


@cache
def ranges(named: str) -> str:
    """List the characters of a class as the inside of another, from the first to the last."""
    every = _characters()
    found = every.filter(every.str.contains(f"^[{named}]$")).to_list()
    codes = enumerate(sorted(map(ord, found)))
    runs = [
        [code for _, code in run] for _, run in groupby(codes, key=lambda pair: pair[1] - pair[0])
    ]
    return "".join(_run(run[0], run[-1]) for run in runs)


def _run(first: int, last: int) -> str:
    begin = _literal(chr(first), inside=True)
    if first == last:
        return begin
    return f"{begin}-{_literal(chr(last), inside=True)}"


@cache
def _characters() -> pl.Series:
    """List every character that a text can hold."""
    return pl.Series([chr(code) for code in range(_LAST) if code not in _SURROGATES])
