"""All comparisons. To add one: write a function that gives its sides, and list it here."""

from __future__ import annotations

from functools import partial

import batch
import fits
import processes
import reasoning
import scoring
import serving
import streams
from goals import above_floor, agreeing, beside, fact, flat, peak, seconds, times
from measuring import Case, Study

_OBJECTIVE = (
    "The same objective, mean cross-entropy + 0.001/2 times the squared coefficients with free "
    "intercepts, on the same standardised columns of float64, {data}. "
)
_PEERS = (
    "The peers are scikit-learn's lbfgs, newton-cg and newton-cholesky, each with one BLAS thread "
    "and with all, and with the widest `tol` (a power of ten) at which the largest entry of the "
    "gradient is at most 1e-6; ours asks for that outright. The gradient and the objective are "
    "computed by the benchmark, in the same way for all. Ours has the extra `fast`, compiled and "
    "loaded before the clock starts; beside it stands the portable form, which is NumPy alone. "
)
_FEWER = (
    "Tolerances are tuned on the first 100,000 rows and held to the gradient on all, with the "
    "next one taken where it is missed. {which} "
)
_FIT = _OBJECTIVE + _PEERS
_SAME = (fact("gradient norm", fits.GRADIENT), agreeing("objective", 1e-8))
_SAMPLED = (
    "Three passes over all rows, which are what a certificate takes: two in single precision, one "
    "in double. Of 10⁶ rows they take 33 ms of 60, where reading these 120 MB takes 3.5 ms with "
    "both threads: a third of a pass is memory, which is asked for ahead, but not all of it; half "
    "is turning rows into columns, the exponentials, and sums of products. Newton's method on "
    "1,042 rows (1.3 ms), and slopes and curvature of 125,000 (12 ms), come before; counting and "
    "drawing the rows (10 ms) first."
)
_ROW_BOUND = (
    "The price of each call into NumPy or another library and of checking the input; next to "
    "nothing is arithmetic. Many rows at once cost far less a row, on all sides."
)
_STUDY = (
    "As in the fits above, on generated data. At each size the two fastest of the six peers on a "
    "part of the rows (at least 100,000, where there are more) run beside ours; a solver that "
    "takes four times as long as another there, and has not reached the gradient norm, is left out."
)

CASES = (
    Case(
        key="train",
        title="From a file to a judged model",
        compared=(
            "A new process reads a JSON array shaped as Apify's scraper writes it, of at least "
            "100,000 records, computes the 15 "
            "features of `reference-15`, cuts views into tiers at the quantiles of the earlier "
            "three quarters, fits a softmax with the penalty chosen among 8 candidates on "
            "at most 8,000 rows, and judges it on the latest quarter. The peer does so with "
            "`json.load`, `json_normalize`, pandas, `SimpleImputer(median)`, `StandardScaler` and "
            "`LogisticRegression` (lbfgs, its default tolerance). Ours also tries two treatments "
            "of rows with gaps (each with the 8 candidates), models what is unknown, resamples "
            "500 times by author for intervals, runs the baselines and audits for leaks; the peer "
            "is not asked to. Time is that of the whole process, imports included."
        ),
        bound=("Decoding JSON and making a Python object of each field that is read: about half."),
        sides=processes.whole_way,
        goals=(seconds(10.0), peak(1.5e9)),
    ),
    Case(
        key="read",
        title="Reading alone",
        compared=(
            "The same file from disk (cached by the system) into a table, in a new process, "
            "without the imports. Ours keeps the canonical columns, cleans every value, rejects "
            "broken records with their reasons and merges duplicates; the peer keeps every field "
            "as it is."
        ),
        bound="Decoding JSON, and making a Python object of each field that is looked at.",
        sides=processes.reading,
    ),
    Case(
        key="fit-reference",
        title="Fit of the reference data",
        compared=_FIT.format(data="5,886 rows of 15 features and 5 tiers"),
        bound=(
            "Six Newton steps on a sample of 1,024 rows and four on all rows make half of it, by "
            "the sums that make the Hessian (.5 ms a step on all rows); the rest is some hundred "
            "calls into NumPy. A second thread would cost more than it saves."
        ),
        sides=fits.on_reference,
        pace=3,
        goals=(times(5.0),),
        checks=_SAME,
    ),
    Case(
        key="fit-generated",
        title="Fit of generated data of the reference's shape",
        compared=_FIT.format(data="5,886 rows of 15 features, tiers drawn from a softmax"),
        bound="As above, with columns that do not resemble each other.",
        sides=partial(fits.on_generated, size=fits.Size()),
        pace=3,
        checks=_SAME,
    ),
    Case(
        key="fit-1e5",
        title="Fit of 10⁵ rows",
        compared=_FIT.format(data="100,000 rows of 15 features, tiers drawn from a softmax"),
        bound=(
            "Four passes over all rows, about 1 ms each with both threads, of which a seventh is "
            "waking them; Newton's method on 1,042 rows and curvature of 12,500 take 3 ms, drawing "
            "them 1 ms."
        ),
        sides=partial(fits.on_generated, size=fits.Size(100_000)),
        goals=(times(15.0),),
        checks=_SAME,
    ),
    Case(
        key="fit-1e6",
        title="Fit of 10⁶ rows",
        compared=_FIT.format(data="1,000,000 rows of 15 features, tiers drawn from a softmax")
        + _FEWER.format(which="Of the six peers, the three fastest on a tenth of the rows run."),
        bound=_SAMPLED,
        sides=partial(fits.on_generated, size=fits.Size(1_000_000, finalists=3)),
        pace=0.6,
        goals=(times(50.0),),
        checks=_SAME,
    ),
    Case(
        key="fit-1e7",
        title="Fit of 10⁷ rows",
        compared=_FIT.format(data="10,000,000 rows of 15 features, tiers drawn from a softmax")
        + _FEWER.format(
            which="Of the six peers only the fastest on a tenth of the rows runs, and only once, "
            "as it takes minutes."
        ),
        bound=_SAMPLED,
        sides=partial(fits.on_generated, size=fits.Size(10_000_000, finalists=1, most=1)),
        pace=0.6,
        goals=(times(75.0),),
        checks=_SAME,
    ),
    Case(
        key="fit-1e6x60",
        title="Fit of 10⁶ rows of 60 features",
        compared=_FIT.format(
            data="1,000,000 rows of 60 features, tiers drawn from a softmax whose logits spread as "
            "widely as those of 15 features"
        )
        + _FEWER.format(which="Of the six peers, the two fastest on a tenth of the rows run."),
        bound=(
            "Four passes, 35 ms each, with four times the numbers a row: two thirds. Newton's "
            "method on samples, whose Hessian has 16 times the entries, is a fifth."
        ),
        sides=partial(fits.on_generated, size=fits.Size(1_000_000, 60, finalists=2)),
        pace=0.6,
        goals=(times(20.0),),
        checks=_SAME,
    ),
    Case(
        key="fit-sorted",
        title="Fit of sorted rows",
        compared=(
            "The same 1,000,000 rows sorted by class, sorted by a feature, and shuffled, all by "
            "ours: a fit that took its samples from the first rows would fail here."
        ),
        bound=_SAMPLED,
        sides=partial(fits.on_sorted, rows=1_000_000),
        goals=(beside(1.5, "time for rows sorted by class ÷ for shuffled ones", fits.SHUFFLED),),
        checks=_SAME,
    ),
    Case(
        key="cold",
        title="Cold start",
        compared=(
            "`python -c` that loads a saved model and scores one list of 15 features: "
            "`virality.ml.predict_with_ml(features, path)` against a pipeline loaded by joblib. "
            "Time is that of the whole process, with the bytecode of all modules cached."
        ),
        bound="Imports. Nobody who needs NumPy gets below the floor.",
        sides=scoring.cold,
        pace=3,
        goals=(seconds(0.135), times(9.0)),
    ),
    Case(
        key="row",
        title="One row, all known",
        compared=(
            "A list of 15 features in, a score out, in a warm process: `predict_with_ml(list, "
            "path)` against `predict_proba` of the pipeline and the sum with the tiers' midpoints, "
            "the same pipeline exported to ONNX, and a graph with our own coefficients that "
            "computes the score. ONNX Runtime has one thread and float32. Ours needs nothing that "
            "is compiled; beside it stands `Scorer.compiled()`, which the extra `fast` has. One "
            "run is 300 calls; the time is that of one."
        ),
        bound=(
            "The sums of four logits and their exponentials in plain Python, about two thirds, and "
            "finding the model by its name. Any call into a library that makes an array of the "
            "list takes longer. Compiled: the call from Python into the compiled function, about "
            "half, and writing the list into memory."
        ),
        sides=scoring.known,
        pace=3,
        goals=(
            seconds(5e-6, "our time, portable"),
            seconds(1.5e-6, "our time, with the extra `fast`", scoring.COMPILED),
            times(50.0, "scikit-learn"),
        ),
    ),
    Case(
        key="row-gaps",
        title="One row, half unknown",
        compared=(
            "As above, for what is known before posting: 7 of 15 features are unknown. Ours "
            "averages over what they may be, given the others; the peer puts in medians."
        ),
        bound=_ROW_BOUND,
        sides=scoring.gappy,
        pace=3,
    ),
    Case(
        key="record",
        title="One record",
        compared=(
            "A record as Apify's scraper writes it in, a score out, in a warm process: "
            "`Scorer.score(record)` through the features of `reference-15`, with percentile and "
            "interval, against `json_normalize`, the same features in pandas, and the pipeline. "
            "One run is 30 calls; the time is that of one."
        ),
        bound=(
            "Making a table of one record and the expressions that clean it and measure it: each "
            "costs microseconds for one row as for a thousand."
        ),
        sides=scoring.record,
        pace=3,
        goals=(seconds(1.5e-3),),
    ),
    Case(
        key="explain",
        title="Reasons for scores",
        compared=(
            "1,000 synthetic videos of which all 33 features of `creator-1` are known. Ours takes "
            "records in canonical columns and the accounts' earlier videos, in a warm process, and "
            "gives the points of each feature; beside it stands the same from features. The peer "
            "is `shap.PermutationExplainer` of `Scorer.score_rows`, with the same 64 background "
            "rows and one order of the features with its reverse, on 25 of these videos. Ours "
            "takes 64 orders with their reverses. The time is that of one video."
        ),
        bound=(
            "Some 4,000 scores a video, each six exponentials, in NumPy; and, from records, the "
            "features."
        ),
        sides=reasoning.reasons,
        goals=(seconds(1e-3),),
    ),
    Case(
        key="batch",
        title="Many rows to scores",
        compared=(
            "1,000,000 rows of 15 known features in, scores out, in a warm process. Ours takes "
            "float64 and, beside it, float32; ONNX Runtime is given float32, made before the clock "
            "starts, and runs the exported pipeline as well as a graph with our own coefficients. "
            "It has all threads unless said otherwise. 40 million rows a second are 25 ms."
        ),
        bound="Turning rows into columns, four million exponentials, and a division for each row.",
        sides=batch.scores,
        pace=3,
        goals=(
            seconds(0.025),
            times(2.5, "ONNX Runtime"),
            times(2.5, "ONNX Runtime", batch.NARROW),
        ),
    ),
    Case(
        key="batch-proba",
        title="Many rows to probabilities",
        compared="As above, with the probabilities of the five tiers out.",
        bound=(
            "As above, and writing 40 MB of probabilities to memory that the system has to clear "
            "first; ONNX Runtime writes 20 MB, of float32."
        ),
        sides=batch.probabilities,
        pace=3,
    ),
    Case(
        key="memory",
        title="Memory of a fit to files",
        compared=(
            "`virality.fit_files` on 10,000,000 and on 30,000,000 rows of 15 float64 columns in "
            "Parquet files of a million rows, each in a new process, against reading the former "
            "with Polars and fitting them with scikit-learn's lbfgs. As the peer is here for its "
            "memory, it stops after 5 iterations: **its time is not comparable.** The time is "
            "without the imports. The goals are 256 MiB (268 MB) above the bare interpreter, and "
            "the same for the larger data within a tenth."
        ),
        bound=(
            "The libraries that are loaded, about half; then the part of the rows that each thread "
            "has in hand while a file is decoded, and the sample."
        ),
        sides=streams.memory,
        pace=0.6,
        goals=(above_floor(256 * 2.0**20), flat(1.1)),
        timed=False,
    ),
    Case(
        key="records",
        title="Records to scores, from file to file",
        compared=(
            "1,000,000 records in canonical columns of a Parquet file in, a Parquet file of scores "
            "out, in a new process: `virality score records.parquet --out scores.parquet` against "
            "Polars for the files, the same features in pandas, and the pipeline. Ours also cleans "
            "every value, rejects broken records, merges duplicates, and gives percentile and "
            "interval. Time is that of the whole process, imports included."
        ),
        bound=(
            "About 4 µs of both processors a record. Rejecting, cleaning and merging what may be "
            "dirty takes a fifth, averaging over what is unknown in half of the records a quarter, "
            "writing parts and joining them a fifth; the rest is Polars making columns of features "
            "and answers. Scores alone are next to nothing."
        ),
        sides=streams.records,
        pace=0.6,
        goals=(seconds(1.0),),
    ),
    Case(
        key="serve",
        title="Scores over HTTP",
        compared=(
            "Requests to `/v1/score` of a service that runs as one process on this machine, as "
            "fast as answers come, over 16 connections for 5 seconds, by wrk, which is a process "
            "of its own. The video is stated by all 33 features of `creator-1`. The peer is an "
            "endpoint of the same framework that checks the same body by the same model of it and "
            "answers a constant of the same length. The time is that from one answer to the next. "
            "Beside it: the same with every prediction logged, raw records, which have to be "
            "cleaned and measured first, and one request of 10,000 videos."
        ),
        bound=(
            "Reading the head, finding the route and writing the answer, as on the other side; "
            "then the score, and request id, log line, limits, security headers and counts, which "
            "the other side has not. Bodies are read and checked without FastAPI's own way for "
            "forms, files and dependencies, which takes as long as the score. Raw records, and "
            "whatever lacks inputs, are averaged over what these may be, which takes 4 ms."
        ),
        sides=serving.serving,
        goals=(
            times(0.6),
            seconds(1.0, "time of 10,000 videos in one request", serving.BATCH),
        ),
        checks=(fact("p99 ÷ p50", 10.0), fact("failed", 0.0)),
    ),
)

STUDIES = (
    Study(
        key="scale-rows",
        title="How the cost of a fit grows with the rows",
        compared=f"{_STUDY} 15 features and 5 tiers; from 3,000,000 rows on, ours alone.",
        bound=_SAMPLED,
        axis="rows",
        at=(10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000),
        sides=fits.growing_rows,
        checks=_SAME,
    ),
    Study(
        key="scale-features",
        title="How the cost of a fit grows with the features",
        compared=f"{_STUDY} 100,000 rows and 5 tiers; logits spread as widely at each size.",
        bound=(
            "Passes grow with the features; the Hessian of a sample grows with their square, the "
            "sample itself with the unknowns, and solving for a step with their cube."
        ),
        axis="features",
        at=(5, 15, 30, 60, 120),
        sides=fits.growing_features,
        checks=_SAME,
    ),
    Study(
        key="scale-tiers",
        title="How the cost of a fit grows with the tiers",
        compared=f"{_STUDY} 100,000 rows and 15 features.",
        bound="As for the features; exponentials grow with the tiers.",
        axis="tiers",
        at=(2, 3, 5, 10, 20),
        sides=fits.growing_tiers,
        checks=_SAME,
    ),
)
