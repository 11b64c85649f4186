# SPDX-License-Identifier: Apache-2.0
"""Vault and OpenBao transit against servers/vault.py."""

import os
import socketserver
import threading

import harness as h
from base import Handler, Server
from vault import Vault

vault = Vault()
server = Server(h.FOLDER, vault)
U = server.url
KEY = U + "/v1/transit/keys/k"
ENV = {"VAULT_TOKEN": "hvs.right", "VAULT_ADDR": U}


def token_places(sealed):
    env = {"VAULT_ADDR": U}
    h.both_open("token file", sealed, env,
                lambda t: t.write(".vault-token", " hvs.right\n"))
    h.opens("token helper", "sealeaf", h.SEALEAF, sealed, env, lambda t: [
        t.write("helper", "#!/bin/sh\n[ $1 = get ] && echo hvs.right\n",
                0o700),
        t.write(".vault-token", "wrong"),
        t.write(".vault", 'token_helper = "$HOME/helper"\n')])
    h.opens("OpenBao's variables", "sealeaf", h.SEALEAF, sealed, {
        "VAULT_TOKEN": "wrong", "BAO_TOKEN": "hvs.right", "BAO_ADDR": U})
    h.refuses("no token", sealed, env, "Code: 403. Errors: permission denied")
    h.refuses("a wrong token", sealed, {**env, "VAULT_TOKEN": "hvs.wr0ng"},
              "permission denied", secrets=["hvs.wr0ng", "\x1b"])


def addresses(sealed):
    token = {"VAULT_TOKEN": "hvs.right"}
    vault.tokens.clear()
    for name, env, words in (
            ("an address that nobody named", {}, "is not sent to " + U),
            ("another port", {"VAULT_ADDR": "http://127.0.0.1:1"},
             "is not sent to"),
            ("list: none", {"SOPS_HC_VAULT_ALLOWLIST": "none"},
             "Allowlist does not allow " + U),
            ("list: another", {"SOPS_HC_VAULT_ALLOWLIST": U[:-1] +
                               ",https://x", "VAULT_ADDR": U},
             "Allowlist does not allow " + U),
            ("list: empty entry", {"SOPS_HC_VAULT_ALLOWLIST": "https://x,,"},
             "entry 2 is empty")):
        h.refuses(name, sealed, {**token, **env}, words)
    h.check("no token went out", not vault.tokens, str(vault.tokens))
    for name, text in (("all", "all"), ("listed", "https://x, %s/" % U)):
        h.both_open("list: " + name, sealed,
                    {**token, "SOPS_HC_VAULT_ALLOWLIST": text})
    h.refuses("user information", sealed.replace(
        "http://", "http://good@"), {**token,
                                     "SOPS_HC_VAULT_ALLOWLIST": "all"},
              "not a usable Vault address")
    moved = sealed.replace(U, "https://vault.example:8200")
    h.both_open("agent", moved, {**token, "VAULT_AGENT_ADDR": U})
    h.refuses("a path that leads out", sealed.replace(
        "engine_path: transit", "engine_path: transit/../sys"), ENV,
        "not a path of a Vault key")


class UnixServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    owner = server

    def get_request(self):
        s, _ = super().get_request()
        return s, ("local", 0)


def agent_socket(sealed):
    path = os.path.join(h.FOLDER, "agent.sock")
    unix = UnixServer(path, Handler)
    threading.Thread(target=unix.serve_forever, daemon=True).start()
    moved = sealed.replace(U, "https://vault.example:8200")
    h.both_open("agent at a socket", moved, {
        "VAULT_TOKEN": "hvs.right", "VAULT_AGENT_ADDR": "unix://" + path})


def tls():
    port = server.listen_tls()
    named = server.listen_tls("vault.internal")
    closed = server.listen_tls(client=True)
    at = "https://127.0.0.1:%d"
    ca = server.authority.path
    pem = server.authority.files("client")

    def env(p, **more):
        return {"VAULT_TOKEN": "hvs.right", "VAULT_ADDR": at % p, **more}
    key = at % port + "/v1/team/transit/keys/k-1"
    sealed = h.round_trips("TLS", env(port, VAULT_CACERT=ca),
                           "--hc-vault-transit", key)
    h.both_open("SSL_CERT_FILE", sealed, env(port, SSL_CERT_FILE=ca))
    h.both_open("SSL_CERT_DIR", sealed, env(port, SSL_CERT_DIR=h.FOLDER))
    with open(ca) as f:
        h.both_open("CA in the environment", sealed,
                    env(port, VAULT_CACERT_BYTES=f.read()))
    h.both_open("no check", sealed, env(port, VAULT_SKIP_VERIFY="true"))
    h.refuses("an unknown CA", sealed, env(port), "certificate")
    moved = sealed.replace(at % port, at % named)
    h.refuses("another name", moved, env(named, VAULT_CACERT=ca), "SSL")
    h.both_open("server name", moved, env(
        named, VAULT_CACERT=ca, VAULT_TLS_SERVER_NAME="vault.internal"))
    moved = sealed.replace(at % port, at % closed)
    h.both_open("client certificate", moved, env(
        closed, VAULT_CACERT=ca, VAULT_CLIENT_CERT=pem, VAULT_CLIENT_KEY=pem))


def redirects(sealed):
    other = Server(os.path.join(h.FOLDER), vault)
    vault.standby = other.url
    both = "%s,%s" % (U, other.url)
    h.opens("a standby", "sealeaf", h.SEALEAF, sealed, {
        "VAULT_TOKEN": "hvs.right", "SOPS_HC_VAULT_ALLOWLIST": both})
    vault.tokens.clear()
    h.refuses("a standby that leads away", sealed, ENV, "is not sent to " +
              other.url)
    h.refuses("no redirects", sealed, {**ENV, "VAULT_DISABLE_REDIRECTS": "1"},
              "Code: 307")
    vault.standby = ""


sealed = h.round_trips("transit", ENV, "--hc-vault-transit", KEY)
token_places(sealed)
addresses(sealed)
agent_socket(sealed)
tls()
redirects(sealed)
vault.namespace = "team/a"
h.round_trips("namespace", {**ENV, "VAULT_NAMESPACE": "team/a"},
              "--hc-vault-transit", KEY)
vault.namespace = ""
vault.wanted = {"x-own": "1"}
h.both_open("headers", sealed, {**ENV, "VAULT_HEADERS": '{"X-Own": "1"}'})
vault.wanted = {}
for status in (412, 503):
    vault.first = [status] * 2
    h.opens("after %d" % status, "sealeaf", h.SEALEAF, sealed, ENV)
vault.first = [500]
h.refuses("one try", sealed, {**ENV, "VAULT_MAX_RETRIES": "0"}, "Code: 500")
h.finish("vault")
