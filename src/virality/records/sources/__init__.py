"""The forms that records come in, one module for each."""

from typing import Final

from virality.records.sources.apify import APIFY
from virality.records.sources.drawrowfly import DRAWROWFLY
from virality.records.sources.pyktok import PYKTOK
from virality.records.sources.reference import REFERENCE
from virality.records.sources.research_api import RESEARCH_API
from virality.records.sources.source import Source
from virality.records.sources.table import TABLE
from virality.records.sources.tiktok_api import TIKTOK_API
from virality.records.sources.tikwm import TIKWM
from virality.records.sources.yt_dlp import YT_DLP

SOURCES: Final = (
    APIFY,
    DRAWROWFLY,
    TIKTOK_API,
    RESEARCH_API,
    PYKTOK,
    TIKWM,
    YT_DLP,
    TABLE,
    REFERENCE,
)
"""Every known source; of two that fit a file equally well, the earlier one is taken."""

__all__ = ["SOURCES", "Source"]
