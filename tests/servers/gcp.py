# SPDX-License-Identifier: Apache-2.0
"""Google as far as keys need it: Cloud KMS over REST, token endpoints, the
metadata server, federation and impersonation. Signatures are verified."""

import base64
import json
import os
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from base import Request, Sealer, b64, reply, unb64url

SCOPE = "https://www.googleapis.com/auth/cloud-platform"


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


class Gcp:
    def __init__(self, aws=None):
        self.sealer = Sealer()
        self.tokens = {"given-token": ""}
        self.aws = aws
        self.key = rsa.generate_private_key(65537, 2048)
        self.quota = None
        self.seen = []
        self.damage = False
        self.first = []

    def pem(self):
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()).decode()

    def account(self):
        return {"type": "service_account", "private_key_id": "kid-1",
                "client_email": "me@p.iam.gserviceaccount.com",
                "private_key": self.pem(),
                "token_uri": "https://oauth2.googleapis.com/token"}

    def give(self, kind):
        self.seen.append(kind)
        token = "ya29.%s.%s" % (kind, os.urandom(4).hex())
        self.tokens[token] = kind
        return token

    def jwt(self, token):
        """The claims of a token that the account signed; None if it did
        not."""
        try:
            head, claims, signature = token.split(".")
            header = json.loads(unb64url(head))
            self.key.public_key().verify(
                unb64url(signature), (head + "." + claims).encode(),
                padding.PKCS1v15(), hashes.SHA256())
            claims = json.loads(unb64url(claims))
        except Exception:
            return None
        now = time.time()
        if header["alg"] != "RS256" or header["kid"] != "kid-1" or \
                not claims["iat"] <= now + 1 <= claims["exp"] or \
                claims["exp"] - claims["iat"] > 3600:
            return None
        return claims

    def knows(self, r):
        kind, _, token = r.headers.get("authorization", "").partition(" ")
        if kind != "Bearer":
            return False
        if token in self.tokens:
            return True
        claims = self.jwt(token)
        return bool(claims) and claims["iss"] == claims["sub"] and (
            SCOPE in claims.get("scope", "").split() or
            claims.get("aud") == "https://cloudkms.googleapis.com/")

    @staticmethod
    def error(code, status, message):
        return reply(code, {"error": {"code": code, "status": status,
                                      "message": message}})

    def kms(self, r):
        name, _, verb = r.path[4:].rpartition(":")
        if self.first:
            return self.error(self.first.pop(0), "WAIT", "wait")
        if not self.knows(r):
            return self.error(401, "UNAUTHENTICATED", "who are you")
        if self.quota and r.headers.get("x-goog-user-project") != self.quota:
            return self.error(403, "PERMISSION_DENIED", "whose quota")
        q = r.json()
        if verb == "encrypt":
            plain = base64.b64decode(q["plaintext"])
            blob = self.sealer.seal(plain, name)
            answer = {"name": name, "ciphertext": b64(blob),
                      "ciphertextCrc32c": str(crc32c(blob) ^ self.damage)}
            if "plaintextCrc32c" in q:
                right = int(q["plaintextCrc32c"]) == crc32c(plain)
                answer["verifiedPlaintextCrc32c"] = right
                if not right:
                    return self.error(400, "INVALID_ARGUMENT", "sum")
            return reply(200, answer)
        blob = base64.b64decode(q["ciphertext"])
        if "ciphertextCrc32c" in q and \
                int(q["ciphertextCrc32c"]) != crc32c(blob):
            return self.error(400, "INVALID_ARGUMENT", "sum")
        try:
            plain = self.sealer.open(blob, name)
        except Exception:
            return self.error(400, "INVALID_ARGUMENT", "Decryption failed")
        return reply(200, {"plaintext": b64(plain), "plaintextCrc32c": str(
            crc32c(plain) ^ self.damage)})

    def token(self, r):
        q = r.form()
        kind = q["grant_type"]
        if kind == "refresh_token":
            basic = "Basic " + b64(b"client:hush")
            if q["refresh_token"] != "1//refresh" or not (
                    (q.get("client_id"), q.get("client_secret")) ==
                    ("client", "hush") or
                    r.headers.get("authorization") == basic):
                return reply(400, {"error": "invalid_grant",
                                   "error_description": "Bad Request"})
            return reply(200, {"access_token": self.give("refresh"),
                               "expires_in": 3599, "token_type": "Bearer"})
        if kind.endswith("jwt-bearer"):
            claims = self.jwt(q["assertion"])
            if not claims or claims["aud"] != \
                    "https://oauth2.googleapis.com/token":
                return reply(400, {"error": "invalid_grant"})
            return reply(200, {"access_token": self.give("jwt"),
                               "expires_in": 3599, "token_type": "Bearer"})
        return None

    def sts(self, r):
        q = r.form()
        if q["grant_type"] != \
                "urn:ietf:params:oauth:grant-type:token-exchange" or \
                q["audience"] != "//iam/pool" or SCOPE not in q["scope"]:
            return reply(400, {"error": "invalid_request"})
        if q["subject_token_type"].endswith(":aws4_request"):
            kind = self.aws_identity(json.loads(urllib.parse.unquote_plus(
                q["subject_token"])))
        else:
            kind = "federated" if q["subject_token"] == "their-token" else ""
        if not kind:
            return reply(400, {"error": "invalid_grant",
                               "error_description": "not theirs"})
        return reply(200, {"access_token": self.give(kind),
                           "expires_in": 3599, "token_type": "Bearer",
                           "issued_token_type": q["requested_token_type"]})

    def aws_identity(self, q):
        """Google sends the request on to AWS; here its signature is seen."""
        url = urllib.parse.urlsplit(q["url"])
        headers = {h["key"]: h["value"] for h in q["headers"]}
        r = Request(url.netloc, q["method"], (url.path or "/") + "?" + url.query,
                    headers, b"")
        if r.headers["x-goog-cloud-target-resource"] != "//iam/pool":
            return ""
        return "aws" if self.aws.verify(r, "sts") else ""

    def __call__(self, r):
        host = r.host.split(":")[0]
        if host == "cloudkms.googleapis.com" or r.path.startswith(
                "/v1/projects/") and "keyRings" in r.path:
            return self.kms(r)
        if host == "oauth2.googleapis.com" or r.path == "/user-token":
            return self.token(r)
        if host == "sts.googleapis.com":
            return self.sts(r)
        if host == "iamcredentials.googleapis.com":
            if not self.knows(r):
                return self.error(401, "UNAUTHENTICATED", "who are you")
            return reply(200, {
                "accessToken": self.give("impersonated"),
                "expireTime": time.strftime(
                    "%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))})
        if r.path.startswith("/computeMetadata/v1/"):
            if r.headers.get("metadata-flavor") != "Google":
                return 403, [], b""
            flavor = [("Metadata-Flavor", "Google")]
            if r.path.endswith("/token"):
                return reply(200, {"access_token": self.give("metadata"),
                                   "expires_in": 3599,
                                   "token_type": "Bearer"}, flavor)
            return 404, flavor, b""
        if r.path == "/computeMetadata/v1":
            return 200, [("Metadata-Flavor", "Google")], b""
        if r.path == "/their-token" and r.headers.get("x-their") == "1":
            return reply(200, {"deep": "their-token"})
        return None
