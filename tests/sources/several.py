# SPDX-License-Identifier: Apache-2.0
"""Files with several remote keys: who is asked, and for how long when one of
them hangs."""

import socket
import threading
import time

import harness as h
from base import Server
from vault import Vault

servers = [Server(h.FOLDER, Vault()) for _ in range(3)]
hung = socket.socket()
hung.bind(("127.0.0.1", 0))
hung.listen(50)
HUNG = "http://127.0.0.1:%d" % hung.getsockname()[1]
URLS = [s.url for s in servers]
ENV = {"VAULT_TOKEN": "hvs.right", "SOPS_HC_VAULT_ALLOWLIST": "all"}
KEY = "/v1/transit/keys/k"


def config(*groups, threshold=0):
    lines = ["creation_rules:", "  - shamir_threshold: %d" % threshold,
             "    key_groups:"]
    for group in groups:
        lines += ["      - hc_vault:"] + [
            "          - %s%s" % (u, KEY) for u in group]
    return "\n".join(lines) + "\n"


def make(*groups, threshold=0):
    t = h.Tool(ENV)
    t.write(".sops.yaml", config(*groups, threshold=threshold))
    status, out, err = t.encrypt(h.SEALEAF)
    h.check("encrypts", status == 0, err)
    return out


def opened(name, text, asked, seconds):
    """How many requests each server got, and that it took no longer."""
    for s in servers:
        s.log.clear()
    t = h.Tool(ENV)
    start = time.monotonic()
    status, out, err = t.decrypt(h.SEALEAF, text)
    took = time.monotonic() - start
    h.check(name, status == 0 and out == h.PLAIN and took < seconds and
            [len(s.log) for s in servers] == asked,
            "%.1f s %s %s%s" % (took, [s.log for s in servers], out, err))


a, b, c = URLS
one = make([a, b, c])
opened("one key is asked when it answers", one, [1, 0, 0], 5)
opened("the next when it refuses", one.replace(a, "http://127.0.0.1:1"),
       [0, 1, 0], 5)
opened("the next when it hangs", one.replace(a, HUNG), [0, 1, 0], 5)
opened("the last when two hang", one.replace(a, HUNG).replace(b, HUNG),
       [0, 0, 1], 6)
three = make([a], [b], [c], threshold=2)
opened("as many groups as are needed", three, [1, 1, 0], 5)
opened("another group when one hangs", three.replace(a, HUNG), [0, 1, 1], 6)
two = make([a, b], [c])
opened("both groups", two.replace(a, HUNG), [0, 1, 1], 6)
for s in servers:
    s.services[0].token = "hvs.other"
h.refuses("all of them", one, ENV, "permission denied")
t = h.Tool(ENV)
_, _, err = t.decrypt(h.SEALEAF, one)
h.check("in their order", [err.find(u) for u in URLS] ==
        sorted(err.find(u) for u in URLS) and -1 not in
        [err.find(u) for u in URLS], err)
h.finish("several")
