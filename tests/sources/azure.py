# SPDX-License-Identifier: Apache-2.0
"""Azure Key Vault: every kind of credentials, against servers/azure.py."""

import json
import os
import time

import harness as h
from azure import CLIENT, TENANT, Azure
from base import Server

azure = Azure()
server = Server(h.FOLDER, azure)
NET = server.environment()
VAULT = "https://team.vault.azure.net"
VERSION = azure.add("sops-key")
KEY = "%s/keys/sops-key/%s" % (VAULT, VERSION)
WHO = {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT}
SECRET = {**NET, **WHO, "AZURE_CLIENT_SECRET": azure.secret}


def by(name, kind, env, files=(), tools=h.TOOLS):
    def setup(t):
        for path, content in dict(files).items():
            t.write(path, content, 0o700)
    for who, program in tools:
        azure.seen.clear()
        h.opens(name, who, program, sealed, {**NET, **env}, setup)
        h.check("%s: %s used %s" % (name, who, kind), azure.seen == kind,
                str(azure.seen))


def clients():
    pem = azure.client_file(h.FOLDER, server.authority)
    by("secret", ["secret"], SECRET)
    by("certificate", ["certificate"],
       {**WHO, "AZURE_CLIENT_CERTIFICATE_PATH": pem})
    by("certificate and chain", ["certificate+chain"], {
        **WHO, "AZURE_CLIENT_CERTIFICATE_PATH": pem,
        "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN": "true"})
    by("certificate in PKCS#12", ["certificate"], {
        **WHO, "AZURE_CLIENT_CERTIFICATE_PATH": pem[:-4] + ".p12",
        "AZURE_CLIENT_CERTIFICATE_PASSWORD": "pass word"},
        tools=h.TOOLS[:1])
    by("password", ["password"], {**WHO, "AZURE_USERNAME": "u@x",
                                  "AZURE_PASSWORD": "p w"},
       tools=h.TOOLS[:1])
    by("workload identity", ["federated"], {
        **WHO, "AZURE_FEDERATED_TOKEN_FILE": "token"},
        {"token": azure.federated})


def machines():
    by("App Service", ["app"], {
        "IDENTITY_ENDPOINT": server.url + "/app", "IDENTITY_HEADER": "hdr"})
    by("Azure ML", ["ml"], {
        "MSI_ENDPOINT": server.url + "/ml", "MSI_SECRET": "ml-secret"},
        tools=h.TOOLS[:1])
    for env, client in (({}, None), ({"DEFAULT_IDENTITY_CLIENT_ID": "d-1"},
                                     "d-1"),
                        ({"DEFAULT_IDENTITY_CLIENT_ID": "d-1",
                          "AZURE_CLIENT_ID": "c-1"}, "c-1")):
        server.log.clear()
        by("Azure ML, client %s" % client, ["ml"], {
            "MSI_ENDPOINT": server.url + "/ml", "MSI_SECRET": "ml-secret",
            **env}, tools=h.TOOLS[:1])
        asked = [x for x in server.log if "/ml?" in x]
        h.check("that client is asked for", len(asked) == 1 and (
            asked[0].endswith("&clientid=%s" % client) if client
            else "clientid" not in asked[0]), str(asked))
    by("Cloud Shell", ["shell"], {"MSI_ENDPOINT": server.url + "/shell"})
    by("instance", ["instance"], {
        "AZURE_POD_IDENTITY_AUTHORITY_HOST": server.url},
        tools=h.TOOLS[:1])


def commands():
    def put(t, name, text):
        t.write("bin/" + name, "#!/bin/sh\n" + text, 0o700)
        t.env["PATH"] = os.path.join(t.home, "bin") + ":" + t.env["PATH"]
    dev = {**NET, "AZURE_TOKEN_CREDENTIALS": "dev"}
    token = azure.give("az")
    az = ("case \"$*\" in *--resource*vault.azure.net*|*--scope*"
          "vault.azure.net/.default*) ;; *) exit 9 ;; esac\n"
          "cat <<'END'\n%s\nEND\n" % json.dumps({
              "accessToken": token, "expires_on": int(time.time()) + 3600,
              "expiresOn": time.strftime(
                  "%Y-%m-%d %H:%M:%S.000000",
                  time.localtime(time.time() + 3600)),
              "tokenType": "Bearer"}))
    h.both_open("az", sealed, dev, lambda t: put(t, "az", az))
    azd = "cat <<'END'\n%s\nEND\n" % json.dumps({
        "token": token, "expiresOn": time.strftime(
            "%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))})
    h.both_open("azd", sealed, {
        **dev, "AZURE_TOKEN_CREDENTIALS": "AzureDeveloperCLICredential"},
        lambda t: put(t, "azd", azd))
    h.refuses("nobody signed in", sealed, dev,
              "AzureCLICredential: az: Please run 'az login'",
              lambda t: put(t, "az", "echo \"Please run 'az login'\" >&2\n"
                            "exit 1\n"))


def refusals():
    h.refuses("a wrong secret", sealed, {
        **SECRET, "AZURE_CLIENT_SECRET": "wr0ng"},
        "EnvironmentCredential: the token endpoint answered 401: "
        "invalid_client: AADSTS7000215", secrets=["wr0ng"])
    h.refuses("PowerShell", sealed, {
        **NET, "AZURE_TOKEN_CREDENTIALS": "AzurePowerShellCredential"},
        "signing in by Azure PowerShell is not supported")
    h.refuses("nothing set up", sealed, {
        **NET, "AZURE_TOKEN_CREDENTIALS": "WorkloadIdentityCredential"},
        "missing environment variable AZURE_TENANT_ID")
    azure.deny = "no decrypt permission"
    h.refuses("no permission", sealed, SECRET,
              "RESPONSE 403: Forbidden: no decrypt permission")
    azure.deny = None
    for name, resource in (("a thief", "https://evil.example"),
                           ("a thief of another part", "https://azure.net"),
                           ("in clear", "http://vault.azure.net")):
        azure.seen.clear()
        azure.resource = resource
        h.refuses(name, sealed, SECRET, "wants a token for")
        h.check("%s got no token" % name, azure.seen == [])
    azure.resource = "https://vault.azure.net"
    moved = sealed.replace("team.vault.azure.net", "team.vault.evil.example")
    h.refuses("another host", moved, SECRET, "is no host of an Azure vault")
    h.refuses("http", sealed.replace("https://team", "http://team"), SECRET,
              "not an https URL of a vault")
    h.refuses("a version that leads away", sealed.replace(
        VERSION, "../x"), SECRET, "not a name and version of a key")


def versions():
    newest = azure.add("sops-key")
    made = h.round_trips("newest version", SECRET, "--azure-kv",
                         VAULT + "/keys/sops-key")
    h.check("the file names the newest version", newest in made, made)
    h.opens("a vault URL with a slash", "sealeaf", h.SEALEAF,
            sealed.replace(VAULT, VAULT + "/"), SECRET)
    t = h.Tool(NET)
    t.write("plain.yaml", h.PLAIN)
    status, out, err = t.run(h.SEALEAF, "encrypt", "--azure-kv",
                             VAULT + "/keys/none", "plain.yaml", **SECRET)
    h.check("a key that is not there", status != 0 and
            "KeyNotFound" in err, err)


sealed = h.round_trips("secret", SECRET, "--azure-kv", KEY)
clients()
machines()
commands()
refusals()
versions()
h.finish("azure")
