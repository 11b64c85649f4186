# SPDX-License-Identifier: Apache-2.0
"""AWS as far as keys need it: KMS, STS, the sign-on's portal, the endpoints of
containers and instances. Signatures and tokens are checked for real."""

import base64
import datetime
import hashlib
import hmac
import json
import os
import re
import urllib.parse

from base import Sealer, b64, reply

NOW = "%Y-%m-%dT%H:%M:%SZ"


def in_an_hour(minutes=60):
    return (datetime.datetime.now(datetime.timezone.utc) +
            datetime.timedelta(minutes=minutes))


class Aws:
    ROLE = "arn:aws:iam::123456789012:role/Unwrap"

    def __init__(self):
        self.sealer = Sealer()
        self.users = {}  # access key id: (secret, token)
        self.roles = {}  # access key id: what AssumeRole was asked
        self.add("AKIDBASE", "base/secret+key", "")
        self.web_token = "header.payload.signature"
        self.container_token = "container-token"
        self.sso_token = "sso-access-token"
        self.imds_token = "imds-token"
        self.refuse_next = []  # (status, type, message) to give first
        self.ahead = 0  # seconds of this clock before the true one
        self.minutes = 60
        self.seen = []

    def add(self, key, secret, token):
        self.users[key] = (secret, token)
        return key, secret, token

    def fresh(self, kind):
        self.seen.append(kind)
        n = os.urandom(6).hex().upper()
        return self.add("ASIA" + n, "secret" + n, "token-" * 200 + n)

    # Signature Version 4

    def verify(self, r, service):
        """The access key id of a request with a right signature."""
        m = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/"
            r"aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})",
            r.headers.get("authorization", ""))
        if not m or m[4] != service or m[1] not in self.users:
            return None
        key, day, region, names = m[1], m[2], m[3], m[5].split(";")
        if names != sorted(names) or "host" not in names:
            return None
        for must in r.headers:
            if must.startswith("x-amz-") and must not in names:
                return None
        secret, token = self.users[key]
        if r.headers.get("x-amz-security-token", "") != token:
            return None
        when = r.headers["x-amz-date"]
        canonical = "\n".join(
            [r.method, r.path, r.query] +
            ["%s:%s" % (n, " ".join(r.headers[n].split())) for n in names] +
            ["", m[5], hashlib.sha256(r.body).hexdigest()])
        text = "\n".join(["AWS4-HMAC-SHA256", when, "%s/%s/%s/aws4_request" % (
            day, region, service),
            hashlib.sha256(canonical.encode()).hexdigest()])
        k = ("AWS4" + secret).encode()
        for part in (day, region, service, "aws4_request"):
            k = hmac.new(k, part.encode(), hashlib.sha256).digest()
        right = hmac.new(k, text.encode(), hashlib.sha256).hexdigest()
        return key if hmac.compare_digest(right, m[6]) else None

    # KMS

    @staticmethod
    def error(status, kind, message, headers=()):
        return reply(status, {"__type": "com.amazonaws.kms#" + kind,
                              "message": message}, headers)

    def kms(self, r):
        if not r.headers.get("x-amz-target", "").startswith("TrentService."):
            return None
        if self.refuse_next:
            status, kind, message, headers = self.refuse_next.pop(0)
            return self.error(status, kind, message, headers)
        user = self.verify(r, "kms")
        if user is None:
            return self.error(400, "InvalidSignatureException", "wrong")
        now = datetime.datetime.utcnow() + datetime.timedelta(
            seconds=self.ahead)
        if abs((datetime.datetime.strptime(
                r.headers["x-amz-date"], "%Y%m%dT%H%M%SZ") - now
                ).total_seconds()) > 300:
            return self.error(
                400, "InvalidSignatureException", "Signature expired: x",
                [("Date", now.strftime("%a, %d %b %Y %H:%M:%S GMT"))])
        if user not in self.roles and user != "AKIDBASE" and \
                not user.startswith("ASIA"):
            return self.error(400, "AccessDeniedException", "not you")
        q = r.json()
        context = json.dumps(q.get("EncryptionContext") or {}, sort_keys=True)
        if r.headers["x-amz-target"] == "TrentService.Encrypt":
            blob = self.sealer.seal(base64.b64decode(q["Plaintext"]), "",
                                    context)
            return reply(200, {"KeyId": q["KeyId"], "CiphertextBlob": b64(
                self.name(q["KeyId"]) + blob)})
        blob = base64.b64decode(q["CiphertextBlob"])
        if "KeyId" in q and self.name(q["KeyId"]) != blob[:32]:
            return self.error(400, "IncorrectKeyException", "another key")
        try:
            plain = self.sealer.open(blob[32:], "", context)
        except Exception:
            return self.error(400, "InvalidCiphertextException", "")
        return reply(200, {"KeyId": q.get("KeyId", ""),
                           "Plaintext": b64(plain)})

    @staticmethod
    def name(arn):
        return hashlib.sha256(arn.encode()).digest()

    # STS

    def sts(self, r):
        if r.headers.get("content-type", "").split(";")[0] != \
                "application/x-www-form-urlencoded" or r.path != "/":
            return None
        q = r.form()
        if q.get("Version") != "2011-06-15":
            return None
        if q["Action"] == "AssumeRoleWithWebIdentity":
            if q["WebIdentityToken"] != self.web_token:
                return self.sts_error("InvalidIdentityToken", "no &lt;token>")
        elif q["Action"] != "AssumeRole" or self.verify(r, "sts") is None:
            return self.sts_error("SignatureDoesNotMatch", "wrong")
        if not re.fullmatch(r"[\w+=,.@-]{2,64}", q["RoleSessionName"]):
            return self.sts_error("ValidationError", "session name")
        key, secret, token = self.fresh(q["Action"])
        self.roles[key] = q
        xml = ("<{0}Response><{0}Result><Credentials><AccessKeyId>{1}"
               "</AccessKeyId><SecretAccessKey>{2}</SecretAccessKey>"
               "<SessionToken>{3}</SessionToken><Expiration>{4}</Expiration>"
               "</Credentials></{0}Result></{0}Response>").format(
            q["Action"], key, secret, token,
            in_an_hour(self.minutes).strftime(NOW))
        return 200, [("Content-Type", "text/xml")], xml.encode()

    @staticmethod
    def sts_error(code, message):
        xml = ("<ErrorResponse><Error><Code>%s</Code><Message>%s</Message>"
               "</Error></ErrorResponse>" % (code, message))
        return 403, [("Content-Type", "text/xml")], xml.encode()

    # The others

    def plain(self, kind):
        key, secret, token = self.fresh(kind)
        return {"AccessKeyId": key, "SecretAccessKey": secret, "Token": token,
                "Code": "Success",
                "Expiration": in_an_hour().strftime(NOW)}

    def container(self, r):
        if r.path != "/container":
            return None
        if r.headers.get("authorization") != self.container_token:
            return reply(401, {"message": "who"})
        return reply(200, self.plain("container"))

    def instance(self, r):
        base = "/latest/meta-data/iam/security-credentials/"
        if r.path == "/latest/api/token" and r.method == "PUT" and \
                r.headers["x-aws-ec2-metadata-token-ttl-seconds"]:
            return 200, [("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600")], \
                self.imds_token.encode()
        if not r.path.startswith("/latest/"):
            return None
        if r.headers.get("x-aws-ec2-metadata-token") != self.imds_token:
            return 401, [], b""
        if r.path == base:
            return 200, [], b"node-role"
        if r.path == base + "node-role":
            return reply(200, self.plain("instance"))
        return None

    def portal(self, r):
        if r.path == "/token" and r.host.startswith("oidc."):
            q = r.json()
            if (q["grantType"], q["refreshToken"], q["clientId"],
                    q["clientSecret"]) != ("refresh_token", "refresh-me",
                                           "client", "client-secret"):
                return reply(400, {"error": "invalid_grant"})
            self.sso_token = "renewed-" + os.urandom(4).hex()
            return reply(200, {"accessToken": self.sso_token,
                               "expiresIn": 28800, "tokenType": "Bearer",
                               "refreshToken": "refresh-me-again"})
        if r.path != "/federation/credentials":
            return None
        if r.headers.get("x-amz-sso_bearer_token") != self.sso_token or \
                r.args() != {"role_name": "Dev & Op",
                             "account_id": "123456789012"}:
            return reply(401, {"message": "Session token not found"},
                         [("x-amzn-ErrorType", "UnauthorizedException:x")])
        c = self.plain("sso")
        return reply(200, {"roleCredentials": {
            "accessKeyId": c["AccessKeyId"],
            "secretAccessKey": c["SecretAccessKey"],
            "sessionToken": c["Token"],
            "expiration": int(in_an_hour().timestamp() * 1000)}})

    def __call__(self, r):
        for service in (self.kms, self.portal, self.container, self.instance,
                        self.sts):
            answer = service(r)
            if answer is not None:
                return answer
        return None


def quote(text):
    return urllib.parse.quote(text, safe="")
