# SPDX-License-Identifier: Apache-2.0
"""HuaweiCloud as far as keys need it: KMS, the list of projects, and keys for
tokens of another provider. Signatures are checked for real."""

import base64
import datetime
import hashlib
import hmac
import os
import re

from base import Sealer, b64, reply

PROJECT = "0123456789abcdef0123456789abcdef"


class Huawei:
    def __init__(self):
        self.sealer = Sealer()
        self.users = {"AKBASE": ("sk/base+", "")}
        self.projects = [PROJECT]
        self.id_token = "their.id.token"
        self.subject = "subject-token"
        self.seen = []

    def verify(self, r):
        m = re.fullmatch(r"SDK-HMAC-SHA256 Access=([^,]+), SignedHeaders="
                         r"([^,]+), Signature=([0-9a-f]{64})",
                         r.headers.get("authorization", ""))
        if not m or m[1] not in self.users:
            return False
        secret, token = self.users[m[1]]
        names = m[2].split(";")
        when = r.headers["x-sdk-date"]
        age = datetime.datetime.strptime(when, "%Y%m%dT%H%M%SZ") - \
            datetime.datetime.utcnow()
        if names != sorted(names) or \
                r.headers.get("x-security-token", "") != token or \
                any(n.startswith("x-") and n not in names
                    for n in r.headers) or abs(age.total_seconds()) > 900:
            return False
        canonical = "\n".join(
            [r.method, r.path.rstrip("/") + "/",
             "&".join(sorted(filter(None, r.query.split("&"))))] +
            ["%s:%s" % (n, r.headers[n].strip()) for n in names] +
            ["", m[2], hashlib.sha256(r.body).hexdigest()])
        text = "SDK-HMAC-SHA256\n%s\n%s" % (
            when, hashlib.sha256(canonical.encode()).hexdigest())
        right = hmac.new(secret.encode(), text.encode(),
                         hashlib.sha256).hexdigest()
        return hmac.compare_digest(right, m[3])

    def kms(self, r, project, action):
        if not self.verify(r) or project != PROJECT or \
                r.headers.get("x-project-id") != PROJECT:
            return reply(401, {"error": {"error_code": "APIGW.0301",
                                         "error_msg": "Incorrect signature"}})
        q = r.json()
        if q["encryption_algorithm"] != "SYMMETRIC_DEFAULT":
            return reply(400, {"error_code": "KMS.0205"})
        if action == "encrypt-data":
            blob = self.sealer.seal(q["plain_text"].encode(), q["key_id"])
            return reply(200, {"key_id": q["key_id"],
                               "cipher_text": b64(blob)})
        try:
            plain = self.sealer.open(base64.b64decode(q["cipher_text"]),
                                     q["key_id"])
        except Exception:
            return reply(400, {"error": {"error_code": "KMS.0306",
                                         "error_msg": "not ours"}})
        return reply(200, {"key_id": q["key_id"],
                           "plain_text": plain.decode()})

    def __call__(self, r):
        m = re.fullmatch(r"/v1\.0/([^/]+)/kms/(encrypt|decrypt)-data", r.path)
        if m:
            return self.kms(r, m[1], m[2] + "-data")
        if r.path == "/v3/projects":
            self.seen.append("projects")
            if not self.verify(r):
                return reply(401, {"error": {"code": "401",
                                             "message": "signature"}})
            return reply(200, {"projects": [
                {"id": p, "name": r.args()["name"]} for p in self.projects]})
        if r.path == "/v3.0/OS-AUTH/id-token/tokens":
            if r.headers.get("x-idp-id") != "their-idp" or \
                    r.json()["auth"]["id_token"]["id"] != self.id_token:
                return reply(401, {"error_code": "IAM.0011",
                                   "error_msg": "not theirs"})
            end = (datetime.datetime.utcnow() + datetime.timedelta(hours=1)
                   ).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
            return reply(201, {"token": {"expires_at": end}},
                         [("X-Subject-Token", self.subject),
                          ("X-Request-Id", "1")])
        if r.path == "/v3.0/OS-CREDENTIAL/securitytokens":
            if r.json()["auth"]["identity"]["token"]["id"] != self.subject:
                return reply(401, {"error": {"code": "401"}})
            self.seen.append("federated")
            key = "TMP" + os.urandom(4).hex()
            self.users[key] = ("tmp-secret", "tmp-token" * 50)
            end = (datetime.datetime.utcnow() + datetime.timedelta(hours=6)
                   ).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
            return reply(201, {"credential": {
                "access": key, "secret": "tmp-secret",
                "securitytoken": "tmp-token" * 50, "expires_at": end}})
        return None
