# SPDX-License-Identifier: Apache-2.0
"""Every hint of src/key and src/net reaches standard error of some command: a
row of the table below for each, and none of the sources is without a row."""

import glob
import json
import os
import re
import subprocess

import harness as h
from base import Authority, Server, reply

ROOT = os.path.join(h.HERE, "..", "..")
VECTORS = os.path.join(ROOT, "testdata", "vectors")
seen = []     # all lines that began with "hint: "
answers = {}  # (host, path): what the server gives


def answer(r):
    for (host, path), value in answers.items():
        if host in r.host and path in r.path:
            return value(r) if callable(value) else value
    return None


server = Server(h.FOLDER, answer)
NET = {**server.environment(), "GCE_METADATA_HOST": "127.0.0.1:1"}

MAC = ("ENC[AES256_GCM,data:AAAA,iv:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
       "AAA=,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]")


def sealed(source, **fields):
    """A file with one key, which nothing opens."""
    entry = {"created_at": "2024-01-01T00:00:00Z", "enc": "AQIDBA==",
             **fields}
    return json.dumps({"a": MAC, "sops": {
        source: [entry], "lastmodified": "2024-01-01T00:00:00Z", "mac": MAC,
        "version": "3.13.3"}})


def bech32(hrp, data):
    """As BIP 173 has it, in the case of the prefix."""
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    bits = int.from_bytes(data, "big") << -len(data) * 8 % 5
    n = (len(data) * 8 + 4) // 5
    values = [bits >> 5 * (n - 1 - i) & 31 for i in range(n)]
    low = hrp.lower()

    def polymod(all_values):
        c = 1
        for v in all_values:
            top, c = c >> 25, (c & 0x1ffffff) << 5 ^ v
            for i, g in enumerate((0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                   0x3d4233dd, 0x2a1462b3)):
                c ^= g if top >> i & 1 else 0
        return c
    c = polymod([ord(x) >> 5 for x in low] + [0] + [ord(x) & 31 for x in low] +
                values + [0] * 6) ^ 1
    text = low + "1" + "".join(alphabet[v] for v in values + [
        c >> 5 * (5 - i) & 31 for i in range(6)])
    return text if hrp == low else text.upper()


def run(name, t, args, hint):
    """One command that fails and gives the hint, as its last."""
    status, out, err = t.run(h.SEALEAF, *args, EDITOR="true")
    hints = [line[6:] for line in err.splitlines()
             if line.startswith("hint: ")]
    seen.extend(hints)
    h.check("%s: %s" % (name, args[0]), status != 0 and hints and
            re.fullmatch(hint, hints[-1]) is not None and
            len(set(hints)) == len(hints),
            "wanted %s\n%d %s%s" % (hint, status, out, err))


def row(name, hint, env, flags=None, text=None, setup=None):
    """Encrypting with `flags`, and decrypting `text`, where given."""
    for args in ([["encrypt", *flags, "plain.yaml"]] if flags else []) + (
            [["decrypt", "sealed.json"]] if text else []):
        t = h.Tool({"AWS_EC2_METADATA_DISABLED": "true", **env})
        t.write("plain.yaml", h.PLAIN)
        t.write("sealed.json", text or "")
        if setup:
            setup(t)
        run(name, t, args, hint)


NO_TERMINAL = "[GNUPG:] ERROR pkdecrypt_failed 83918950"
R = "age1s758stteykslpxkf3yftz0zwv7udndt2g70h4xks9jyvg7hj2guq7uszwx"


def age_file():
    """A file for an age key that is never there."""
    t = h.Tool({})
    status, out, err = t.encrypt(h.SEALEAF, "--output-type", "json", "--age",
                                 R)
    h.check("a file for age", status == 0, err)
    return out


def age():
    text = age_file()

    def at(name, content):
        return lambda t: t.write(name, content)
    env = {"SOPS_AGE_KEY_FILE": "key"}
    row("age: no such file", "SOPS_AGE_KEY_FILE names key, where no file is",
        env, None, text)
    row("age: a file that cannot be read",
        "SOPS_AGE_KEY_FILE names key, which this user cannot read", env, None,
        text, lambda t: os.symlink("key", os.path.join(t.home, "key")))

    def loop(t):
        t.write(".config/sops/age/x", "")
        path = os.path.join(t.home, ".config/sops/age/keys.txt")
        os.symlink(path, path)
    row("age: keys.txt that cannot be read",
        ".*/keys.txt cannot be read by this user", {}, None, text, loop)
    row("age: an empty variable", "SOPS_AGE_KEY_FILE is empty: .*",
        {"SOPS_AGE_KEY_FILE": ""}, None, text)
    row("age: a public key", "SOPS_AGE_KEY_FILE holds a public key, which "
        "opens nothing: .*", env, None, text, at("key", "# x\n\n%s\n" % R))
    row("age: a public key in the variable", "SOPS_AGE_KEY holds a public "
        "key, which .*", {"SOPS_AGE_KEY": R}, None, text)
    row("age: a public SSH key", "SOPS_AGE_SSH_PRIVATE_KEY_FILE holds a "
        "public key, which opens nothing: the private one .*",
        {"SOPS_AGE_SSH_PRIVATE_KEY_FILE": "key"}, None, text,
        at("key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me\n"))
    row("age: a key where a path belongs", "SOPS_AGE_KEY_FILE takes a path; "
        "SOPS_AGE_KEY takes the key itself",
        {"SOPS_AGE_KEY_FILE": "AGE-SECRET-KEY-1X"}, None, text)
    row("age: an SSH key where a path belongs",
        "SOPS_AGE_SSH_PRIVATE_KEY_FILE takes a path; the output of .*",
        {"SOPS_AGE_SSH_PRIVATE_KEY_FILE": "-----BEGIN PRIVATE KEY-----"},
        None, text)
    row("age: an empty file", "SOPS_AGE_KEY_FILE holds no identity", env,
        None, text, at("key", "# nothing\n"))
    row("age: a command that fails", "SOPS_AGE_KEY_CMD gave no identity; the "
        "reason is above", {"SOPS_AGE_KEY_CMD": "false"}, None, text)
    row("age: nothing at all", "no age identity was found: .*", {}, None, text)
    row("age: a plugin that is not there", "install age-plugin-nosuch, .*",
        {}, ["--age", bech32("age1nosuch", b"x" * 20)])
    row("age: an identity of such a plugin", "install age-plugin-nosuch, .*",
        env, None, text,
        at("key", bech32("AGE-PLUGIN-NOSUCH-", b"y" * 20)))


def post_quantum():
    with open(os.path.join(VECTORS, "keys", "age-pq.txt")) as f:
        key = f.read()
    with open(os.path.join(VECTORS, "sources", "age-pq",
                           "3.13.3.enc.yaml")) as f:
        text = f.read()
    t = h.Tool({"SOPS_AGE_KEY": key.splitlines()[-1], "PATH": "/nowhere"})
    if t.decrypt(h.SEALEAF, text)[0] == 0:
        h.skip("post-quantum hints", "this build has ML-KEM")
        return ["use a build with OpenSSL 3.5"]
    hint = "use a build with OpenSSL 3.5 .*age-plugin-pq on the PATH.*"
    recipient = re.search("age1pq1[a-z0-9]+", key)[0]
    for env in ({"SOPS_AGE_KEY": key.splitlines()[-1]},
                {"SOPS_AGE_KEY_FILE": "gone"}, {}):
        t = h.Tool({**env, "PATH": "/nowhere"})
        t.write("sealed.yaml", text)
        run("post-quantum", t, ["decrypt", "sealed.yaml"], hint)
    row("post-quantum", hint, {"PATH": "/nowhere"}, ["--age", recipient])
    return []


def pgp():
    if not subprocess.run(["sh", "-c", "command -v gpg"],
                          capture_output=True).stdout:
        h.skip("PGP", "no gpg")
        return ["import the key first", "gpg finds no terminal",
                "several keys have this id",
                "gpg has no program"]
    fp = "1022470DE3F0BC54BC6AB62DE05550BC07FB1A0A"
    row("PGP: a name", "give the 40 digits that gpg --fingerprint shows", {},
        ["--pgp", "me@example.com"])
    row("PGP: not imported", "import the key first: .*", {}, ["--pgp", fp])

    def fake(says, letter="-"):
        return lambda t: t.write("gpg", "#!/bin/sh\ncase \"$*\" in\n"
                                 "*--list-keys*) echo pub:%s: ;;\n"
                                 "*) cat >/dev/null; echo '%s' >&2; exit 2\n"
                                 "esac\n" % (letter, says), 0o700)
    env = {"SOPS_GPG_EXEC": "./gpg"}
    row("PGP: two keys", "several keys have this id: .*", env,
        ["--pgp", fp], None, fake("[GNUPG:] INV_RECP 2 x"))
    for letter, hint in (("e", "the key has expired: .*"),
                         ("r", "the key is revoked: .*"),
                         ("d", "the key is disabled: .*"),
                         ("-", "the key has no part that can encrypt")):
        row("PGP: validity " + letter, hint, env, ["--pgp", fp], None,
            fake("[GNUPG:] INV_RECP 0 x", letter))
    row("PGP: no terminal", "gpg finds no terminal for its prompt: .*", env,
        None, sealed("pgp", fp=fp), fake(NO_TERMINAL))
    row("PGP: no pinentry", "gpg has no program that asks for passphrases: .*",
        env, None, sealed("pgp", fp=fp),
        fake("[GNUPG:] ERROR pkdecrypt_failed 67108949"))
    return []


ARN = "arn:aws:kms:us-east-1:123456789012:key/1"
KEYS = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"}


def aws():
    text = sealed("kms", arn=ARN, aws_profile="")
    flags = ["--kms", ARN]
    row("AWS: no ARN", "an ARN looks like .*", {**NET, **KEYS},
        ["--kms", "arn:x"], sealed("kms", arn="arn:x", aws_profile=""))
    row("AWS: no credentials", "no AWS credentials in AWS_ACCESS_KEY_ID, "
        "AWS_WEB_IDENTITY_TOKEN_FILE, the profile default of ~/.aws, at the "
        "container's or the instance's endpoint: .*", NET, flags, text)
    row("AWS: no credentials in a profile", "no AWS credentials in the "
        "profile p of ~/.aws, .*", NET, flags + ["--aws-profile", "p"],
        sealed("kms", arn=ARN, aws_profile="p"),
        lambda t: t.write(".aws/config", "[profile p]\nregion = x\n"))
    row("AWS: no such profile", "AWS_PROFILE names no profile of .*",
        {**NET, "AWS_PROFILE": "gone"}, flags, text)
    row("AWS: not signed in", "sign in: aws sso login --profile p",
        {**NET, "AWS_PROFILE": "p"}, flags, text, lambda t: t.write(
            ".aws/config", "[profile p]\nsso_start_url = https://x\n"
            "sso_region = us-east-1\nsso_account_id = 1\n"
            "sso_role_name = r\n"))
    answers["kms.", "/"] = reply(400, {"__type": "AccessDeniedException"})
    row("AWS: not allowed", "the credentials need kms:(Encrypt|Decrypt) for "
        + re.escape(ARN), {**NET, **KEYS}, flags, text)
    answers["kms.", "/"] = reply(400, {"__type":
                                       "InvalidCiphertextException"})
    row("AWS: another context", r"the encryption context is another than at "
        r"encryption \(the file has none\), or .*", {**NET, **KEYS}, None,
        text)
    folder = os.path.join(h.FOLDER, "other")
    os.mkdir(folder)
    other = Authority(folder)
    row("AWS: roots", "SSL_CERT_FILE names a file of trusted roots",
        {**NET, **KEYS, "SSL_CERT_FILE": other.path}, flags, text)
    row("no libcurl", "install it: apt-get install libcurl4",
        {**NET, **KEYS, "LD_LIBRARY_PATH": "lib"}, flags, text, lambda t: [
            t.write("lib/libcurl.so.4", ""),
            t.write("lib/libcurl-gnutls.so.4", "")])
    answers.clear()


GCP = "projects/p/locations/global/keyRings/r/cryptoKeys/k"


def gcp():
    text = sealed("gcp_kms", resource_id=GCP)
    flags = ["--gcp-kms", GCP]
    token = {**NET, "GOOGLE_OAUTH_ACCESS_TOKEN": "x"}
    row("GCP: no resource", "a resource id looks like .*", token,
        ["--gcp-kms", "projects/p"], sealed("gcp_kms", resource_id="p"))
    row("GCP: no credentials", "no GCP credentials in GOOGLE_CREDENTIALS, "
        "GOOGLE_OAUTH_ACCESS_TOKEN, GOOGLE_APPLICATION_CREDENTIALS, .*/"
        "application_default_credentials.json or the metadata server: .*",
        NET, flags, text)
    answers["cloudkms", "/"] = reply(403, {"error": {
        "code": 403, "status": "PERMISSION_DENIED", "message": "no"}})
    row("GCP: not allowed", "the account needs cloudkms.cryptoKeyVersions."
        "useTo(Enc|Dec)rypt on .*", token, flags, text)
    file = {**NET, "GOOGLE_APPLICATION_CREDENTIALS": "c.json"}
    answers["oauth2", "/token"] = reply(400, {"error": "invalid_grant"})
    row("GCP: signed out", "sign in again: .*", file, flags, text,
        lambda t: t.write("c.json", json.dumps({
            "type": "authorized_user", "client_id": "c",
            "client_secret": "s", "refresh_token": "r"})))
    row("GCP: another universe",
        "SOPS_GCP_KMS_UNIVERSE_DOMAIN names the universe of the keys", file,
        flags, text, lambda t: t.write("c.json", json.dumps({
            "type": "authorized_user", "universe_domain": "example.goog"})))
    row("GCP: a program that nobody allowed",
        "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 allows it", file, flags,
        text, lambda t: t.write("c.json", json.dumps({
            "type": "external_account", "audience": "//a",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "token_url": "https://sts.googleapis.com/v1/token",
            "credential_source": {"executable": {"command": "x"}}})))
    answers.clear()


def azure():
    vault = "https://team.vault.azure.net"
    text = sealed("azure_kv", vault_url=vault, name="k", version="1",
                  enc="AQIDBA")
    flags = ["--azure-kv", vault + "/keys/k/1"]
    row("Azure: no key", "a key looks like .*", NET, ["--azure-kv", "x"])
    challenge = (401, [(
        "WWW-Authenticate", 'Bearer authorization="https://login.microsoft'
        'online.com/t", resource="https://vault.azure.net"')], b"")
    refusal = reply(403, {"error": {"code": "Forbidden"}})
    answers["team.vault", "/keys"] = lambda r: \
        refusal if "authorization" in r.headers else challenge
    answers["login.microsoftonline.com", "/token"] = reply(200, {
        "access_token": "t", "expires_in": 3599})
    row("Azure: no credentials", "no Azure credentials in az, azd: .*",
        {**NET, "AZURE_TOKEN_CREDENTIALS": "dev", "PATH": "/nowhere"}, flags,
        text)
    row("Azure: not allowed", "the identity needs the permission (en|de)crypt "
        "for keys of this vault", {
            **NET, "AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c",
            "AZURE_CLIENT_SECRET": "s"}, flags, text)
    answers.clear()


def huawei():
    key = "tr-west-1:0d0466b0-e727-4d9c-b35d-f84bb474a37f"
    text = sealed("hckms", key_id=key)
    flags = ["--hckms", key]
    row("Huawei: no credentials", "no HuaweiCloud credentials in "
        "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, HUAWEICLOUD_SDK_IDP_ID, "
        r"\[basic\] of ~/.huaweicloud/credentials or the instance's metadata",
        NET, flags, text)
    row("Huawei: no key", "a key looks like tr-west-1:KEY-ID", NET,
        ["--hckms", "x"])
    answers["iam.", "/v3/projects"] = reply(200, {"projects": []})
    row("Huawei: no project", "set HUAWEICLOUD_SDK_PROJECT_ID",
        {**NET, "HUAWEICLOUD_SDK_AK": "A", "HUAWEICLOUD_SDK_SK": "s"}, flags,
        text)
    answers.clear()


def vault():
    url = server.url
    text = sealed("hc_vault", vault_address=url, engine_path="transit",
                  key_name="k", enc="vault:v1:AAAA")
    flags = ["--hc-vault-transit", url + "/v1/transit/keys/k"]
    token = {"VAULT_TOKEN": "t"}
    row("Vault: an address that nobody named", "if you trust it, set "
        "VAULT_ADDR to it, or put it in .*", token, flags, text)
    row("Vault: an address with a path", "an address is scheme, host and "
        "port, as .*", {**token, "VAULT_ADDR": url}, None, sealed(
            "hc_vault", vault_address=url + "/x?y=", engine_path="transit",
            key_name="k", enc="vault:v1:AAAA"))
    for status in (400, 403):
        answers["", "/v1/transit"] = reply(status, {"errors": []})
        row("Vault: no token, %d" % status, "no Vault token in BAO_TOKEN, "
            "VAULT_TOKEN, the token_helper of ~/.vault or ~/.vault-token: .*",
            {"VAULT_ADDR": url}, flags, text)
    row("Vault: not allowed", "the token needs the capability update on "
        "transit/(en|de)crypt/k", {**token, "VAULT_ADDR": url}, flags, text)
    answers["", "/v1/transit"] = reply(404, {"errors": []})
    row("Vault: no such mount", "a namespace is given by VAULT_NAMESPACE",
        {**token, "VAULT_ADDR": url}, flags, text)
    answers.clear()


def key_services():
    env = {"SOPS_KEYSERVICE": "unix:///nowhere", "LD_LIBRARY_PATH": "lib",
           "SOPS_ENABLE_LOCAL_KEYSERVICE": "false"}
    row("no libnghttp2", "install it: apt-get install libnghttp2-14", env,
        ["--age", R], age_file(),
        lambda t: t.write("lib/libnghttp2.so.14", ""))
    t = h.Tool({**env, "LD_LIBRARY_PATH": ""})
    status, out, err = t.decrypt(h.SEALEAF, age_file())
    h.check("a service that fails says nothing about identities",
            status == 128 and "rpc error" in err and "hint: " not in err, err)


def commands():
    """All commands that wrap or unwrap, and several keys at once."""
    t = h.Tool({"VAULT_TOKEN": "t", "SOPS_GPG_EXEC": "./gpg"})
    t.write("gpg", "#!/bin/sh\ncat >/dev/null\n"
            "echo '%s' >&2\nexit 2\n" % NO_TERMINAL, 0o700)
    keys = json.loads(sealed("hc_vault", vault_address=server.url,
                             engine_path="transit", key_name="k"))
    keys["sops"]["pgp"] = json.loads(sealed("pgp", fp="A" * 40))["sops"]["pgp"]
    t.write("s.json", json.dumps(keys))
    t.write(".sops.yaml", "creation_rules:\n- age: %s\n" % R)
    hint = "if you trust it, set VAULT_ADDR to it, .*|gpg finds no terminal.*"
    for args in (["decrypt", "s.json"], ["rotate", "s.json"],
                 ["edit", "s.json"], ["updatekeys", "-y", "s.json"],
                 ["set", "s.json", '["a"]', '"x"'], ["unset", "s.json",
                                                     '["a"]'],
                 ["groups", "delete", "-f", "s.json", "0"],
                 ["decrypt", "--extract", '["a"]', "s.json"],
                 ["exec-env", "s.json", "true"],
                 ["exec-file", "s.json", "true"]):
        before = len(seen)
        run("all commands", t, args, hint)
        h.check("%s: one hint a key" % args[0], len(seen) - before == 2,
                str(seen[before:]))
    flags = ["--hc-vault-transit", server.url + "/v1/transit/keys/k",
             "--pgp", "me@example.com"]
    for args in (["edit", *flags, "new.json"],
                 ["encrypt", *flags, "plain.yaml"]):
        t.write("plain.yaml", h.PLAIN)
        before = len(seen)
        run("two keys", t, args, "give the 40 digits .*|if you trust it, .*")
        h.check("%s: both hints" % args[0], len(seen) - before == 2,
                str(seen[before:]))


def literals():
    """(file, text) of each hint in the sources, as a pattern."""
    string = r'"(?:[^"\\]|\\.)*"'
    call = re.compile(r"err_hint\(\s*\w+,\s*((?:%s\s*)+)" % string)
    for path in sorted(glob.glob(os.path.join(ROOT, "src", "key", "*.c")) +
                       glob.glob(os.path.join(ROOT, "src", "net", "*.c"))):
        with open(path) as f:
            source = f.read()
        for m in call.finditer(source):
            text = "".join(s[1:-1] for s in re.findall(string, m[1]))
            if text != "%s":
                yield path, re.sub(r"%(\\\.\d+)?[sc]", ".*", re.escape(text))


missing = post_quantum() + pgp()
age()
aws()
gcp()
azure()
huawei()
vault()
key_services()
commands()
found = list(literals())
h.check("hints were found in the sources", len(found) > 30, str(len(found)))
for path, pattern in found:
    if any(word in pattern.replace("\\", "") for word in missing):
        continue
    h.check("a row for the hint of " + os.path.basename(path),
            any(re.fullmatch(pattern, line) for line in seen), pattern)
h.finish("hints")
