"""With what a training is carried out, which changes nothing of what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from virality.errors import OptionError
from virality.records.elsewhere import Elsewhere
from virality.records.inputs import inputs
from virality.records.portions import counted
from virality.training.passes.room import Room, machine_memory, size_of

if TYPE_CHECKING:
    from virality.records import Sources
    from virality.records.loading import Input
    from virality.scale import Mapper
    from virality.training.settings import Settings

_HELD = 24 << 10
"""Bytes that a record was measured to take at the dearest moment of a training that holds it."""

_SHARE = 2


@dataclass(frozen=True)
class Means:
    """How much memory there is, and where the passes of a fit run.

    Attributes
    ----------
    memory
        A size such as ``"2GB"``; None is half of the machine's.
    cluster
        Address of a Dask scheduler; None is here.
    checkpoint
        File of the best state of the fit.
    executor
        Where the passes of the fit run, any ``concurrent.futures.Executor``; None is here.
    """

    memory: str | None = None
    cluster: str | None = None
    checkpoint: str | Path | None = None
    executor: Mapper | None = None

    @property
    def watched(self) -> bool:
        """Whether a fit is to run by passes, however few rows there are."""
        return any(one is not None for one in (self.cluster, self.checkpoint, self.executor))

    def require_meaning(self, settings: Settings) -> None:
        """Refuse means that a training cannot use.

        Raises
        ------
        OptionError
            When they contradict each other, or the training's recipe has no passes to run there.
        """
        if self.executor is not None and self.cluster is not None:
            raise OptionError("give an executor or a cluster, not both", where="cluster")
        if self.watched and settings.recipe == "reference":
            raise OptionError(
                "the reference system's steps hold all of their rows",
                where="recipe",
                remedy="leave out --cluster and --checkpoint, or solve the objective",
            )

    def room(self, source: Sources) -> Room | None:
        """Say how much may be held of records; None where they are held, all of them.

        They are not held where a choice asks for it, or where files that can be read in portions
        would take more than half of the machine's memory.

        Raises
        ------
        SourceError
            When a file cannot be read.
        OptionError
            When the memory is no size.
        """
        if self.memory is not None:
            return Room.of(size_of(self.memory))
        share = machine_memory() // _SHARE
        usual = Room.of(share)
        if self.watched:
            return usual
        large = _HELD * sum(_portioned(one) for one in inputs(source))
        return usual if large > share else None


def _portioned(source: Input) -> int:
    """Count the records of an input that can be read in portions; 0 where it is held anyway."""
    if isinstance(source, Elsewhere):
        return source.count()
    found = counted(source) if isinstance(source, Path) else None
    return found.records if found is not None and found.portioned else 0
