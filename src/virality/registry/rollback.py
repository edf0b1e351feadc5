"""Letting an older version serve again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from virality.errors import ArtefactError, OptionError

if TYPE_CHECKING:
    from virality.registry.folder import Registry, Version


def rolled_back(registry: Registry, number: int | None = None) -> tuple[Version, Version | None]:
    """Let an older version serve.

    Parameters
    ----------
    registry
        The folder.
    number
        Of the version; None is the one that served before that which serves was promoted.

    Returns
    -------
    The version that serves now, and the one that did before.

    Raises
    ------
    OptionError
        When there is no such version.
    ArtefactError
        When it was changed, or it is not known what serves.
    """
    with registry.locked():
        if number is not None:
            chosen, before = registry.version(number), _known(registry)
        else:
            before = registry.serving()
            replaced = None if before is None else before.entry.get("replaced")
            if replaced is None:
                raise OptionError(
                    "nothing served before it", where=str(registry.path), remedy="name a version"
                )
            chosen = registry.version(replaced)
        registry.serve(chosen)
    return chosen, before


def _known(registry: Registry) -> Version | None:
    try:
        return registry.serving()
    except ArtefactError:
        return None
