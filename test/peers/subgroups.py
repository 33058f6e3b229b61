"""Writes test/golden/paired_shares.json: Agresti and Min's intervals of paired differences, by their formula in NumPy.

    pip install numpy==2.4.6 scipy==1.17.1
    python test/peers/subgroups.py
"""

import json
import pathlib

import numpy
import scipy
from scipy.stats import norm

cases = []
for won, lost, of, confidence in [
    (0, 0, 10, 0.95), (3, 12, 60, 0.95), (40, 17, 600, 0.99), (0, 5, 5, 0.95), (1, 0, 1, 0.9), (7, 7, 200, 0.995),
]:
    # A table of pairs: right twice, lost, won, wrong twice, each with half an example more.
    table = numpy.array([[(of - won - lost) / 2, lost], [won, (of - won - lost) / 2]]) + 0.5
    n = table.sum()
    shares = table / n
    difference = shares[1, 0] - shares[0, 1]
    variance = (shares[1, 0] + shares[0, 1] - difference**2) / n
    reach = norm.ppf((1 + confidence) / 2) * numpy.sqrt(variance)
    cases.append([won, lost, of, confidence, max(-1.0, difference - reach), min(1.0, difference + reach)])

path = pathlib.Path(__file__).parents[1] / "golden" / "paired_shares.json"
path.write_text(
    json.dumps({"versions": {"numpy": numpy.__version__, "scipy": scipy.__version__}, "cases": cases}) + "\n"
)
