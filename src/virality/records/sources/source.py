"""What it means to be a source: a name, what betrays it, where its values lie."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Source:
    """One scraper's form of a record.

    A path is the names from the record down to the value, joined by dots; a path that ends in
    ``[]`` is a list. The first path of a column that holds a value supplies it.

    Parameters
    ----------
    name
        What the source is called.
    signature
        Paths that few other sources have.
    columns
        For each canonical column, and for ``url``, the paths where it may lie, best first.
    loose
        Whether names are compared without case, underscores, hyphens and spaces.
    marks_photos
        Whether a record without the photo mark is known to be a video.
    """

    name: str
    signature: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    loose: bool = False
    marks_photos: bool = False


def fold(name: str) -> str:
    """Reduce a name to what two spellings of it share.

    Examples
    --------
    >>> fold("Play_Count"), fold("play count"), fold("hashTags[]")
    ('playcount', 'playcount', 'hashtags[]')
    """
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")
