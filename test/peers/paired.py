"""Writes test/golden/paired.json: paired t-tests, detectable differences and Holm's correction.

    pip install scipy==1.17.1 statsmodels==0.15.0
    python test/peers/paired.py
"""

import json
import pathlib

import numpy
import scipy
import statsmodels
from scipy.stats import t, ttest_rel
from statsmodels.stats.multitest import multipletests

random = numpy.random.default_rng(7)
pairs = []
for n in [2, 3, 5, 10, 31]:
    a = random.normal(90, 3, n).round(2)
    b = (a - random.normal(1, 2, n)).round(2)
    test = ttest_rel(a, b)
    low, high = test.confidence_interval()
    error = numpy.std(a - b, ddof=1) / numpy.sqrt(n)
    pairs.append(
        {
            "a": a.tolist(),
            "b": b.tolist(),
            "p": test.pvalue,
            "low": low,
            "high": high,
            "detectable": (t.ppf(0.975, n - 1) + t.ppf(0.8, n - 1)) * error,
        }
    )
families = []
for m in [1, 4, 9]:
    p = random.uniform(0, 0.2, m).round(4)
    p[-1] = p[0]
    families.append({"p": p.tolist(), "corrected": multipletests(p, method="holm")[1].tolist()})

versions = {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__}
path = pathlib.Path(__file__).parents[1] / "golden" / "paired.json"
path.write_text(json.dumps({"versions": versions, "pairs": pairs, "families": families}, indent=1) + "\n")
