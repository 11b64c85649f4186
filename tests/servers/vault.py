# SPDX-License-Identifier: Apache-2.0
"""Vault's transit engine: two calls and its refusals."""

import base64

from base import Sealer, b64, reply


class Vault:
    def __init__(self):
        self.sealer = Sealer()
        self.token = "hvs.right"
        self.namespace = ""
        self.wanted = {}   # headers that must be there
        self.first = []    # statuses to give first
        self.standby = ""  # where the active server is
        self.tokens = set()

    def __call__(self, r):
        parts = r.path.strip("/").split("/")
        if len(parts) < 4 or parts[0] != "v1" or \
                parts[-2] not in ("encrypt", "decrypt"):
            return None
        self.tokens.add(r.headers.get("x-vault-token"))
        if self.first:
            return reply(self.first.pop(0), {"errors": ["wait"]})
        if self.standby and self.standby.split("//")[1] != r.host:
            return 307, [("Location", self.standby + r.target)], b""
        if r.headers.get("x-vault-namespace", "") != self.namespace:
            return reply(404, {"errors": ["no handler for route"]})
        if r.headers.get("x-vault-token") != self.token or \
                r.headers.get("x-vault-request") != "true" or \
                any(r.headers.get(k) != v for k, v in self.wanted.items()):
            return reply(403, {"errors": ["permission \x1b denied"]})
        name = "/".join(parts[1:-2] + parts[-1:])
        q = r.json()
        if parts[-2] == "encrypt":
            blob = self.sealer.seal(base64.b64decode(q["plaintext"]), name)
            return reply(200, {"data": {"ciphertext": "vault:v3:" + b64(blob),
                                        "key_version": 3}})
        try:
            plain = self.sealer.open(
                base64.b64decode(q["ciphertext"].split(":")[2]), name)
        except Exception:
            return reply(400, {"errors": ["invalid ciphertext"]})
        return reply(200, {"data": {"plaintext": b64(plain)}})
