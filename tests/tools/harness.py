# SPDX-License-Identifier: Apache-2.0
"""What the Python tests share: a clean environment with the test keys, running
the command, doing many things at once, and counting."""
import concurrent.futures
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile

SKIP = 77  # the exit status that CTest takes for "skipped"
for module in ("yaml", "cryptography"):
    if importlib.util.find_spec(module) is None:
        print(f"skipped: this Python has no module {module} (Debian: python3-{module})")
        sys.exit(SKIP)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VECTORS = os.path.join(ROOT, "testdata", "vectors")
KEYS = os.path.join(VECTORS, "keys")


def recipients():
    with open(os.path.join(KEYS, "recipients.json")) as f:
        return json.load(f)


class World:
    """A scratch folder and an environment in which only the test keys exist.
    Use it with `with`: the folder goes, and its gpg-agent."""

    def __init__(self, pgp=False):
        self.pgp = pgp

    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix="sealeaf-")
        self.env = {k: v for k, v in os.environ.items()
                    if not k.startswith(("SOPS_", "SEALEAF_", "GNUPG", "EDITOR", "VISUAL"))}
        self.env.update(HOME=self.path("home"), LC_ALL="C.UTF-8", TZ="UTC",
                        SOPS_AGE_KEY_FILE=self.path("keys.txt"))
        self.env.pop("XDG_CONFIG_HOME", None)
        os.mkdir(self.path("home"))
        with open(self.path("keys.txt"), "w") as out:
            for n in "123":
                with open(os.path.join(KEYS, f"age-{n}.txt")) as f:
                    out.write(f.read())
        if self.pgp:
            self.start_pgp()
        return self

    def start_pgp(self):
        # A socket's path has some hundred bytes at most: keep it short.
        self.gnupg = tempfile.mkdtemp(prefix="g", dir="/tmp")
        os.chmod(self.gnupg, 0o700)
        self.env["GNUPGHOME"] = self.gnupg
        for n in "12":
            subprocess.run(["gpg", "--batch", "-q", "--import", os.path.join(KEYS, f"pgp-{n}.asc")],
                           env=self.env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __exit__(self, *_):
        if self.pgp:
            subprocess.run(["gpgconf", "--kill", "all"], env=self.env, stderr=subprocess.DEVNULL)
            shutil.rmtree(self.gnupg, ignore_errors=True)
        shutil.rmtree(self.dir, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def secret_copy(self, source, name):
        """A copy of a key that nobody else may read: ssh insists on that.
        Every call makes another, as the work that wants it runs side by side."""
        copy = os.path.join(tempfile.mkdtemp(prefix="key-", dir=self.dir), name)
        shutil.copyfile(source, copy)
        os.chmod(copy, 0o600)
        return copy

    def run(self, argv, cwd=None, input=None, env=None, timeout=120):
        """(status, standard output, standard error), the latter two as bytes."""
        try:
            r = subprocess.run(argv, cwd=cwd or self.dir, env={**self.env, **(env or {})},
                               input=input if input is not None else b"",
                               capture_output=True, timeout=timeout)
        except subprocess.TimeoutExpired:
            return 124, b"", b"timeout"
        return r.returncode, r.stdout, r.stderr


def each(work, items):
    """work(item) for every item, some at once; results in order."""
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        return list(pool.map(work, items))


class Tally:
    """Counts, and says what failed."""

    def __init__(self, title):
        self.title, self.passed, self.failed, self.skipped = title, 0, 0, 0

    def ok(self):
        self.passed += 1

    def fail(self, name, reason):
        self.failed += 1
        print(f"not ok {name}: {reason}", flush=True)

    def skip(self, name, reason):
        self.skipped += 1
        print(f"skip {name}: {reason}", flush=True)

    def check(self, name, reason):
        """None for a reason is a pass."""
        self.ok() if reason is None else self.fail(name, reason)

    def finish(self):
        print(f"{self.title}: {self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        sys.exit(1 if self.failed else 0)


def difference(a, b):
    """The first line in which two texts differ, short enough for a report."""
    la, lb = a.split(b"\n"), b.split(b"\n")
    for i, (x, y) in enumerate(zip(la, lb)):
        if x != y:
            return f"line {i + 1}: {x[:160]!r} != {y[:160]!r}"
    return f"{len(la)} lines != {len(lb)} lines"


def sops():
    """The reference tool, or None: other versions write other things."""
    found = shutil.which("sops")
    if found is None:
        return None
    # Without the flag it asks the network for news.
    r = subprocess.run([found, "--disable-version-check", "--version"], capture_output=True, text=True)
    return found if r.stdout.split()[:2] == ["sops", "3.13.3"] else None
