r"""The model as scikit-learn knows models: any features, any classes.

It is the softmax of :func:`virality.fit_softmax`, solved to its optimum, joined with what answers
for unknown inputs. With :math:`\lambda` the penalty ``l2`` and n rows (or the sum of their weights)
it is the minimum that ``LogisticRegression(C=1 / (n * l2))`` seeks for three classes and more, on
columns that a ``StandardScaler`` has scaled where ``standardize`` is true. For two classes
scikit-learn fits one row of coefficients, of which this model's two are half each, so there
``C=2 / (n * l2)`` is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from virality.bulk import probabilities
from virality.errors import InputError
from virality.model.classifier import Classifier
from virality.model.linear import Linear
from virality.model.population import Population
from virality.model.scaling import Scaling, measure
from virality.training.checking import check_options
from virality.training.fitting import Rows, solve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray
    from sklearn.utils import Tags

    from virality.arrays import Floats

_TWO = 2


class ViralityClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # has no types
    """Softmax (multinomial logistic) regression at its exact optimum, with unknown inputs.

    A NaN is an input that is not known. Where one is, the answer is the average of the answers over
    what it may be, given the inputs that are known; with nothing known, the shares of the classes.

    Parameters
    ----------
    l2
        The factor of half the squared coefficients, added to the mean loss; at least 0. At 0 an
        optimum exists only where no direction separates the classes.
    standardize
        Whether the penalty is on coefficients of standardised columns, so that units do not matter
        (true), or of the columns as given.
    class_weight
        None, ``"balanced"``, or a weight for each label.
    tol
        The largest absolute entry allowed in the gradient of the objective.

    Attributes
    ----------
    classes_
        (K,) the labels, ascending.
    coef_, intercept_
        (K, p) and (K,), for raw features; (1, p) and (1,) for two classes, for the second.
    n_iter_
        Steps taken over all rows.
    gradient_norm_, objective_
        The certificate: the largest entry of the gradient, and the objective, at the solution.
    n_features_in_, feature_names_in_
        As everywhere in scikit-learn.

    Examples
    --------
    >>> from virality.sklearn import ViralityClassifier
    >>> model = ViralityClassifier().fit([[0.0], [1.0], [2.0], [3.0]], ["a", "b", "a", "b"])
    >>> model.predict_proba([[float("nan")]]).round(3).tolist()
    [[0.5, 0.5]]
    """

    def __init__(
        self,
        *,
        l2: float = 1e-3,
        standardize: bool = True,
        class_weight: Literal["balanced"] | Mapping[Any, float] | None = None,
        tol: float = 1e-6,
    ) -> None:
        self.l2 = l2
        self.standardize = standardize
        self.class_weight = class_weight
        self.tol = tol

    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> ViralityClassifier:
        """Fit the model.

        Parameters
        ----------
        X
            (n, p) features, NaN where unknown.
        y
            (n,) labels, of at least two classes.
        sample_weight
            (n,) non-negative weights; None is 1 for each row.

        Raises
        ------
        ValueError
            When something that is given has no use.
        NotConvergedError
            When there is no optimum, as for separable classes with ``l2=0``.
        """
        given: tuple[Floats, NDArray[Any]] = validate_data(
            self, X, y, dtype=np.float64, ensure_all_finite="allow-nan"
        )
        rows, labels = given
        check_classification_targets(labels)
        weight = _check_sample_weight(
            sample_weight, rows, dtype=np.float64, ensure_non_negative=True
        )
        if self.class_weight is not None:
            weight = weight * compute_sample_weight(self.class_weight, labels)
        counts = weight > 0
        self.classes_, numbers = np.unique(labels[counts], return_inverse=True)
        if len(self.classes_) < _TWO:
            raise ValueError(
                f"y holds one class, {labels[0]!r}; a classifier tells at least two apart"
            )
        try:
            check_options(self.l2, self.tol)
            self._solve(Rows(rows[counts], numbers.astype(np.intp), weight[counts], self.classes_))
        except InputError as error:
            raise ValueError(str(error)) from error
        return self

    def _solve(self, rows: Rows) -> None:
        population = Population.fit(rows.X, rows.y, len(rows.classes), rows.weight)
        whole = Rows(population.complete(rows.X), rows.y, rows.weight, rows.classes)
        scaling = measure(whole.X, whole.weight)
        solution = solve(
            whole, scaling=scaling, penalty=self._penalty(scaling), tol=self.tol, raw=False
        )
        self.classifier_ = Classifier(Linear(solution.coef, solution.intercept), population)
        self.coef_, self.intercept_ = solution.coef, solution.intercept
        if len(rows.classes) == _TWO:
            self.coef_, self.intercept_ = (
                np.diff(solution.coef, axis=0),
                np.diff(solution.intercept),
            )
        self.n_iter_ = solution.iterations
        self.gradient_norm_, self.objective_ = solution.gradient_norm, solution.objective

    def _penalty(self, scaling: Scaling) -> Floats:
        """Give the penalty's factor for each coefficient of a standardised column."""
        if self.standardize:
            return np.full(len(scaling.scale), float(self.l2))
        varying = np.where(scaling.scale > 0, scaling.scale, 1.0)
        factors: Floats = self.l2 / varying**2
        return factors

    def decision_function(self, X: ArrayLike) -> Floats:
        """Give logits: (n, K) that sum to 0 in each row; (n,) of the second class for two."""
        logits: Floats = self.predict_log_proba(X)
        if len(self.classes_) == _TWO:
            return logits[:, 1] - logits[:, 0]
        centred: Floats = logits - logits.mean(axis=1, keepdims=True)
        return centred

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Give the classes' probabilities (n, K) for X (n, p), in which NaN is unknown."""
        check_is_fitted(self)
        rows: Floats = validate_data(
            self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False
        )
        return probabilities(self.classifier_, rows)

    def predict_log_proba(self, X: ArrayLike) -> Floats:
        """Give the logarithms of :meth:`predict_proba`."""
        with np.errstate(divide="ignore"):  # a probability may be too small for a number
            return np.log(self.predict_proba(X))

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Give the most probable label (n,) for X (n, p)."""
        chosen = self.predict_proba(X).argmax(axis=1)
        found: NDArray[Any] = self.classes_[chosen]
        return found

    def __sklearn_tags__(self) -> Tags:
        """Say that NaN is welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
