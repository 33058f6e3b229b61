"""Writes test/golden/shift.json: SciPy's filters, scikit-image's blocks, the ECE and the FPR at 95 % TPR in NumPy.

    pip install scipy==1.17.1 scikit-image==0.26.0 scikit-learn==1.9.1
    python test/peers/shift.py
"""

import json
import pathlib

import numpy
import scipy
import skimage
import sklearn
from scipy.ndimage import gaussian_filter, rotate, shift
from skimage.measure import block_reduce
from sklearn.metrics import roc_curve

random = numpy.random.default_rng(18)
image = random.uniform(0, 1, (8, 6)).round(3)
flat = lambda values: [round(float(v), 9) for v in numpy.asarray(values).flatten()]
filters = {
    "blurred": [[s, flat(gaussian_filter(image, s, mode="nearest"))] for s in [0.4, 0.8, 1.3]],
    "shifted": [
        [down, right, flat(shift(image, (down, right), order=1, mode="grid-constant", cval=0.25))]
        for down, right in [(1, 0), (0.5, -1.25), (-2.3, 0.7)]
    ],
    "rotated": [
        [d, flat(rotate(image, d, reshape=False, order=1, mode="grid-constant", cval=0.25))] for d in [8, -25, 45, 90]
    ],
    "pixelated": [
        [rows, columns, flat(numpy.kron(block_reduce(image, (8 // rows, 6 // columns), numpy.mean), numpy.ones((8 // rows, 6 // columns))))]
        for rows, columns in [(4, 3), (2, 6), (1, 1)]
    ],
}

confidence = random.uniform(0.2, 1, 200).round(3)
right = (random.uniform(0, 1, 200) < confidence**2).astype(int)
# Bins as (low, high], as Guo et al.'s program has them.
edges = numpy.linspace(0, 1, 16)
ece = 0
for low, high in zip(edges[:-1], edges[1:]):
    inside = (confidence > low) & (confidence <= high)
    if inside.any():
        ece += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())

inside, outside = random.normal(1, 1, 400).round(4), random.normal(0, 1, 300).round(4)
fpr, tpr, _ = roc_curve([1] * 400 + [0] * 300, numpy.concatenate([inside, outside]), drop_intermediate=False)

path = pathlib.Path(__file__).parents[1] / "golden" / "shift.json"
path.write_text(
    json.dumps(
        {
            "versions": {"scipy": scipy.__version__, "scikit-image": skimage.__version__, "scikit-learn": sklearn.__version__},
            "image": flat(image),
            "filters": filters,
            "confidence": confidence.tolist(),
            "right": right.tolist(),
            "ece": float(ece),
            "inside": inside.tolist(),
            "outside": outside.tolist(),
            "fpr": float(fpr[numpy.argmax(tpr >= 0.95)]),
        }
    )
    + "\n"
)
