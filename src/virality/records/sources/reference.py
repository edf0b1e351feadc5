"""The reference system's training file: features already made, not records."""

from typing import Final

from virality.records.sources.source import Source

REFERENCE: Final = Source(
    name="reference",
    signature=frozenset({"featureNames", "trainSet", "testSet"}),
    columns={},
)
