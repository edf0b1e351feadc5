"""Programs in other languages: texts of ours around one JSON text of the model."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from virality.exports.document import quoted, text_of

if TYPE_CHECKING:
    from typing import Any

    from virality.exports.document import Notes

_MARK = "# --- the program begins here\n"
_PIECE = 4000
_DOCSTRING = '''\
"""A scorer of short videos that needs Python 3.11 or later and nothing else.

    import scorer                         # this file
    scorer.score({"caption": "so #good", "duration_seconds": 30, "followers": 12000})
    scorer.predict([30.0, 0.0, ...])      # features in the order of scorer.FEATURE_NAMES

    python scorer.py < videos.jsonl       # one JSON object a line in, one a line out

Records have the columns of virality. What is absent, None or NaN is unknown. Features of the
account's history and early counts are given by name, as numbers. Some sets of unknown inputs have
a plan here; for another, UnknownSetError names the nearest.
"""
'''
_IMPORTS = """\
from __future__ import annotations

import json
import math
import re
import sys
from bisect import bisect_right
from datetime import UTC, datetime
from itertools import accumulate
from operator import mul
"""


def python_program(document: dict[str, Any], notes: Notes) -> str:
    """Write a model as a module of Python."""
    measuring, answering, face = map(_body, ("measuring.py", "answering.py", "face.txt"))
    constant = f"MODEL = json.loads(\n    {_literal(document, ' ')}\n)"
    parts = (_IMPORTS, constant, measuring, answering, face)
    return (
        f"{_DOCSTRING}{notes.commented('#')}\n\n"
        + "\n\n".join(part.strip() for part in parts)
        + "\n"
    )


def _body(name: str) -> str:
    """Take of a template what belongs to the program."""
    return _template(name).rpartition(_MARK)[2]


def _template(name: str) -> str:
    return (files("virality.exports") / "templates" / name).read_text(encoding="utf-8")


def _literal(document: dict[str, Any], joined: str) -> str:
    """Write the JSON of a document as texts in quotation marks, one a line."""
    text = text_of(document)
    pieces = (text[begin : begin + _PIECE] for begin in range(0, len(text), _PIECE))
    return f"{joined.rstrip()}\n    ".join(map(quoted, pieces))
