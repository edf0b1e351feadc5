"""Records whose words try to be code, wherever a report shows a word of theirs."""

from functools import cache

import polars as pl

from virality.records import read_records
from virality.sample import make_sample
from virality.training.settings import Settings
from virality.training.train import run

NAME = "<img src=x onerror=document['title']='hacked'>"  # no dot or slash: they part nested names
HOSTILE = f"</script>{NAME}"


@cache
def hostile_run():
    """A training on records with hostile captions, and a hostile column as feature and outcome."""
    records = read_records(list(make_sample(1500, 5).records)).with_columns(
        pl.lit(HOSTILE).alias("caption"),
        pl.col("views").alias(f"y{NAME}"),
        (pl.col("video_id").str.len_bytes() + pl.col("duration_seconds") % 7).alias(f"f{NAME}"),
    )
    settings = Settings(outcome=f"y{NAME}", features=(f"f{NAME}:content",))
    return run(records, settings), records, settings
