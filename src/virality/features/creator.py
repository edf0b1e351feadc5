"""The schema ``creator-1``: what may be known of a video, from its making to its last view."""

from __future__ import annotations

from virality.features.account import ACCOUNT
from virality.features.content import CONTENT
from virality.features.engagement import EARLY, ENGAGEMENT
from virality.features.history.table import HISTORY
from virality.features.schema import Schema

CREATOR_1 = Schema(
    name="creator-1",
    version=1,
    features=(*CONTENT, *ACCOUNT, *HISTORY, *EARLY, *ENGAGEMENT),
)
