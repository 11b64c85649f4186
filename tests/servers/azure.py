# SPDX-License-Identifier: Apache-2.0
"""Azure as far as keys need it: Key Vault with real RSA, its challenge, the
token endpoint with secrets, certificates and federated tokens, and identities
of machines."""

import hashlib
import json
import os
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from base import b64, b64url, reply, unb64url

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
LOGIN = "https://login.microsoftonline.com"
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


class Azure:
    def __init__(self):
        self.keys = {}
        self.latest = {}
        self.tokens = set()
        self.seen = []
        self.secret = "client~secret"
        self.federated = "their.jwt.token"
        self.cert = None
        self.resource = "https://vault.azure.net"
        self.deny = None

    def add(self, name):
        version = os.urandom(16).hex()
        self.keys[name, version] = rsa.generate_private_key(65537, 2048)
        self.latest[name] = version
        return version

    def client_file(self, folder, authority):
        """A client's certificate with its RSA key; as PKCS#12 too."""
        key = rsa.generate_private_key(65537, 2048)
        self.cert = authority.build(x509.Name([]), key.public_key(), "client")
        path = os.path.join(folder, "client.both.pem")
        with open(path, "wb") as f:
            f.write(key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption()))
            f.write(self.cert.public_bytes(serialization.Encoding.PEM))
        with open(path[:-4] + ".p12", "wb") as f:
            f.write(pkcs12.serialize_key_and_certificates(
                b"c", key, self.cert, None,
                serialization.BestAvailableEncryption(b"pass word")))
        return path

    def give(self, kind):
        self.seen.append(kind)
        token = "eyJ.%s.%s" % (kind, os.urandom(6).hex())
        self.tokens.add(token)
        return token

    # Key Vault

    def vault(self, r):
        parts = r.path.strip("/").split("/")
        if parts[0] != "keys" or "api-version=" not in r.query:
            return None
        kind, _, token = r.headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or token not in self.tokens:
            if r.body:
                return reply(400, {"error": {"code": "BodyWithoutToken",
                                             "message": "a leak"}})
            return 401, [("WWW-Authenticate", 'Bearer authorization="%s/%s", '
                          'resource="%s"' % (LOGIN, TENANT, self.resource))
                         ], b""
        if self.deny:
            return reply(403, {"error": {"code": "Forbidden",
                                         "message": self.deny}})
        name = parts[1]
        base = "https://%s/keys/%s/" % (r.host, name)
        if r.method == "GET":
            if name not in self.latest:
                return reply(404, {"error": {"code": "KeyNotFound",
                                             "message": name}})
            return reply(200, {"key": {"kid": base + self.latest[name],
                                       "kty": "RSA"}})
        key = self.keys.get((name, parts[2]))
        q = r.json()
        if key is None or q["alg"] != "RSA-OAEP-256":
            return reply(404, {"error": {"code": "KeyNotFound",
                                         "message": name}})
        value = unb64url(q["value"])
        try:
            out = key.public_key().encrypt(value, OAEP) \
                if parts[3] == "encrypt" else key.decrypt(value, OAEP)
        except ValueError:
            return reply(400, {"error": {"code": "BadParameter",
                                         "message": "not ours"}})
        return reply(200, {"kid": base + parts[2], "value": b64url(out)})

    # The token endpoint

    def assertion(self, token, audience):
        if token == self.federated:
            return "federated"
        head, claims, signature = token.split(".")
        self.cert.public_key().verify(
            unb64url(signature), (head + "." + claims).encode(),
            padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        header, claims = json.loads(unb64url(head)), json.loads(
            unb64url(claims))
        der = self.cert.public_bytes(serialization.Encoding.DER)
        now = time.time()
        if header["alg"] != "PS256" or unb64url(header["x5t#S256"]) != \
                hashlib.sha256(der).digest() or \
                claims["aud"] != audience or \
                not claims["iss"] == claims["sub"] == CLIENT or \
                not claims["nbf"] <= now + 1 <= claims["exp"]:
            return None
        if header.get("x5c", [b64(der)])[0] != b64(der):
            return None
        return "certificate+chain" if "x5c" in header else "certificate"

    def token(self, r):
        q = r.form()
        kind = None
        if q.get("client_id") == CLIENT and \
                self.resource + "/.default" in q["scope"].split():
            if q["grant_type"] == "password":
                if (q["username"], q["password"]) == ("u@x", "p w"):
                    kind = "password"
            elif q.get("client_secret") == self.secret:
                kind = "secret"
            elif "client_assertion" in q:
                try:
                    kind = self.assertion(q["client_assertion"],
                                          LOGIN + r.path)
                except Exception:
                    kind = None
        if kind is None:
            return reply(401, {
                "error": "invalid_client",
                "error_description": "AADSTS7000215: Invalid secret"})
        return reply(200, {"access_token": self.give(kind),
                           "expires_in": 3599, "token_type": "Bearer"})

    def login(self, r):
        if r.path == "/common/discovery/instance":
            return reply(200, {
                "tenant_discovery_endpoint": "%s/%s/v2.0/.well-known/openid-"
                "configuration" % (LOGIN, TENANT), "api-version": "1.1",
                "metadata": [{
                    "preferred_network": "login.microsoftonline.com",
                    "preferred_cache": "login.microsoftonline.com",
                    "aliases": ["login.microsoftonline.com"]}]})
        if r.path.endswith("/openid-configuration"):
            base = "%s/%s" % (LOGIN, TENANT)
            return reply(200, {
                "token_endpoint": base + "/oauth2/v2.0/token",
                "authorization_endpoint": base + "/oauth2/v2.0/authorize",
                "issuer": base + "/v2.0"})
        if "/UserRealm/" in r.path:
            return reply(200, {"account_type": "Managed",
                               "domain_name": "x", "cloud_instance_name":
                               "microsoftonline.com",
                               "cloud_audience_urn": "urn"})
        if r.path == "/%s/oauth2/v2.0/token" % TENANT:
            return self.token(r)
        return None

    def machine(self, r):
        q = r.args()
        if r.path == "/app" and r.headers.get("x-identity-header") == "hdr" \
                and q.get("api-version") == "2019-08-01":
            kind = "app"
        elif r.path == "/metadata/identity/oauth2/token" and \
                r.headers.get("metadata") == "true":
            kind = "instance"
        elif r.path == "/ml" and r.headers.get("secret") == "ml-secret":
            kind = "ml"
        elif r.path == "/shell" and r.method == "POST" and \
                r.headers.get("metadata") == "true":
            q = r.form()
            kind = "shell"
        else:
            return None
        if q.get("resource") != self.resource:
            return reply(400, {"error": "invalid_resource"})
        return reply(200, {"access_token": self.give(kind),
                           "expires_on": str(int(time.time()) + 3600),
                           "expires_in": "3600", "resource": q["resource"],
                           "token_type": "Bearer"})

    def __call__(self, r):
        if r.host.split(":")[0] == "login.microsoftonline.com":
            return self.login(r)
        return self.vault(r) or self.machine(r)
