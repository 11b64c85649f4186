#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Many files under one key far away, as rows of a Markdown table.

    remote.py SEALEAF [--files N] [--delay MILLISECONDS]

An AWS KMS made here (tests/servers) answers each request so much later. The
files are decrypted in place: by one `sealeaf decrypt --all`, by sealeaf in a
loop of the shell, and by sops in such a loop, where it is on the PATH or in
~/go/bin. Every run's files are compared with the plaintext. Beside the seconds
stands how many requests came in, and at most how many at once.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "servers"))

from aws import Aws  # noqa: E402
from base import Server  # noqa: E402

ARN = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
PLAIN = "name: file%d\npassword: correct horse\nport: 5432\n"
LOOP = 'for f; do "$PROGRAM" decrypt -i "$f" || exit 1; done'


class Slow:
    """A service whose answers take a while, and who waits for them."""

    def __init__(self, service, seconds):
        self.service, self.seconds = service, seconds
        self.lock = threading.Lock()
        self.reset()

    def reset(self):
        self.count = self.now = self.most = 0

    def __call__(self, request):
        with self.lock:
            self.count += 1
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            time.sleep(self.seconds)
            return self.service(request)
        finally:
            with self.lock:
                self.now -= 1


def find_sops():
    return shutil.which("sops") or shutil.which(
        "sops", path=os.path.expanduser("~/go/bin"))


def names(folder, n):
    return [os.path.join(folder, "f%d.yaml" % i) for i in range(n)]


def measure(argv, sealed, n, env, slow):
    """Seconds of one run on a fresh copy, or None when a file is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        for i, path in enumerate(names(folder, n)):
            shutil.copy(sealed[i], path)
        slow.reset()
        start = time.monotonic()
        p = subprocess.run(argv + names(folder, n), env=env)
        took = time.monotonic() - start
        for i, path in enumerate(names(folder, n)):
            with open(path) as f:
                if p.returncode != 0 or f.read() != PLAIN % i:
                    return None
        return took


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("sealeaf", type=os.path.abspath)
    p.add_argument("--files", type=int, default=100)
    p.add_argument("--delay", type=float, default=100)
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        slow = Slow(Aws(), 0)
        server = Server(folder, slow)
        env = {"PATH": os.environ["PATH"], "HOME": folder,
               "AWS_ENDPOINT_URL": server.url,
               "AWS_EC2_METADATA_DISABLED": "true",
               "AWS_ACCESS_KEY_ID": "AKIDBASE",
               "AWS_SECRET_ACCESS_KEY": "base/secret+key"}
        sealed = names(folder, a.files)
        for i, path in enumerate(sealed):
            with open(path, "w") as f:
                f.write(PLAIN % i)
        subprocess.run([a.sealeaf, "encrypt", "--kms", ARN, "--all", "-i",
                        *sealed], env=env, check=True)
        slow.seconds = a.delay / 1e3
        rows = [("`sealeaf decrypt --all -i`", a.sealeaf,
                 [a.sealeaf, "decrypt", "--all", "-i"]),
                ("`sealeaf decrypt -i`, a loop", a.sealeaf,
                 ["sh", "-c", LOOP, "sh"])]
        if find_sops():
            rows.append(("`sops decrypt -i`, a loop", find_sops(),
                         ["sh", "-c", LOOP, "sh"]))
        print("| %d files, %g ms an answer | seconds | requests | at once |" %
              (a.files, a.delay))
        print("|---|---|---|---|")
        for name, program, argv in rows:
            took = measure(argv, sealed, a.files,
                           {**env, "PROGRAM": program}, slow)
            print("| %s | %s | %d | %d |" % (
                name, "fails" if took is None else "%.1f" % took, slow.count,
                slow.most), flush=True)


main()
