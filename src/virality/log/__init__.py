"""What was predicted, and what became of it, in a database: the memory of a service.

``opening.py`` opens and migrates, ``tables.py`` says what is kept, ``outcomelog.py`` writes and
reads it, ``spool.py`` writes behind a service's back, ``pseudonyms.py`` hides who it is about, and
``joining.py`` finds what became of videos among later scrapes.
"""

from virality.log.entries import Judged, Known, Noted
from virality.log.opening import DEFAULT, require_log
from virality.log.outcomelog import OutcomeLog
from virality.log.spool import Spool

__all__ = ["DEFAULT", "Judged", "Known", "Noted", "OutcomeLog", "Spool", "require_log"]
