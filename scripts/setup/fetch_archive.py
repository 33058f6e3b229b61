"""Downloads an official libtensorflow archive and unpacks its library, headers and licences.

usage: fetch_archive.py ADDRESS DESTINATION

Prints `N of M` bytes as it goes. Only the standard library, which, unlike Node's, heeds the
machine's proxy settings. Python 3.10 or newer.
"""

import pathlib
import sys
import tarfile
import urllib.request


def main(address, destination):
    target = pathlib.Path(destination)
    target.mkdir(parents=True, exist_ok=True)
    archive = target / "archive.tar.gz"
    with urllib.request.urlopen(address, timeout=30) as response, open(archive, "wb") as sink:
        total = int(response.headers.get("Content-Length", 0))
        done = 0
        while chunk := response.read(1 << 20):
            sink.write(chunk)
            done += len(chunk)
            print(done, "of", total, flush=True)
    if total and done != total:
        sys.exit(f"the download was cut short: {done} of {total} bytes")
    with tarfile.open(archive) as files:
        for member in files:
            name = member.name.removeprefix("./")
            if ".." in name.split("/") or not (member.isfile() or member.issym()):
                continue
            if name.startswith(("lib/", "include/")):
                member.name = name
            elif name in ("LICENSE", "THIRD_PARTY_TF_C_LICENSES"):
                member.name = f"licences/{name}"
            else:
                continue
            files.extract(member, target)
    archive.unlink()


main(*sys.argv[1:])
