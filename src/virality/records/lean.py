"""Decode of each record only what is wanted; the rest is passed over unread.

A scraper's record has some sixty fields, of which training reads about twenty. A typed decoder
skips the others, which takes a third of the time. Records that are not of the usual form, such as
a text where an object is wanted, go through the general decoder: the outcome is the same.
"""

from collections.abc import Callable, Collection
from typing import Any, Final, TypedDict

import msgspec

from virality.records.documents import Node, decode
from virality.records.plucking import LIST, Json

_typed_dict: Final[Any] = TypedDict
_TAG: Final[Any] = _typed_dict("Tag", {"name": Any, "hashtagName": Any, "title": Any}, total=False)
_TAGS: Final[Any] = list[_TAG | str | None] | str | int | float | bool | None

_Tree = dict[str, "_Tree"]


def lean_decoder(paths: Collection[str]) -> Callable[[Node], Json]:
    """Make a function that decodes a record's wanted paths.

    Parameters
    ----------
    paths
        Dotted paths; those of lists end with their mark.

    Returns
    -------
    callable
        Does to a node what :func:`virality.records.documents.decode` does, and may leave out
        fields that no path leads to.

    Examples
    --------
    >>> lean_decoder(["a.b"])(msgspec.Raw(b'{"a": {"b": 1, "c": 2}, "d": 3}'))
    {'a': {'b': 1}}
    """
    decoder = msgspec.json.Decoder(_form(_tree(paths), flat=paths))

    def lean(node: Node) -> Json:
        if not isinstance(node, msgspec.Raw):
            return node
        try:
            return decoder.decode(node)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return decode(node)

    return lean


def _tree(paths: Collection[str]) -> _Tree:
    """Arrange paths as the objects that they lead through; a leaf has no branches."""
    tree: _Tree = {}
    for path in paths:
        branch = tree
        for name in path.split("."):
            branch = branch.setdefault(name, {})
    return tree


def _form(tree: _Tree, flat: Collection[str] = ()) -> Any:  # noqa: ANN401  a type made here
    """Describe an object of which some fields are wanted, nested or under a dotted name."""
    fields: dict[str, Any] = {path.removesuffix(LIST): Any for path in flat if "." in path}
    for name, branch in tree.items():
        field = name.removesuffix(LIST)
        form: Any = _form(branch) | None if branch else _TAGS if name.endswith(LIST) else Any
        fields[field] = Any if field in fields or (field + LIST in tree and name == field) else form
    return _typed_dict("Fields", fields, total=False)
