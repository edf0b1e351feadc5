"""Undo the flattening that CSV rows go through, for a row that arrives as an object."""

import re
from collections.abc import Mapping
from typing import Any, Final

_FLATTENED: Final = re.compile(r"/|\.\d+(\.|$)")


def nested(record: Mapping[str, Any]) -> dict[str, Any]:
    """Undo the flattening of a CSV row: ``authorMeta/fans`` is a field of ``authorMeta``.

    Records without such keys come back as they are.

    Examples
    --------
    >>> nested({"id": "1", "tags/0/name": "a", "tags/1/name": "b"})
    {'id': '1', 'tags': [{'name': 'a'}, {'name': 'b'}]}
    """
    if not any(_FLATTENED.search(str(key)) for key in record):
        return dict(record)
    tree: dict[str, Any] = {}
    for key, value in record.items():
        *parents, leaf = re.split(r"[/.]", str(key))
        branch = tree
        for parent in parents:
            inner = branch.setdefault(parent, {})
            branch = inner if isinstance(inner, dict) else {}
        branch[leaf] = value
    return {key: _listed(value) for key, value in tree.items()}


def _listed(value: Any) -> Any:  # noqa: ANN401  JSON is of any type
    """Turn an object whose keys are numbers into a list, without its blanks."""
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(each) for key, each in value.items()}
    if inner and all(key.isdecimal() for key in inner):
        return [
            each for _, each in sorted(inner.items(), key=lambda pair: int(pair[0])) if _any(each)
        ]
    return inner


def _any(value: Any) -> bool:  # noqa: ANN401  JSON is of any type
    """Tell whether something is known in a value."""
    if isinstance(value, dict):
        return any(_any(each) for each in value.values())
    return value is not None and value != ""
