# SPDX-License-Identifier: Apache-2.0
"""For the drivers in this folder: run sealeaf and SOPS in an environment that
is made up from nothing, count what passed, say why something is skipped."""

import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "servers"))

try:
    import cryptography  # noqa: F401
except ImportError:
    print("no Python module cryptography")
    sys.exit(77)

SEALEAF = os.path.abspath(sys.argv[1])
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or
                     os.path.expanduser("~/.cache"), "sealeaf-tests")
FOLDER = tempfile.mkdtemp(prefix="slnet")
PLAIN = "a: 1\nb: two\n"


def find_sops():
    for path in (shutil.which("sops"), os.path.join(CACHE, "bin", "sops"),
                 os.path.expanduser("~/go/bin/sops")):
        if path and os.access(path, os.X_OK):
            out = subprocess.run([path, "--version"], text=True,
                                 capture_output=True).stdout
            if " 3.13.3" in out:
                return path
    print("no sops 3.13.3: the servers are not checked by SOPS's own SDKs")
    return None


SOPS = find_sops()
TOOLS = [("sealeaf", SEALEAF)] + ([("sops", SOPS)] if SOPS else [])
passed = failed = skipped = 0


def check(name, fine, detail=""):
    global passed, failed
    if fine:
        passed += 1
    else:
        failed += 1
        print("FAILED %s\n%s" % (name, detail))
    return fine


def skip(name, why):
    global skipped
    skipped += 1
    print("skipped %s: %s" % (name, why))


class Tool:
    """A program in a home of its own with only the given environment."""

    def __init__(self, env):
        self.home = tempfile.mkdtemp(dir=FOLDER)
        self.env = {"HOME": self.home, "PATH": os.environ["PATH"],
                    "SOPS_DISABLE_VERSION_CHECK": "1",
                    "AWS_EC2_METADATA_DISABLED": "true", **env}

    def write(self, name, text, mode=0o600):
        path = os.path.join(self.home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)
        os.chmod(path, mode)
        return path

    def read(self, name):
        with open(os.path.join(self.home, name)) as f:
            return f.read()

    def run(self, program, *args, text=None, **env):
        p = subprocess.run([program, *args], input=text, text=True,
                           capture_output=True, cwd=self.home, timeout=60,
                           env={**self.env, **env})
        return p.returncode, p.stdout, p.stderr

    def encrypt(self, program, *args, **env):
        self.write("plain.yaml", PLAIN)
        return self.run(program, "encrypt", *args, "plain.yaml", **env)

    def decrypt(self, program, text, *args, **env):
        self.write("sealed.yaml", text)
        return self.run(program, "decrypt", *args, "sealed.yaml", **env)


def round_trips(name, env, *args, setup=None):
    """Each tool encrypts, each decrypts what each encrypted. Returns what
    sealeaf made, or None."""
    made = {}
    for who, program in TOOLS:
        t = Tool(env)
        if setup:
            setup(t)
        status, out, err = t.encrypt(program, *args)
        if check("%s: %s encrypts" % (name, who), status == 0, err):
            made[who] = out
    for maker, text in made.items():
        for who, program in TOOLS:
            opens("%s, of %s" % (name, maker), who, program, text, env, setup)
    return made.get("sealeaf")


def opens(name, who, program, text, env, setup=None):
    t = Tool(env)
    if setup:
        setup(t)
    status, out, err = t.decrypt(program, text)
    check("%s: %s decrypts" % (name, who), status == 0 and out == PLAIN,
          out + err)
    return t


def both_open(name, text, env, setup=None, skip_sops=None):
    for who, program in TOOLS:
        if who == "sops" and skip_sops:
            continue
        opens(name, who, program, text, env, setup)


def squeeze(text):
    """Text of a report without its line breaks and bars."""
    return " ".join(text.replace("|", " ").split())


def refuses(name, text, env, words, setup=None, secrets=(), args=()):
    """sealeaf does not open it, and says why without a secret."""
    t = Tool(env)
    if setup:
        setup(t)
    status, out, err = t.decrypt(SEALEAF, text, *args)
    said = squeeze(err)
    return check("%s is refused" % name, status == 128 and out == "" and
                 words in said and not any(s in err for s in secrets),
                 "%d %s" % (status, err))


def finish(name):
    shutil.rmtree(FOLDER, ignore_errors=True)
    print("%s: %d passed, %d failed, %d skipped" % (
        name, passed, failed, skipped))
    sys.exit(1 if failed else 0)
