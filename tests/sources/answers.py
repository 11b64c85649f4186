# SPDX-License-Identifier: Apache-2.0
"""Answers that cannot be right. None is written into a file, which nobody
could open then, and none is taken for a data key: the command fails, prints
nothing and leaves the file as it was."""

import base64
import json
import os

import harness as h
from azure import CLIENT, TENANT, Azure
from base import Server, b64, b64url, reply
from huawei import PROJECT
from service import Service

PLAIN = '{"a": 1}\n'
VERSION = "0123456789abcdef0123456789abcdef"
BLOB = os.urandom(200)
KEY32 = os.urandom(32)


class Odd:
    """Every key service at once, with an answer that is given."""

    def __init__(self):
        self.answer = {}
        self.raw = None

    def __call__(self, r):
        if r.headers.get("authorization") is None and \
                r.host.endswith("vault.azure.net"):
            return 401, [("WWW-Authenticate", 'Bearer authorization='
                          '"https://login.microsoftonline.com/%s", '
                          'resource="https://vault.azure.net"' % TENANT)], b""
        if self.raw is not None:
            return 200, [("Content-Type", "text/html")], self.raw
        return reply(200, self.answer)


odd = Odd()
login = Azure()
login.vault = lambda r: None
server = Server(h.FOLDER, login, odd)
ENV = {
    **server.environment(), "VAULT_TOKEN": "x", "VAULT_ADDR": server.url,
    "AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT,
    "AZURE_CLIENT_SECRET": login.secret,
    "GOOGLE_OAUTH_ACCESS_TOKEN": "x", "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x", "HUAWEICLOUD_SDK_AK": "x",
    "HUAWEICLOUD_SDK_SK": "x", "HUAWEICLOUD_SDK_PROJECT_ID": PROJECT}


def same(x):
    return x


def vault_text(x):
    return "vault:v1:" + b64(x)


# The option; how an answer is built; how a wrapped key is written.
SOURCES = {
    "kms": (["--kms", "arn:aws:kms:eu-central-1:123456789012:key/1"],
            lambda x: {"CiphertextBlob": x}, lambda x: {"Plaintext": x}, b64),
    "gcp_kms": (["--gcp-kms", "projects/p/locations/l/keyRings/r/cryptoKeys/k"],
                lambda x: {"ciphertext": x}, lambda x: {"plaintext": x}, b64),
    "azure_kv": (["--azure-kv", "https://t.vault.azure.net/keys/k/" + VERSION],
                 lambda x: {"value": x}, lambda x: {"value": x}, b64url),
    "hc_vault": (["--hc-vault-transit", server.url + "/v1/transit/keys/k"],
                 lambda x: {"data": {"ciphertext": x}},
                 lambda x: {"data": {"plaintext": x}}, vault_text),
    "hckms": (["--hckms", "tr-west-1:0d0466b0"],
              lambda x: {"cipher_text": x}, lambda x: {"plain_text": x}, b64),
}
ODD = [None, "", "!!!", 12345678, 1.5e300, True, [], ["QUJD"], {}, {"a": "b"},
       "QUJD", "QUJ", "QUJDR=", " ", "null", "vault:v1:", "vault:v1:!!!",
       "vault:v1:QUJD", "\n", "a\0b"]
RAW = [b"", b"<html>", b"{", b"null", b"[]", b"1", b'"x"', b"\xff\xfe{}",
       b'{"CiphertextBlob":"' + b64(BLOB).encode()]


def encrypts(name, t, args, fine=False):
    t.write("p.json", PLAIN)
    before = set(os.listdir(t.home))
    status, out, err = t.run(h.SEALEAF, "encrypt", *args, "p.json")
    h.check(name, (status == 0 and bool(out)) == fine and
            (fine or status > 0 and not out and err) and
            set(os.listdir(t.home)) == before,
            "%d %s%s" % (status, out, err))
    return out


def decrypts(name, t, secrets=()):
    before = t.read("s.json")
    status, out, err = t.run(h.SEALEAF, "decrypt", "-i", "s.json")
    h.check(name, status == 128 and not out and t.read("s.json") == before and
            not any(s in err for s in secrets), "%d %s%s" % (
                status, out, err))


t = h.Tool(ENV)
for kind, (args, wrapped, opened, text) in SOURCES.items():
    good = text(BLOB)
    odds = list(ODD) + [
        text(KEY32[:31]), text(KEY32), good + "!", good + "\n", " " + good,
        good[:-1] + "*", good + "\u00e4", good.replace(good[20], "\x1b"),
        text(os.urandom(80000))]
    if kind != "hckms":
        odds += [good[:-1] if kind != "azure_kv" else good + "=",
                 good[:40] + "\n" + good[40:]]
    if kind == "hc_vault":
        odds += [b64(BLOB), "vault:v0:" + b64(BLOB), "vault:v:" + b64(BLOB),
                 "vault:vx:" + b64(BLOB), "vault:1:" + b64(BLOB),
                 "Vault:v1:" + b64(BLOB), "vault:v1" + b64(BLOB)]
    for value in odds:
        odd.answer = wrapped(value)
        encrypts("%s wraps to %.60r" % (kind, value), t, args)
    odd.answer = {}
    encrypts("%s wraps to nothing" % kind, t, args)
    for odd.raw in RAW:
        encrypts("%s wraps to %r" % (kind, odd.raw), t, args)
    odd.raw = None
    odd.answer = wrapped(good)
    sealed = encrypts("%s wraps" % kind, t, args, fine=True)
    t.write("s.json", sealed)
    word = b64url if kind == "azure_kv" else b64
    for value in ODD + [word(KEY32[:31]), word(KEY32 + b"x"),
                        word(KEY32 * 2), word(b""), word(KEY32[:16]),
                        word(KEY32) + "\n", word(KEY32)[:-2]]:
        odd.answer = opened(value)
        decrypts("%s opens to %.60r" % (kind, value), t)
    for odd.raw in RAW:
        decrypts("%s opens to %r" % (kind, odd.raw), t)
    odd.raw = None

# A share has a byte more, and nobody has another length.
t.write(".sops.yaml", json.dumps({"creation_rules": [{"key_groups": [
    {"hc_vault": [server.url + "/v1/transit/keys/" + k]} for k in "ab"]}]}))
odd.answer = {"data": {"ciphertext": vault_text(BLOB)}}
t.write("s.json", encrypts("two groups", t, [], fine=True))
for size in (1, 31, 32, 34, 64):
    odd.answer = {"data": {"plaintext": b64(os.urandom(size))}}
    decrypts("a share of %d bytes" % size, t)
os.unlink(os.path.join(t.home, ".sops.yaml"))

# A key service of another process.
service = Service()
AGE = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
PGP = "-----BEGIN PGP MESSAGE-----\n\n%s\n-----END PGP MESSAGE-----"
remote = h.Tool({"SOPS_KEYSERVICE": service.url,
                 "SOPS_ENABLE_LOCAL_KEYSERVICE": "false"})
KINDS = {kind: (s[0], s[3]) for kind, s in SOURCES.items()}
KINDS["pgp"] = (["--pgp", "A" * 40], lambda x: PGP % b64(x))
KINDS["age"] = (["--age", AGE], None)
for kind, (args, text) in KINDS.items():
    rows = [b"", b"!!!", b"QUJD", b"\0", b"\x1b[2J", b"\xff\xfe", KEY32, BLOB,
            b64(KEY32[:31]).encode(), b"vault:v1:QUJD", b"x" * 100000,
            b"-----BEGIN PGP MESSAGE-----",
            b"-----BEGIN PGP MESSAGE-----\n\n-----END PGP MESSAGE-----",
            b"-----BEGIN AGE ENCRYPTED FILE-----\nQUJD\n"
            b"-----END AGE ENCRYPTED FILE-----\n"]
    for other, (_, form) in KINDS.items():
        if form and other != kind and {kind, other} not in (
                {"kms", "gcp_kms"}, {"kms", "hckms"}, {"gcp_kms", "hckms"},
                {"hckms", "azure_kv"}):
            rows.append(form(BLOB).encode())
    for data in rows:
        service.set(data)
        encrypts("%s by a service: %.60r" % (kind, data), remote, args)
    if text:
        for field, wire in ((2, 2), (1, 0), (1, 3), (1, 7)):
            service.set(text(BLOB).encode(), field, wire)
            encrypts("%s by a service: field %d, wire %d" % (
                kind, field, wire), remote, args)
        service.set(text(BLOB).encode())
        remote.write("s.json", encrypts("%s by a service" % kind, remote, args,
                                        fine=True))
        for data in (b"", KEY32[:31], KEY32 + b"x", KEY32 * 3, b"\0"):
            service.set(data)
            decrypts("%s opened by a service: %.60r" % (kind, data), remote)

# gpg, or what is called so.
for name, text in (
        ("nothing", ""), ("a line", "hello"), ("an opening", PGP[:27]),
        ("nothing within", PGP % ""), ("too little within", PGP % "QUJD"),
        ("no end", PGP[:28] + "\n" + b64(BLOB)),
        ("control characters", PGP % ("\x1b[2J" + b64(BLOB)))):
    t.write("out", text)
    t.write("gpg", "#!/bin/sh\ncat >/dev/null\ncat out\n", 0o700)
    t.env["SOPS_GPG_EXEC"] = os.path.join(t.home, "gpg")
    encrypts("gpg prints " + name, t, KINDS["pgp"][0])
t.write("out", PGP % b64(BLOB))
t.write("s.json", encrypts("gpg", t, KINDS["pgp"][0], fine=True))
for data in ("x" * 31, "x" * 33, "", "x" * 32 + "\n"):
    t.write("out", data)
    decrypts("gpg opens to %r" % data, t)

# A plugin of age's.
key = base64.b64encode(b"x" * 16).decode().rstrip("=")
for name, text in (
        ("a stanza", "-> recipient-stanza 0 x\n%s\n" % key),
        ("an index", "-> recipient-stanza 1 x\n%s\n" % key),
        ("no type", "-> recipient-stanza 0\n%s\n" % key),
        ("two blanks", "-> recipient-stanza 0  x\n%s\n" % key),
        ("a control character", "-> recipient-stanza 0 x\x1b\n%s\n" % key),
        ("no base64", "-> recipient-stanza 0 x\n!!!\n"),
        ("padding", "-> recipient-stanza 0 x\n%s==\n" % key),
        ("no stanza", ""), ("no dash", "recipient-stanza 0 x\n\n")):
    t.write("reply", text + "-> done\n\n")
    t.write("bin/age-plugin-odd", "#!/bin/sh\ncat \"$REPLY\"\ncat >/dev/null\n",
            0o700)
    t.env["REPLY"] = os.path.join(t.home, "reply")
    t.env["PATH"] = os.path.join(t.home, "bin") + ":" + os.environ["PATH"]
    encrypts("a plugin gives " + name, t, ["--age", "age1odd1pppppppp500vl6"],
             fine=name == "a stanza")
h.finish("answers")
