"""Programs in other languages: texts of ours around one JSON text of the model."""

from __future__ import annotations

import re
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
    scorer.score({"caption": "so #good", "duration_seconds": 30, "is_photo": False,
                  "sound_title": "a song", "sound_is_original": False,
                  "created_at": "2025-06-01T17:30:00Z"})
    scorer.predict([30.0, 0.0, ...])      # features in the order of scorer.FEATURE_NAMES

    python scorer.py < videos.jsonl       # one JSON object a line in, one a line out

Records have the columns of virality, already clean. What is absent, None or NaN is unknown.
Features of the account's history and early counts are given by name, as numbers. Some sets of
unknown inputs have a plan here: all of a kind known or unknown (content, account, history), and
what was often missing. For another, such as a photo, which has no duration, UnknownSetError names
the nearest; --known plans for it.
"""
'''
_COMMENT = """\
// A scorer of short videos in {language} that needs nothing else.
//
//   import {{ score, predict, FEATURE_NAMES }} from "./scorer.ts";
//   score({{ caption: "so #good", duration_seconds: 30, is_photo: false, sound_title: "a song",
//           sound_is_original: false, created_at: "2025-06-01T17:30:00Z" }});
//   predict([30, 0, ...]);  // features in the order of FEATURE_NAMES
//
// Records have the columns of virality, already clean. What is absent, null or NaN is
// unknown. Features of the account's history and early counts are given by name, as numbers. Some
// sets of unknown inputs have a plan here: all of a kind known or unknown (content, account,
// history), and what was often missing. For another, such as a photo, which has no duration,
// UnknownSetError names the nearest; --known plans for it.
//
"""
_TYPES = re.compile("\u2039([^\u203a]*)\u203a")
_IMPORTS = """\
from __future__ import annotations

import json
import math
import re
import sys
from bisect import bisect_right
from collections import abc
from datetime import UTC, datetime, timedelta
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


def script(document: dict[str, Any], notes: Notes) -> str:
    """Write a model as an ES module of JavaScript."""
    return _script(document, notes, "JavaScript", "").replace("./scorer.ts", "./scorer.js")


def typed_script(document: dict[str, Any], notes: Notes) -> str:
    """Write a model as a module of TypeScript."""
    return _script(document, notes, "TypeScript", r"\1")


def _script(document: dict[str, Any], notes: Notes, language: str, types: str) -> str:
    """Write a model as a module, with or without what stands in the marks of types."""
    code = _TYPES.sub(types, _template("scorer.txt"))
    head = _COMMENT.format(language=language) + notes.commented("//")
    return f"{head}\n\n{code.replace('@MODEL@', _literal(document, ' +'))}"


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
