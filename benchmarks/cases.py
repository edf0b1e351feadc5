"""All comparisons. To add one: write a function that gives its sides, and list it here."""

from __future__ import annotations

import fits
import processes
import scoring
from measuring import Bar, Case

_FIT = (
    "The same objective, mean cross-entropy + 0.001/2 times the squared coefficients with free "
    "intercepts, on the same standardised columns, {data}. Each solver of scikit-learn has the "
    "widest `tol` at which the largest entry of the gradient is at most 1e-6; ours asks for that "
    "outright. The gradient is computed by the benchmark, in the same way for all."
)
_ROW_BOUND = (
    "The price of each call into NumPy or scikit-learn and of checking the input; next to nothing "
    "is arithmetic. Many rows at once cost far less a row, on both sides."
)

CASES = (
    Case(
        key="train",
        title="From a file to a judged model",
        compared=(
            "A new process reads a JSON array shaped as Apify's scraper writes it, computes the 15 "
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
        warm=False,
        bars=(Bar("seconds", 10.0), Bar("peak_bytes", 1.5e9)),
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
        warm=False,
    ),
    Case(
        key="fit-reference",
        title="Fit of the reference data",
        compared=_FIT.format(data="5,886 rows of 15 features and 5 tiers"),
        bound="A few Newton steps; each is dominated by the sum that makes the Hessian.",
        sides=fits.on_reference,
        pace=3,
    ),
    Case(
        key="fit-generated",
        title="Fit of generated data of the reference's shape",
        compared=_FIT.format(data="5,886 rows of 15 features, tiers drawn from a softmax"),
        bound="As above, with columns that do not resemble each other.",
        sides=fits.on_generated,
        pace=3,
    ),
    Case(
        key="fit-many",
        title="Fit of many rows",
        compared=_FIT.format(data="as many rows as said above, drawn in the same way"),
        bound="Passes over the rows: the arithmetic of BLAS and the exponentials.",
        sides=fits.on_many,
    ),
    Case(
        key="cold",
        title="Cold start",
        compared=(
            "`python -c` that loads a saved model and scores one list of 15 features: "
            "`virality.ml.predict_with_ml(features, path)` against a pipeline loaded by joblib. "
            "Time is that of the whole process."
        ),
        bound="Imports. Nobody who needs NumPy gets below the floor.",
        sides=scoring.cold,
        pace=2,
    ),
    Case(
        key="row",
        title="One row, all known",
        compared=(
            "A list of 15 features in, a score out, in a warm process: `predict_with_ml(list, "
            "path)` against `predict_proba` of the pipeline and the sum with the tiers' midpoints. "
            "One run is 300 calls; the time is that of one."
        ),
        bound=_ROW_BOUND,
        sides=scoring.known,
        pace=3,
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
)
