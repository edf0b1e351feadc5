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
        Of the version; None is the one before that which serves.

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
            older = [one for one in registry.listed() if before and one.number < before.number]
            if not older:
                raise OptionError("there is no earlier version", where=str(registry.path))
            chosen = older[-1]
        registry.serve(chosen)
    return chosen, before


def _known(registry: Registry) -> Version | None:
    try:
        return registry.serving()
    except ArtefactError:
        return None
