"""The estimator for scikit-learn; it needs the extra ``sklearn``.

>>> from virality.sklearn import ViralityClassifier
"""

from virality.interfaces.estimator import ViralityClassifier

__all__ = ["ViralityClassifier"]
