# SPDX-License-Identifier: Apache-2.0
"""What a file may decide of a request with the user's credentials: which key
of which server. Every other text in its metadata is refused before anything is
sent, by whatever command and also on behalf of a client of a key service."""

import json
import os
import signal
import subprocess
import time

import harness as h
from aws import Aws
from azure import CLIENT, TENANT, Azure
from base import Server
from gcp import Gcp
from huawei import PROJECT, Huawei
from vault import Vault

vault, aws, azure, gcp, huawei = Vault(), Aws(), Azure(), Gcp(), Huawei()
server = Server(h.FOLDER, vault, aws, azure, gcp, huawei)
U = server.url
HOST = U.split("//")[1]
VERSION = azure.add("sops-key")
KEYS = {
    "hc_vault": ["--hc-vault-transit", U + "/v1/transit/keys/k"],
    "azure_kv": ["--azure-kv",
                 "https://team.vault.azure.net/keys/sops-key/" + VERSION],
    "gcp_kms": ["--gcp-kms",
                "projects/p/locations/l/keyRings/r/cryptoKeys/k"],
    "kms": ["--kms", "arn:aws:kms:eu-central-1:123456789012:key/1234abcd+" +
            Aws.ROLE],
    "hckms": ["--hckms", "tr-west-1:0d0466b0-e727-4d9c-b35d-f84bb474a37f"],
}
ENV = {
    **server.environment(), "VAULT_TOKEN": "hvs.right",
    "SOPS_HC_VAULT_ALLOWLIST": U, "AZURE_TENANT_ID": TENANT,
    "AZURE_CLIENT_ID": CLIENT, "AZURE_CLIENT_SECRET": azure.secret,
    "GOOGLE_OAUTH_ACCESS_TOKEN": "given-token",
    "AWS_ACCESS_KEY_ID": "AKIDBASE",
    "AWS_SECRET_ACCESS_KEY": "base/secret+key",
    "HUAWEICLOUD_SDK_AK": "AKBASE", "HUAWEICLOUD_SDK_SK": "sk/base+",
    "HUAWEICLOUD_SDK_PROJECT_ID": PROJECT,
}

# What stands at the end, or in the place, of a good text.
TAILS = ["?x=", "?", "#", "#f", "/../sys", "/..", "/.", "/%2e%2e/sys",
         "%2f..%2fsys", "\\..\\sys", " x", "\tx", "\nx", "\x00x", "\x7f",
         "\u0085", "\u202e", "\u2025"]
ADDRESSES = [
    U + "/v1/auth/token/revoke-self?x=", U + "/v1/auth/token/revoke-self",
    U + "/v1", U + "//", U + "/;x", U + "?", U + "#", U + "/?", U + "/#",
    "http://me@" + HOST, "http://me:pass@" + HOST, U + "@evil.example",
    U + "\\@evil.example", U + " ", U + "\n", U + "\r\nX-A: b", U + "\t",
    "http:///" + HOST, "http:" + HOST, "//" + HOST, HOST, "", "ftp://" + HOST,
    "HTTP://" + HOST, U + ":80", U + ":", U + ":99999", U + "%2fv1",
    "http://127.0.0.1%2f@" + HOST, "http://[::1", "http://[::1%25lo]:80",
    "http://a..b", "http://.a", U + "/%2e%2e", U + "/../x", U + "/./",
    "http://\uff11\uff12\uff17.0.0.1", "unix:///run/agent", "file:///etc"]
VAULTS = [
    "https://team.vault.azure.net" + t for t in (
        "/secrets/x?y=", "/secrets/x", "?x=", "#", "/#", "/?", "/..", "/%2e",
        "@evil.example", ":443@evil.example", "\\x", " x", "\nx", "\tx",
        ".evil.example", ":99999", ":x", "%2fx", "//")] + [
    "http://team.vault.azure.net", "https://evil.example", "https://", "",
    "https://me@team.vault.azure.net", "https://vault.azure.net.evil.example",
    "https://evilvault.azure.net", "https://127.0.0.1", "team.vault.azure.net",
    "https://team.vault.azure.net\x00.evil.example"]
GOOD_GCP = "projects/p/locations/l/keyRings/r/cryptoKeys/k"
GOOD_ARN = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
UUID = "0d0466b0-e727-4d9c-b35d-f84bb474a37f"
ROWS = {
    ("hc_vault", "vault_address"): ADDRESSES,
    ("hc_vault", "engine_path"): ["transit" + t for t in TAILS] + [
        "", "/", "/transit", "transit/", "a//b", "..", ".", "../sys", "sys",
        "sys/seal", "auth/token", "cubbyhole/x", "identity/entity",
        "%2e%2e/sys", "transit?list=true", "transit#", "transit\\x"],
    ("hc_vault", "key_name"): ["k" + t for t in TAILS] + [
        "", "/", "..", ".", "../../sys/seal", "k/../x", "a/b", "%2e%2e",
        "k?x", "k#x", "k\\x"],
    ("azure_kv", "vault_url"): VAULTS,
    ("azure_kv", "name"): ["k" + t for t in TAILS] + [
        "", "..", "../secrets/x?", "a/b", "%2e%2e", "a.b", "a_b"],
    ("azure_kv", "version"): [VERSION + t for t in TAILS if t.strip()] + [
        "..", "../../secrets/x?", "a/b", "%2e%2e", "a.b"],
    ("gcp_kms", "resource_id"): [GOOD_GCP + t for t in TAILS] + [
        "", "/" + GOOD_GCP, GOOD_GCP + "/cryptoKeyVersions/1",
        GOOD_GCP + ":getIamPolicy?x=", GOOD_GCP + ":decrypt",
        "projects/../locations/../keyRings/../cryptoKeys/k",
        "projects/./locations/l/keyRings/r/cryptoKeys/k",
        "projects/../locations/l/keyRings/r/cryptoKeys/k",
        "projects/p/locations/l/keyRings/../cryptoKeys/k",
        "projects/p/locations/l/keyRings/r/cryptoKeys/..",
        "projects/p%2f../locations/l/keyRings/r/cryptoKeys/k",
        "projects/p?/locations/l/keyRings/r/cryptoKeys/k",
        "projects/p#/locations/l/keyRings/r/cryptoKeys/k",
        "projects//locations/l/keyRings/r/cryptoKeys/k"],
    ("kms", "arn"): [GOOD_ARN + t for t in (" x", "\nx", "\tx", "\x7f",
                                            "\u202e", "\x00")] + [
        GOOD_ARN.replace("eu-central-1", r) for r in (
            "evil.example/", "evil.example/?x=", "a@evil.example/", "EU", "",
            "a.b", "a/b", "a%2fb", "a#", "a?", "a b", "a\nb", "a\\b", "..",
            "eu-central-1.evil.example", "\uff45u", "x" * 300)] + [
        "", "arn:aws:s3:::x", "arn:aws:kms:eu-central-1::key/x",
        "arn:aws:kms:eu-central-1:123456789012:key/"],
    ("kms", "role"): [Aws.ROLE + t for t in (" x", "\nx", "\tx", "\x7f",
                                             "\u202e", "\x00")] + [
        "x", "&Action=GetSessionToken", "https://evil.example"],
    ("hckms", "key_id"): [r + ":" + UUID for r in (
        "evil.example/", "tr-west-1.evil.example", "a@b", "a/b", "a%2fb", "a?",
        "a#", "a b", "a\nb", "a\\b", "..", "TR", "", "\uff54r")] + [
        "tr-west-1:" + u for u in ("", "a/b", "..", "a?b", "a b", "a\nb",
                                   "a\\b", "\u202e", "a%2fb", "a:b")] + [
        "", ":", "tr-west-1"],
}


def make(kind):
    t = h.Tool(ENV)
    t.write("plain.json", '{"a": 1}\n')
    status, out, err = t.run(h.SEALEAF, "encrypt", *KEYS[kind], "plain.json")
    h.check("%s encrypts" % kind, status == 0, err)
    return json.loads(out)


def changed(data, kind, field, text):
    data = json.loads(json.dumps(data))
    data["sops"][kind][0][field] = text
    return json.dumps(data)


def run(name, t, *args, **env):
    """A command that must fail, with nothing sent and nothing written."""
    before = t.read("s.json")
    server.log.clear()
    vault.tokens.clear()
    status, out, err = t.run(h.SEALEAF, *args, **env)
    h.check(name, status > 0 and (not out or args[0] == "updatekeys") and
            not server.log and t.read("s.json") == before,
            "%d %r %r %r" % (status, server.log, out, err))


made = {kind: make(kind) for kind in KEYS}
t = h.Tool(ENV)
for kind, data in made.items():
    t.write("s.json", json.dumps(data))
    status, out, err = t.run(h.SEALEAF, "decrypt", "s.json")
    h.check("%s decrypts" % kind, status == 0 and json.loads(out) == {"a": 1},
            err)

# Every text, on decrypt.
for (kind, field), texts in ROWS.items():
    for text in texts:
        t.write("s.json", changed(made[kind], kind, field, text))
        run("decrypt, %s %s %r" % (kind, field, text), t, "decrypt", "s.json")

# The commands that wrap; an age key opens the file.
IDENTITY = subprocess.run(["age-keygen"], capture_output=True, text=True)
if IDENTITY.returncode != 0:
    h.skip("commands that wrap", "no age-keygen")
else:
    secret = [x for x in IDENTITY.stdout.split("\n")
              if x.startswith("AGE-SECRET-KEY-")][0]
    public = IDENTITY.stdout.split("public key: ")[1].split("\n")[0]
    AGE = {"SOPS_AGE_KEY": secret}
    for (kind, field), texts in ROWS.items():
        t.write("plain.json", '{"a": 1}\n')
        status, out, err = t.run(h.SEALEAF, "encrypt", "--age", public,
                                 *KEYS[kind], "plain.json")
        h.check("%s with age" % kind, status == 0, err)
        data = json.loads(out)
        for text in texts[:2] + texts[-2:]:
            t.write("s.json", changed(data, kind, field, text))
            run("rotate, %s %s %r" % (kind, field, text), t, "rotate", "-i",
                "s.json", **AGE)
            run("groups, %s %s %r" % (kind, field, text), t, "groups", "add",
                "--file", "s.json", "--in-place", "--age", public, **AGE)

    # A rule is a text of somebody else's as well.
    FORMS = {"hc_vault": lambda f: "%s/v1/%s/keys/%s" % (
        f["vault_address"], f["engine_path"], f["key_name"])}
    GROUP = {
        "kms": ("kms", {"arn": "arn", "role": "role"}),
        "azure_kv": ("azure_keyvault", {"vault_url": "vaultUrl",
                                        "name": "key", "version": "version"}),
        "gcp_kms": ("gcp_kms", {"resource_id": "resource_id"}),
        "hckms": ("hckms", {"key_id": "key_id"})}
    for (kind, field), texts in ROWS.items():
        good = made[kind]["sops"][kind][0]
        for text in texts[:3] + texts[-3:]:
            f = {**good, field: text}
            if kind in FORMS:
                if text == "" or "\x00" in text:
                    continue
                group = {"hc_vault": [FORMS[kind](f)]}
            else:
                name, fields = GROUP[kind]
                group = {name: [{c: f[m] for m, c in fields.items()
                                 if m in f}]}
            group["age"] = [public]
            t.write(".sops.yaml", json.dumps(
                {"creation_rules": [{"key_groups": [group]}]}))
            status, out, err = t.run(h.SEALEAF, "encrypt", "--age", public,
                                     "plain.json")
            t.write("s.json", out)
            run("updatekeys, %s %s %r" % (kind, field, text), t, "updatekeys",
                "-y", "s.json", **AGE)
            server.log.clear()
            status, out, err = t.run(h.SEALEAF, "encrypt", "plain.json")
            h.check("encrypt, %s %s %r" % (kind, field, text), status != 0 and
                    not out and not server.log, "%d %s%s%s" % (
                        status, server.log, out, err))
            os.unlink(os.path.join(t.home, ".sops.yaml"))

# The same texts from a client of a key service.
socket = os.path.join(h.FOLDER, "keys.sock")
service = subprocess.Popen(
    [h.SEALEAF, "keyservice", "--network", "unix", "--address", socket],
    env=t.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL)
for _ in range(100):
    if os.path.exists(socket):
        break
    time.sleep(0.1)
client = h.Tool({"SOPS_KEYSERVICE": "unix://" + socket,
                 "SOPS_ENABLE_LOCAL_KEYSERVICE": "false"})
for kind, data in made.items():
    client.write("s.json", json.dumps(data))
    status, out, err = client.run(h.SEALEAF, "decrypt", "s.json")
    h.check("%s by the service" % kind, status == 0, err)
for (kind, field), texts in ROWS.items():
    for text in texts[:4] + texts[-4:]:
        client.write("s.json", changed(made[kind], kind, field, text))
        run("service, %s %s %r" % (kind, field, text), client, "decrypt",
            "s.json")
service.send_signal(signal.SIGTERM)
service.wait(10)

# An address with a path is for the allow list to name, word for word.
long = U + "/team"
t.write("s.json", changed(made["hc_vault"], "hc_vault", "vault_address", long))
for text in ("all", U, U + "/", U + "/tea", U + "/team/x", U + "/Team",
             "%s,%s/teamx" % (U, U)):
    run("a longer address, list: " + text, t, "decrypt", "s.json",
        SOPS_HC_VAULT_ALLOWLIST=text)
run("a longer address that VAULT_ADDR does not name", t, "decrypt", "s.json",
    SOPS_HC_VAULT_ALLOWLIST="", VAULT_ADDR=U)
for text in (long, long + "/", "https://x, %s " % long):
    server.log.clear()
    t.run(h.SEALEAF, "decrypt", "s.json", SOPS_HC_VAULT_ALLOWLIST=text)
    h.check("a longer address that is named: " + text, server.log == [
        "PUT %s/team/v1/transit/decrypt/k" % HOST], str(server.log))
for tail in ("/team?x", "/team#", "/../team", "/team/%2e%2e", "/a//b"):
    t.write("s.json", changed(made["hc_vault"], "hc_vault", "vault_address",
                              U + tail))
    run("not even by the list: " + tail, t, "decrypt", "s.json",
        SOPS_HC_VAULT_ALLOWLIST=U + tail)

# A cloud of one's own keeps its vaults where it likes; Microsoft's does not.
t.write("s.json", changed(made["azure_kv"], "azure_kv", "vault_url",
                          "https://team.vault.evil.example"))
for authority in ("https://login.microsoftonline.us",
                  "https://login.microsoftonline.com/",
                  "login.chinacloudapi.cn"):
    run("authority " + authority, t, "decrypt", "s.json",
        AZURE_AUTHORITY_HOST=authority)
h.finish("hostile")
