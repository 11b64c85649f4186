# SPDX-License-Identifier: Apache-2.0
"""GCP KMS: every kind of credentials, against servers/gcp.py."""

import json

import harness as h
from aws import Aws
from base import Server
from gcp import Gcp

aws = Aws()
gcp = Gcp(aws)
server = Server(h.FOLDER, gcp)
KEY = "projects/example.com:p/locations/global/keyRings/r/cryptoKeys/k"
NET = {**server.environment(), "SOPS_GCP_KMS_CLIENT_TYPE": "rest",
       "GCE_METADATA_HOST": "127.0.0.1:1", "NO_GCE_CHECK": "true"}
ADC = ".config/gcloud/application_default_credentials.json"


def by(name, kind, env=(), files=(), tools=h.TOOLS):
    """Both open the file with these credentials; the server gave tokens of
    that kind."""
    def setup(t):
        for path, content in dict(files).items():
            t.write(path, content if isinstance(content, str)
                    else json.dumps(content), 0o700)
    for who, program in tools:
        gcp.seen.clear()
        h.opens(name, who, program, sealed, {**NET, **dict(env)}, setup)
        h.check("%s: %s used %s" % (name, who, kind), gcp.seen == kind,
                str(gcp.seen))


def external(source, kind="jwt", **more):
    return {"type": "external_account", "audience": "//iam/pool",
            "subject_token_type":
            "urn:ietf:params:aws:token-type:aws4_request" if kind == "aws"
            else "urn:ietf:params:oauth:token-type:" + kind,
            "token_url": "https://sts.googleapis.com/v1/token",
            "credential_source": source, **more}


def federation():
    env = {"GOOGLE_APPLICATION_CREDENTIALS": "c.json"}
    by("federation by file", ["federated"], env, {
        "c.json": external({"file": "token"}), "token": "their-token"})
    by("federation by a file with a newline", ["federated"], env, {
        "c.json": external({"file": "token"}), "token": " their-token\r\n"})
    h.refuses("federation by certificate", sealed, {**NET, **env},
              "certificate (X.509 federation), which is not supported",
              lambda t: t.write("c.json", json.dumps(external(
                  {"certificate": {"use_default_certificate_config": True}}))))
    for name, own, asked in (("theirs", "example.goog", ""),
                             ("ours", None, "example.goog"),
                             ("another", "a.goog", "b.goog")):
        more = {"universe_domain": own} if own else {}
        server.log.clear()
        h.refuses("a universe, " + name, sealed, {
            **NET, **env, "SOPS_GCP_KMS_UNIVERSE_DOMAIN": asked},
            "does not match the universe domain", lambda t: [
                t.write("c.json", json.dumps(external({"file": "t"}, **more))),
                t.write("t", "their-token")])
        h.check("nothing was sent there", not server.log, str(server.log))
    by("the usual universe", ["federated"], env, {
        "c.json": external({"file": "token"},
                           universe_domain="googleapis.com"),
        "token": "their-token"})
    by("federation by JSON file", ["federated"], env, {
        "c.json": external({"file": "token", "format": {
            "type": "json", "subject_token_field_name": "deep"}}),
        "token": {"deep": "their-token"}})
    by("federation by URL", ["federated"], env, {
        "c.json": external({
            "url": server.url + "/their-token", "headers": {"X-Their": "1"},
            "format": {"type": "json", "subject_token_field_name": "deep"}})})
    by("federation, then impersonation", ["federated", "impersonated"], env, {
        "c.json": external(
            {"file": "token"}, service_account_impersonation_url="https://"
            "iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
            "x@p.iam.gserviceaccount.com:generateAccessToken"),
        "token": "their-token"})
    program = {"c.json": external({"executable": {
        "command": "./program a"}}),
        "program": "#!/bin/sh\ntest $1 = a && "
        "test $GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE = //iam/pool && "
        "echo '{\"version\":1,\"success\":true,\"token_type\":\"urn:ietf:"
        "params:oauth:token-type:jwt\",\"id_token\":\"their-token\"}'\n"}
    by("federation by program", ["federated"], {
        **env, "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES": "1"}, program)
    h.refuses("a program that nobody allowed", sealed, {**NET, **env},
              "not allowed to run", lambda t: t.write(
                  "c.json", json.dumps(program["c.json"])))
    by("federation from AWS", ["aws"], {
        **env, "AWS_ACCESS_KEY_ID": "AKIDBASE", "AWS_REGION": "us-east-1",
        "AWS_SECRET_ACCESS_KEY": "base/secret+key"}, {
            "c.json": external({
                "environment_id": "aws1", "regional_cred_verification_url":
                "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity"
                "&Version=2011-06-15"}, "aws")})
    h.refuses("a token that is not theirs", sealed, {**NET, **env},
              "invalid_grant: not theirs", lambda t: [
                  t.write("c.json", json.dumps(external({"file": "t"}))),
                  t.write("t", "ours-s3cret")], ["s3cret"])
    h.refuses("a token endpoint in clear", sealed, {**NET, **env},
              "token_url of the credentials is not https", lambda t: [
                  t.write("c.json", json.dumps(external(
                      {"file": "t"}, token_url="http://evil.example/"))),
                  t.write("t", "x")])


def refusals():
    token = {**NET, "GOOGLE_OAUTH_ACCESS_TOKEN": "given-token"}
    h.refuses("a wrong token", sealed, {
        **NET, "GOOGLE_OAUTH_ACCESS_TOKEN": "wr0ng"},
        "Error 401: who are you, UNAUTHENTICATED", secrets=["wr0ng"])
    h.refuses("no credentials", sealed, NET,
              "could not find default credentials")
    h.refuses("a file that is not there", sealed, {
        **NET, "GOOGLE_CREDENTIALS": "gone.json"}, 'cannot create GCP KMS '
        'service: credentials: failed to obtain credentials from '
        '"GOOGLE_CREDENTIALS": open gone.json: no such file')
    h.refuses("another resource", sealed.replace(
        "cryptoKeys/k", "cryptoKeys/other"), token, "Decryption failed")
    h.refuses("a resource that leads away", sealed.replace(
        "cryptoKeys/k", "cryptoKeys/k/../x"), token,
        "no valid resource ID found in")
    h.refuses("an endpoint in clear", sealed, {
        **token, "SOPS_GCP_KMS_ENDPOINT": "http://kms.example"}, "not https")
    gcp.damage = True
    h.refuses("a damaged answer", sealed, token, "damaged on its way")
    gcp.damage = False
    gcp.first[:] = [503, 429]
    h.opens("after trouble there", "sealeaf", h.SEALEAF, sealed, token)


gcp.tokens["given-token"] = ""
sealed = h.round_trips("access token", {
    **NET, "GOOGLE_OAUTH_ACCESS_TOKEN": "given-token"}, "--gcp-kms", KEY)
account = gcp.account()
by("service account", [], {"GOOGLE_CREDENTIALS": json.dumps(account)},
   tools=h.TOOLS[:1])
by("service account by file", [], {"GOOGLE_CREDENTIALS": "c.json"},
   {"c.json": account}, tools=h.TOOLS[:1])
h.both_open("service account by default", sealed, {
    **NET, "GOOGLE_APPLICATION_CREDENTIALS": "c.json"},
    lambda t: t.write("c.json", json.dumps(account)))
user = {"type": "authorized_user", "client_id": "client",
        "client_secret": "hush", "refresh_token": "1//refresh"}
by("user", ["refresh"], {}, {ADC: user})
by("user in another folder", ["refresh"], {"CLOUDSDK_CONFIG": "."},
   {"application_default_credentials.json": user}, h.TOOLS[:1])
h.refuses("a refresh token that is refused", sealed, NET, "invalid_grant",
          lambda t: t.write(ADC, json.dumps({
              **user, "refresh_token": "r3fused"})), ["r3fused"])
by("user of another provider", ["refresh"], {}, {ADC: {
    **user, "type": "external_account_authorized_user",
    "audience": "//iam/pool",
    "token_url": "https://oauth2.googleapis.com/token",
    "token_info_url": "https://oauth2.googleapis.com/info"}})
by("impersonation", ["refresh", "impersonated"], {}, {ADC: {
    "type": "impersonated_service_account", "source_credentials": user,
    "delegates": [], "service_account_impersonation_url": "https://"
    "iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
    "x@p.iam.gserviceaccount.com:generateAccessToken"}})
by("metadata server", ["metadata"], {
    "GCE_METADATA_HOST": "127.0.0.1:%d" % server.port})
gcp.quota = "mine"
by("quota project", ["refresh"], {}, {ADC: {**user,
                                            "quota_project_id": "mine"}})
by("quota project of the environment", [], {
    "GOOGLE_OAUTH_ACCESS_TOKEN": "given-token",
    "GOOGLE_CLOUD_QUOTA_PROJECT": "mine"})
gcp.quota = None
h.opens("endpoint", "sealeaf", h.SEALEAF, sealed, {
    "SOPS_GCP_KMS_ENDPOINT": server.url,
    "GOOGLE_OAUTH_ACCESS_TOKEN": "given-token"})
federation()
refusals()
h.finish("gcp")
