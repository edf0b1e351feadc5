"""``virality sample``."""

from __future__ import annotations

import click


@click.command()
@click.argument("out", metavar="OUT")
@click.option("--videos", default=8000, show_default=True, type=click.IntRange(1), metavar="N")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), metavar="S")
@click.option(
    "--new",
    type=click.IntRange(1),
    metavar="N",
    help="Write instead the next N videos of those accounts, without counts: videos to score.",
)
def sample(*, out: str, videos: int, seed: int, new: int | None) -> None:
    """Write made-up videos to OUT, as a TikTok scraper gives them.

    The data is synthetic: invented accounts, captions and numbers with the spread of real ones,
    including the duplicates, repeated snapshots and broken rows that scrapers give.
    """
    from virality import sample as generator  # noqa: PLC0415  --help must not load NumPy

    if new is None:
        counts = generator.write_sample(out, videos, seed)
        said = f"{counts['rows']:,} synthetic records of {videos:,} videos"
    else:
        generator.write_array(out, generator.new_videos(new, seed, videos=videos).records)
        said = f"{new:,} synthetic videos without counts"
    click.echo(f"wrote {said} to {out}")
