#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A YAML file with many values: generate.py COUNT >FILE. 300000 make 8 MB."""
import random
import sys


def main():
    count = int(sys.argv[1])
    r = random.Random(1)
    words = [f"{r.getrandbits(32):x}" for _ in range(5000)]
    out = sys.stdout
    for n in range(count):
        if n % 10000 == 0:
            out.write(f"group{n // 10000}:\n")
        if n % 100 == 0:
            out.write(f"  part{n // 100}:\n")
        kind = n % 10
        if kind < 7:
            value = r.choice(words) + r.choice(words)[:6]
        elif kind == 7:
            value = str(r.randrange(100000))
        elif kind == 8:
            value = '"' + r.choice(words) + ' x"'
        else:
            value = r.choice(("true", "false", "2.5"))
        out.write(f"    key{n}: {value}\n")


if __name__ == "__main__":
    main()
