"""Unpacks the native library, its C headers and its licences out of a TensorFlow wheel.

usage: unpack_wheel.py WHEEL DESTINATION

Every file is checked against the wheel's own RECORD while it is written. Prints `N of M` bytes as
it goes. Only the standard library, Python 3.10 or newer.
"""

import base64
import csv
import hashlib
import io
import pathlib
import re
import sys
import zipfile

LIBRARY = re.compile(r"tensorflow/(libtensorflow_(?:cc|framework)\.(?:so\.2|2\.dylib))$")
HEADER = re.compile(r"tensorflow/include/((?:tensorflow/c|tensorflow/core/platform|xla/tsl|tsl)/.*\.h)$")
LICENCE = re.compile(r"(?:tensorflow/(THIRD_PARTY_NOTICES\.txt)|tensorflow/include/(LICENSE)|[^/]*\.dist-info/(METADATA))$")


def place(name):
    """The place of a wheel's file in the destination, or None if the file isn't needed."""
    for pattern, folder in ((LIBRARY, "lib"), (HEADER, "include"), (LICENCE, "licences")):
        match = pattern.match(name)
        if match:
            return f"{folder}/{next(group for group in match.groups() if group)}"
    return None


def main(wheel, destination):
    with zipfile.ZipFile(wheel) as archive:
        record = next(name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
        rows = csv.reader(io.TextIOWrapper(archive.open(record), "utf-8"))
        hashes = {row[0]: row[1] for row in rows}
        files = [(info, place(info.filename)) for info in archive.infolist()]
        files = [(info, path) for info, path in files if path]
        total = sum(info.file_size for info, _ in files)
        done = 0
        for info, path in files:
            target = pathlib.Path(destination, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            with archive.open(info) as source, open(target, "wb") as sink:
                while chunk := source.read(1 << 22):
                    sink.write(chunk)
                    digest.update(chunk)
                    done += len(chunk)
                    if len(chunk) > 1 << 20:
                        print(done, "of", total, flush=True)
            found = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
            if hashes.get(info.filename) != f"sha256={found}":
                sys.exit(f"{info.filename} is not what the wheel's RECORD says")
    if not any(path.startswith("lib/") for _, path in files):
        sys.exit(f"{wheel} holds no native library")


main(*sys.argv[1:])
