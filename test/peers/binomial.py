"""Writes test/golden/binomial.json: Clopper–Pearson intervals, McNemar's test, AUROC with DeLong's interval.

    pip install scipy==1.17.1 statsmodels==0.15.0 scikit-learn==1.9.1
    python test/peers/binomial.py
"""

import json
import pathlib

import numpy
import scipy
import sklearn
import statsmodels
from sklearn.metrics import roc_auc_score
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

random = numpy.random.default_rng(18)
intervals = []
for count, of, confidence in [
    (0, 1, 0.95), (1, 1, 0.95), (0, 600, 0.95), (9, 600, 0.95), (300, 600, 0.99), (600, 600, 0.95), (7, 20, 0.9), (12345, 60000, 0.95),
]:
    low, high = proportion_confint(count, of, 1 - confidence, method="beta")
    intervals.append([count, of, confidence, float(low), float(high)])
tests = []
for lost, won in [(0, 0), (1, 0), (5, 5), (12, 3), (3, 12), (40, 17), (300, 250), (0, 90)]:
    p = mcnemar([[10, lost], [won, 10]], exact=True).pvalue if lost + won else 1.0
    tests.append([lost, won, float(p)])


def delong(high, low):
    """DeLong's standard error by its definition, pair by pair."""
    pairs = (high[:, None] > low) + 0.5 * (high[:, None] == low)
    return numpy.sqrt(pairs.mean(1).var(ddof=1) / len(high) + pairs.mean(0).var(ddof=1) / len(low))


curves = []
for m, n, shift, digits in [(40, 30, 0.5, 4), (25, 60, 1.5, 1), (30, 30, 0.0, 1)]:
    high, low = random.normal(shift, 1, m).round(digits), random.normal(0, 1, n).round(digits)
    auroc = roc_auc_score([1] * m + [0] * n, numpy.concatenate([high, low]))
    z = scipy.stats.norm.ppf(0.975)
    error = delong(high, low)
    ends = [max(0, auroc - z * error), min(1, auroc + z * error)]
    curves.append({"high": high.tolist(), "low": low.tolist(), "auroc": float(auroc), "ends": [float(e) for e in ends]})

versions = {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "scikit-learn": sklearn.__version__}
path = pathlib.Path(__file__).parents[1] / "golden" / "binomial.json"
path.write_text(json.dumps({"versions": versions, "intervals": intervals, "tests": tests, "curves": curves}) + "\n")
