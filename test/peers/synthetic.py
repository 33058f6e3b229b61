"""Writes test/golden/synthetic.json: quantiles of distributions, as SciPy computes them.

    pip install scipy==1.17.1
    python test/peers/synthetic.py
"""

import json
import math
import pathlib

import numpy
import scipy
from scipy import stats

PROBABILITIES = [0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999]


def skewed(skew, mean, std):
    """A skew normal distribution with this mean and standard deviation."""
    unit = stats.skewnorm(skew)
    return stats.skewnorm(skew, loc=mean - std * unit.mean() / unit.std(), scale=std / unit.std())


CASES = [
    ("uniform", {}, stats.uniform(-1, 2)),
    ("uniform", {"min": 0, "max": 5}, stats.uniform(0, 5)),
    ("gaussian", {}, stats.norm()),
    ("gaussian", {"mean": 3, "stdDev": 0.1}, stats.norm(3, 0.1)),
    ("laplace", {}, stats.laplace(scale=1 / math.sqrt(2))),
    ("laplace", {"mean": -1, "stdDev": 2}, stats.laplace(-1, math.sqrt(2))),
    ("studentT", {}, stats.t(3)),
    ("studentT", {"degrees": 1, "mean": 1, "scale": 2}, stats.t(1, 1, 2)),
    ("studentT", {"degrees": 7.5}, stats.t(7.5)),
    ("skewNormal", {}, skewed(5, 0, 1)),
    ("skewNormal", {"skew": -2, "mean": 1, "stdDev": 0.5}, skewed(-2, 1, 0.5)),
    ("logNormal", {}, stats.lognorm(1)),
    ("logNormal", {"mu": 1, "sigma": 0.5}, stats.lognorm(0.5, scale=math.e)),
]

golden = {
    "madeBy": "test/peers/synthetic.py",
    "versions": {"scipy": scipy.__version__, "numpy": numpy.__version__},
    "probabilities": PROBABILITIES,
    "cases": [
        {
            "name": name,
            "options": options,
            "quantiles": [float(value) for value in distribution.ppf(PROBABILITIES)],
        }
        for name, options, distribution in CASES
    ],
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "synthetic.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
print(len(golden["cases"]), "cases,", path.stat().st_size, "bytes")
