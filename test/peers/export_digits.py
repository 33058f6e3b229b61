"""Writes data/digits.bin from scikit-learn's load_digits, and its line in data/SHA256SUMS.

    pip install scikit-learn
    python test/peers/export_digits.py

Each of the 1,797 records has 65 bytes: 64 pixels of an 8x8 image, row by row, 0 to 16, then the
digit, 0 to 9, in load_digits' order.
"""

import hashlib
import pathlib

import numpy
import sklearn
from sklearn.datasets import load_digits

data = pathlib.Path(__file__).resolve().parents[2] / "data"
digits = load_digits()
records = numpy.column_stack([digits.data, digits.target]).astype(numpy.uint8)
assert (records[:, :64] == digits.data).all() and records.shape == (1797, 65)

content = records.tobytes()
(data / "digits.bin").write_bytes(content)
checksum = hashlib.sha256(content).hexdigest()
(data / "SHA256SUMS").write_text(f"{checksum}  digits.bin\n")

print("scikit-learn", sklearn.__version__, checksum)
print("images by digit", numpy.bincount(digits.target).tolist())
print("sum of pixels", int(digits.data.sum()), "largest", int(digits.data.max()))
print("first image", digits.data[0].astype(int).tolist(), "is a", digits.target[0])
