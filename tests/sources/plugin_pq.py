# SPDX-License-Identifier: Apache-2.0
"""Post-quantum age keys by age-plugin-pq, the real one: what the program makes
is what SOPS reads, and the other way round. Where this build has ML-KEM, both
ways are tried all the same: the plugin must not be needed."""

import os
import re
import shutil
import subprocess
import sys

import harness as h

MODULE = "filippo.io/age/extra/age-plugin-pq@v1.3.2"
BIN = os.path.join(h.CACHE, "bin")
VECTORS = os.path.join(h.HERE, "..", "..", "testdata", "vectors")


def plugin():
    """The folder of the plugin, or None."""
    found = shutil.which("age-plugin-pq") or os.path.join(BIN, "age-plugin-pq")
    if os.access(found, os.X_OK):
        return os.path.dirname(found)
    if not shutil.which("go"):
        return None
    os.makedirs(BIN, exist_ok=True)
    try:
        subprocess.run(["go", "install", MODULE], check=True, timeout=300,
                       env={**os.environ, "GOBIN": BIN}, capture_output=True)
    except (subprocess.SubprocessError, OSError):
        return None
    return BIN


folder = plugin()
if folder is None:
    print("no age-plugin-pq, and no go to install it")
    sys.exit(77)
with open(os.path.join(VECTORS, "keys", "age-pq.txt")) as f:
    key = f.read()
recipient = re.search("age1pq1[a-z0-9]+", key)[0]
with open(os.path.join(VECTORS, "keys", "age-1.txt")) as f:
    other = f.read()
PATH = folder + ":" + os.environ["PATH"]
env = {"PATH": PATH, "SOPS_AGE_KEY": key.splitlines()[-1]}

made = h.round_trips("recipient and identity", env, "--age", recipient)
stanza = h.Tool(env)
stanza.write("key", subprocess.run(
    [os.path.join(folder, "age-plugin-pq"), "-identity"], input=key,
    text=True, capture_output=True, check=True).stdout)
h.opens("identity in the plugin's spelling", "sealeaf", h.SEALEAF, made,
        {"PATH": PATH, "SOPS_AGE_KEY_FILE": os.path.join(stanza.home, "key")})
with open(os.path.join(VECTORS, "sources", "age-pq",
                       "3.13.3.enc.yaml")) as f:
    vector = f.read()
t = h.Tool(env)
status, out, err = t.decrypt(h.SEALEAF, vector)
h.check("a file of SOPS's", status == 0, err)
h.refuses("a file for another key", h.round_trips(
    "another", {"SOPS_AGE_KEY": other.splitlines()[-1]}, "--age",
    re.search("age1[a-z0-9]+", other)[0]), env, "incorrect identity")

# The plugin runs only for files that have something for it.
t = h.Tool({"SOPS_AGE_KEY": key.splitlines()[-1] + "\n" +
            other.splitlines()[-1]})
t.write("bin/age-plugin-pq", "#!/bin/sh\ntouch %s/ran\nexit 1\n" % t.home,
        0o700)
t.env["PATH"] = os.path.join(t.home, "bin") + ":" + os.environ["PATH"]
status, out, err = t.encrypt(h.SEALEAF, "--age",
                             re.search("age1[a-z0-9]+", other)[0])
h.check("for another kind of key", status == 0, err)
status, plain, err = t.decrypt(h.SEALEAF, out)
h.check("opened without the plugin", status == 0 and plain == h.PLAIN and
        not os.path.exists(os.path.join(t.home, "ran")), err)

# A file that others can open needs neither plugin nor ML-KEM.
t = h.Tool({"PATH": PATH, "SOPS_AGE_KEY": other.splitlines()[-1]})
status, out, err = t.encrypt(h.SEALEAF, "--age", recipient + "," +
                             re.search("age1[a-z0-9]+", other)[0])
h.check("for both kinds", status == 0, err)
h.opens("by the other kind", "sealeaf", h.SEALEAF, out,
        {"PATH": "/nowhere", "SOPS_AGE_KEY": other.splitlines()[-1]})
h.finish("plugin_pq")
