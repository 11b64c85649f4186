#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whole-process benchmarks, as a Markdown table (see bench.sh).

    bench.py SEALEAF FOLDER [--quick]      (FOLDER: of floor and runner)

Every run is a process from start to end, output thrown away. Shown are the
fastest and the median time, and the largest resident memory; then the median
as a multiple of the floor's (tests/bench/floor.c), and how many times faster
than sops, where it is on the PATH.
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RECIPIENT = "age1s758stteykslpxkf3yftz0zwv7udndt2g70h4xks9jyvg7hj2guq7uszwx"
VALUES = os.path.join(ROOT, "testdata", "quickstart", "values.yaml")
RUNNER = None


def many(argv, env, runs):
    """(fastest, median, peak kilobytes) of some runs, or None on failure."""
    # One run more: what is read from disk is then in memory.
    text = subprocess.run([RUNNER, str(runs + 1)] + argv, env=env, capture_output=True, check=True).stdout.decode()
    found = [l.split() for l in text.splitlines()][1:]
    if any(f[2] != "0" for f in found):
        return None
    times = [float(f[0]) for f in found]
    return min(times), statistics.median(times), max(int(f[1]) for f in found)


def shown(seconds):
    if seconds < 0.1:
        return f"{seconds * 1e3:.1f} ms"
    return f"{seconds:.2f} s"


def cell(r):
    return f"{shown(r[0])} / {shown(r[1])} / {r[2] / 1024:.0f} MB" if r else "fails"


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    global RUNNER
    sealeaf, floor = sys.argv[1], os.path.join(sys.argv[2], "floor")
    RUNNER = os.path.join(sys.argv[2], "runner")
    quick = "--quick" in sys.argv
    sops = shutil.which("sops")
    with tempfile.TemporaryDirectory(prefix="sealeaf-bench-") as there:
        env = {"PATH": os.environ["PATH"], "HOME": there, "LC_ALL": "C.UTF-8",
               "SOPS_AGE_KEY_FILE": os.path.join(ROOT, "testdata", "vectors", "keys", "age-1.txt")}
        values, large, binary = (os.path.join(there, n) for n in ("values.yaml", "large.yaml", "large.bin"))
        shutil.copy(VALUES, values)
        count, size = (30000, 10) if quick else (300000, 100)
        with open(large, "wb") as f:
            subprocess.run([sys.executable, os.path.join(HERE, "generate.py"), str(count)], stdout=f, check=True)
        with open(binary, "wb") as f:
            for _ in range(size):
                f.write(os.urandom(1 << 20))
        for path in (values, large, binary):
            out = path.replace(there, os.path.join(there, "enc-")).replace("enc-/", "enc-")
            subprocess.run([sealeaf, "encrypt", "--age", RECIPIENT, "--output", out, path], env=env, check=True)
        measure(there, env, sealeaf, floor, sops, quick, count, size)


def measure(there, env, sealeaf, floor, sops, quick, count, size):
    def path(name):
        return os.path.join(there, name)

    encrypt = ["encrypt", "--age", RECIPIENT]
    rows = [
        ("`--version`", ["--version"], ["start"], 50),
        ("decrypt a 17 kB values file", ["decrypt", path("enc-values.yaml")], ["yaml", path("enc-values.yaml")], 30),
        ("encrypt it", encrypt + [path("values.yaml")], ["yaml", path("values.yaml")], 30),
        (f"decrypt {count:,} YAML values", ["decrypt", path("enc-large.yaml")], ["yaml", path("enc-large.yaml")], 5),
        ("encrypt them", encrypt + [path("large.yaml")], ["yaml", path("large.yaml")], 5),
        (f"decrypt {size} MB binary", ["decrypt", path("enc-large.bin")], ["binary", path("large.bin")], 5),
        ("encrypt it", encrypt + [path("large.bin")], ["binary", path("large.bin")], 5),
    ]
    print("Fastest / median / peak memory, on", os.cpu_count(), "cores.\n")
    print("| what | sealeaf | floor | x floor | sops 3.13.3 | times faster |")
    print("|---|---|---|---|---|---|")
    for name, argv, base, runs in rows:
        if quick:
            runs = min(runs, 10)
        ours = many([sealeaf] + argv, env, runs)
        least = many([floor] + base, env, runs)
        theirs = many([sops] + argv, env, 2 if runs <= 5 else runs // 3) if sops else None
        over = f"{ours[1] / least[1]:.1f}" if ours and least else "-"
        faster = f"{theirs[1] / ours[1]:.1f}" if ours and theirs else "-"
        print(f"| {name} | {cell(ours)} | {cell(least)} | {over} | {cell(theirs) if sops else '-'} | {faster} |", flush=True)


if __name__ == "__main__":
    main()
