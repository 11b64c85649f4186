#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a command costs must grow as its input does.

growth.py COMMAND: runs it under callgrind for inputs of n, 2n and 4n parts and
compares the numbers of instructions, which are nearly the same on every run.
What the second doubling adds is twice what the first added where the cost is
linear, and four times where it is quadratic; start-up cancels out. Skipped
(77) without valgrind and in builds with sanitizers, which valgrind cannot run.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KEY = os.path.join(ROOT, "testdata/vectors/keys/age-1.txt")
OURS = "age1s758stteykslpxkf3yftz0zwv7udndt2g70h4xks9jyvg7hj2guq7uszwx"
LIMIT = 2.3
COMMAND = os.path.abspath(sys.argv[1])

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def bech32(prefix, data):
    def polymod(values):
        check = 1
        for value in values:
            top = check >> 25
            check = (check & 0x1FFFFFF) << 5 ^ value
            for i, part in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA,
                                      0x3D4233DD, 0x2A1462B3)):
                check ^= part if top >> i & 1 else 0
        return check

    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    words = [int(bits[i:i + 5], 2) for i in range(0, len(bits), 5)]
    front = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = polymod(front + words + [0] * 6) ^ 1
    words += [check >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(ALPHABET[w] for w in words)


def recipients(n):
    """Others' recipients, and ours last."""
    return [bech32("age", hashlib.sha256(b"%d" % i).digest())
            for i in range(n)] + [OURS]


def write(name, text):
    with open(name, "w", encoding="utf-8") as f:
        f.write(text)


def command(*args):
    return [COMMAND, *args]


def sealed(name, text, *args):
    """Encrypt `text`, and keep the result as sealed.EXT."""
    write(name, text)
    new = "sealed." + name.rsplit(".", 1)[1]
    with open(new, "wb") as f:
        subprocess.run(command("encrypt", "--age", OURS, *args, name),
                       stdout=f, check=True)
    return new


def lines(pattern, n, glue=""):
    return glue.join(pattern.format(i=i) for i in range(n))


# Each prepares its files and gives the arguments of what is measured.

def encrypt_keys(n):
    write("a.yaml", lines('k{i}: "v\\u00e9"\n', n))
    return ["encrypt", "--age", OURS, "a.yaml"]


def encrypt_comments(n):
    write("a.yaml", lines("# c\n", n) + "a: 1\n")
    return ["encrypt", "--age", OURS, "a.yaml"]


def set_comments(n):
    return ["set", sealed("a.yaml", lines("# c\n", n) + "a: 1\n"), '["a"]', "2"]


def decrypt_spellings(n):
    return ["decrypt", sealed("a.yaml", "l:\n" + lines("#  c\n- 0644\n", n))]


def set_json(n):
    text = "{" + lines('"k{i}": {i}', n, ",\n") + "}\n"
    return ["set", sealed("a.json", text), '["new"]', '"v"']


def decrypt_documents(n):
    return ["decrypt", sealed("a.yaml", lines("a: x\n", n, "---\n"))]


def decrypt_spelled_documents(n):
    """Each with a value whose spelling is sealed in its own block."""
    return ["decrypt", sealed("a.yaml", lines("a: 0644\n", n // 4, "---\n"))]


def decrypt_aliases(n):
    return ["decrypt", sealed("a.yaml", "x: &x v\n" + lines("k{i}: *x\n", n))]


def encrypt_nested(n):
    write("a.json", '{"a":' * (n // 8) + "1" + "}" * (n // 8) + "\n")
    return ["encrypt", "--age", OURS, "a.json"]


def encrypt_sections(n):
    write("a.ini", lines("[s{i}]\n; c\na = 1\n", n))
    return ["encrypt", "--age", OURS, "a.ini"]


def rotate_dotenv(n):
    return ["rotate", sealed("a.env", lines("K=v\n", n))]


def lint_keys(n):
    return ["lint", sealed("a.yaml", lines("k{i}: 1\n", n))]


def explain_rules(n):
    write("rules.yaml", "creation_rules:\n" +
          lines("- path_regex: ^x{i}$\n  age: " + OURS + "\n", n // 4) +
          "- age: " + OURS + "\n")
    write("a.yaml", "a: 1\n")
    return ["--config", "rules.yaml", "explain", "a.yaml"]


def hard_pattern(n):
    """A file's own rule over many keys."""
    new = sealed("a.yaml", lines("a" * 40 + "{i}: 1\n", n),
                 "--encrypted-regex", "none")
    with open(new, encoding="utf-8") as f:
        text = f.read()
    write(new, text.replace("encrypted_regex: none",
                            "encrypted_regex: (a|a)*[bc]"))
    return ["decrypt", new]


def many_recipients(n):
    new = "sealed.yaml"
    write("a.yaml", "a: 1\n")
    write("rules.yaml", "creation_rules:\n- age: " +
          ",".join(recipients(n // 4)) + "\n")
    with open(new, "wb") as f:
        subprocess.run(command("--config", "rules.yaml", "encrypt", "a.yaml"),
                       stdout=f, check=True)
    return new


def list_recipients(n):
    return ["recipients", many_recipients(n)]


def decrypt_for_the_last(n):
    return ["decrypt", many_recipients(n)]


CASES = [encrypt_keys, encrypt_comments, set_comments, decrypt_spellings,
         set_json, decrypt_documents, decrypt_spelled_documents, decrypt_aliases, encrypt_nested,
         encrypt_sections, rotate_dotenv, lint_keys, explain_rules,
         hard_pattern, list_recipients, decrypt_for_the_last]


def instructions(args):
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
         *command(*args)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, timeout=120)
    found = re.search(rb"Collected : (\d+)", done.stderr)
    if found is None or done.returncode != 0:
        sys.exit(f"{' '.join(args)}: status {done.returncode}\n"
                 f"{done.stderr.decode(errors='replace')[-2000:]}")
    return int(found[1])


def main():
    global COMMAND
    with open(COMMAND, "rb") as f:
        if b"__asan_" in f.read() or not shutil.which("valgrind"):
            print("needs valgrind, and a build without sanitizers")
            return 77
    for name in [n for n in os.environ if n.startswith("SOPS_")]:
        del os.environ[name]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        # Not every valgrind reads every compiler's debugging information.
        subprocess.run(["strip", "-o", "stripped", COMMAND], check=True)
        COMMAND = os.path.join(folder, "stripped")
        os.environ.update(HOME=folder, SOPS_AGE_KEY_FILE=KEY)
        only = sys.argv[2:]
        for case in CASES:
            if only and case.__name__ not in only:
                continue
            counts = [instructions(case(n)) for n in (600, 1200, 2400)]
            first, second = counts[1] - counts[0], counts[2] - counts[1]
            # What is no more than noise does not grow.
            ratio = second / max(first, 2000000)
            good = ratio < LIMIT
            failed += not good
            print(f"{'ok' if good else 'FAILED':6} {case.__name__:22}"
                  f" {ratio:.2f}  {counts}", flush=True)
    print(f"growth: {len(CASES) - failed} passed, {failed} failed, 0 skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
