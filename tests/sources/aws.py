# SPDX-License-Identifier: Apache-2.0
"""AWS KMS: every way to credentials, against servers/aws.py and, where pip can
install it, moto. SOPS must get along with the same server."""

import hashlib
import json
import os
import subprocess
import sys
import time

import harness as h
from aws import Aws, in_an_hour
from base import Server

REGION = "eu-central-1"
ARN = "arn:aws:kms:%s:123456789012:key/1234abcd" % REGION
ALIAS = "arn:aws:kms:%s:123456789012:alias/secrets" % REGION
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDBASE",
        "AWS_SECRET_ACCESS_KEY": "base/secret+key"}
STATIC = ("aws_access_key_id = AKIDBASE\n"
          "aws_secret_access_key = base/secret+key\n")

aws = Aws()
server = Server(h.FOLDER, aws)
net = server.environment()


def by(name, text, kind, env=(), files=(), sops=True):
    """Both open `text` by what `env` and `files` hold; the server gave out
    credentials of that kind."""
    def setup(t):
        for path, content in dict(files).items():
            t.write(path, content, 0o700 if path.endswith(".sh") else 0o600)
    for who, program in h.TOOLS if sops else h.TOOLS[:1]:
        aws.seen.clear()
        h.opens(name, who, program, text, {**net, **dict(env)}, setup)
        # SOPS asks for a role again when its first answer was slow.
        h.check("%s: %s used %s" % (name, who, kind), aws.seen == kind or (
            who == "sops" and set(aws.seen) == set(kind)), str(aws.seen))


def config(text, credentials=""):
    files = {".aws/config": text}
    if credentials:
        files[".aws/credentials"] = credentials
    return files


def environment():
    sealed = h.round_trips("keys in the environment", {**net, **KEYS},
                           "--kms", ARN)
    h.round_trips("encryption context", {**net, **KEYS}, "--kms", ARN,
                  "--encryption-context", "App:web,Env:p \u00e4")
    h.round_trips("another partition", {**net, **KEYS}, "--kms",
                  ARN.replace("aws:", "aws-cn:").replace(REGION,
                                                         "cn-north-1"))
    h.round_trips("endpoint of KMS", {"AWS_ENDPOINT_URL_KMS": server.url,
                                      **KEYS}, "--kms", ARN)
    h.round_trips("FIPS", {**net, **KEYS, "AWS_USE_FIPS_ENDPOINT": "true"},
                  "--kms", ARN)
    h.check("FIPS has hosts of its own", any(
        "kms-fips.%s.amazonaws.com" % REGION in line for line in server.log))
    return sealed


def roles(sealed):
    role = "%s+%s" % (ARN, Aws.ROLE)
    made = h.round_trips("role of the key", {**net, **KEYS}, "--kms", role)
    h.check("session names", {q["RoleSessionName"][:5] for q in
                              aws.roles.values()} == {"sops@"})
    aws.seen.clear()
    t = h.Tool({**net, **KEYS})
    t.write("a.yaml", made)
    status, out, err = t.run(h.SEALEAF, "rotate", "-i", "a.yaml")
    h.check("one session for all of one process", status == 0 and
            aws.seen == ["AssumeRole"], str(aws.seen) + err)
    by("source_profile", sealed, ["AssumeRole"], {"AWS_PROFILE": "p"}, config(
        "[profile p]\nrole_arn = %s\nsource_profile = base # why\n"
        "external_id = x:1\nrole_session_name = me\n"
        "duration_seconds = 1000\n" % Aws.ROLE, "[base]\n" + STATIC))
    q = list(aws.roles.values())[-1]
    h.check("what the profile says is sent", (
        q["ExternalId"], q["RoleSessionName"], q["DurationSeconds"]) ==
        ("x:1", "me", "1000"), str(q))
    by("two roles in a row", sealed, ["AssumeRole"] * 2, {"AWS_PROFILE": "p"},
       config("[profile p]\nrole_arn=%s\nsource_profile=q\n[profile q]\n"
              "role_arn=%s\nsource_profile=base\n[profile base]\n%s" % (
                  Aws.ROLE, Aws.ROLE, STATIC)))
    by("credential_source", sealed, ["AssumeRole"],
       {"AWS_PROFILE": "p", **KEYS, "AWS_ACCESS_KEY_ID": ""},
       config("[profile p]\nrole_arn=%s\nsource_profile=p\n%s" % (
           Aws.ROLE, STATIC)))
    h.refuses("a ring of profiles", sealed, {**net, "AWS_PROFILE": "p"},
              "in a ring", lambda t: t.write(
                  ".aws/config", "[profile p]\nrole_arn=r\nsource_profile=q\n"
                  "[profile q]\nrole_arn=r\nsource_profile=p\n"))


def files(sealed):
    by("default profile", sealed, [], {}, config("", "[default]\n" + STATIC))
    by("named profile", sealed, [], {"AWS_PROFILE": "p"},
       config("[profile  p]\n" + STATIC))
    by("files elsewhere", sealed, [], {
        "AWS_SHARED_CREDENTIALS_FILE": "creds"}, {
            "creds": "[default]\n" + STATIC})
    by("environment before profile", sealed, [],
       {**KEYS, "AWS_PROFILE": "none"},
       config("[profile none]\naws_access_key_id=X\n"
              "aws_secret_access_key=Y\n"))
    key, secret, token = aws.fresh("process")
    by("credential_process", sealed, [], {"AWS_PROFILE": "p"}, {
        ".aws/config": "[profile p]\ncredential_process = cat $HOME/c.json\n",
        "c.json": json.dumps({
            "Version": 1, "AccessKeyId": key, "SecretAccessKey": secret,
            "SessionToken": token})})
    by("services section", sealed, [], {
        "AWS_PROFILE": "p", "HTTPS_PROXY": ""}, config(
            "[profile p]\nservices = mine\n%s[services mine]\ns3 =\n"
            "  endpoint_url = http://127.0.0.1:1\nkms =\n"
            "  endpoint_url = %s\n" % (STATIC, server.url)))
    h.refuses("a profile that is not there", sealed,
              {**net, "AWS_PROFILE": "gone"},
              "failed to get shared config profile, gone")
    h.refuses("nothing at all", sealed, net,
              "AWS_EC2_METADATA_DISABLED is set")


def forms(sealed):
    """What AWS's configuration may look like; SOPS reads it the same way."""
    p = {"AWS_PROFILE": "p"}
    keys = ("  aws_access_key_id = AKIDBASE\n"
            "\taws_secret_access_key = base/secret+key\n")
    wrong = "aws_access_key_id = X\naws_secret_access_key = Y\n"
    for name, env, text in (
            ("indented keys", p, "[profile p]\n" + keys),
            ("an indented section", p, "  [ profile   p ] # x\n" + keys),
            ("a name with a blank", {"AWS_PROFILE": "my p"},
             "[profile my p]\n" + STATIC),
            ("colons", p, "[profile p]\n" + STATIC.replace(" = ", ": ")),
            ("capitals", p, "[profile p]\n" + STATIC.replace("aws_", "AWS_")),
            ("quoted values", p, "[profile p]\n"
             "aws_access_key_id = \"AKIDBASE\"\n"
             "aws_secret_access_key = 'base/secret+key'\n"),
            ("remarks", p, "# [profile p]\n; x = y\n[profile p] ; a\n"
             "  # aws_access_key_id = X\naws_access_key_id = AKIDBASE ; x\n"
             "aws_secret_access_key = base/secret+key\t# y\n"),
            ("a list before the keys", p, "[profile p]\ns3 =\n"
             "  aws_access_key_id = X\n  max = 1\n" + STATIC),
            ("indented behind a value", p,
             "[profile p]\nregion = us-east-1\n" + keys),
            ("later ones count", p, "[profile p]\n" + wrong + STATIC),
            ("a section in two parts", p,
             "[profile p]\n%s\n[profile q]\n%s[profile p]\n%s\n" % (
                 STATIC.split("\n")[0], wrong, STATIC.split("\n")[1])),
            ("carriage returns", p,
             ("[profile p]\n" + STATIC).replace("\n", "\r\n")),
            ("profile default before default", {},
             "[default]\n" + wrong + "[profile default]\n" + STATIC),
            ("no section of that name", {},
             "[profile default]\n" + STATIC + "[defaults]\n" + wrong)):
        by("form: " + name, sealed, [], env, config(text))
    by("form: quoted name", sealed, [], {"AWS_PROFILE": "my p"},
       config("[profile \"my p\"]\n" + STATIC), sops=False)
    by("form: a value that goes on", sealed, [], p, {
        ".aws/config": "[profile p]\ncredential_process = true\n"
        "  cat $HOME/c.json\n", "c.json": json.dumps({
            "Version": 1, "AccessKeyId": "AKIDBASE",
            "SecretAccessKey": "base/secret+key"})})
    role = "role_arn = %s\n" % Aws.ROLE
    by("a source with keys and a source of its own", sealed, ["AssumeRole"] * 2,
       p, config("[profile p]\n%ssource_profile = q\n[profile q]\n%s%s"
                 "source_profile = none\n" % (role, role, STATIC)))
    by("keys beside source_profile", sealed, ["AssumeRole"], p, config(
        "[profile p]\n%s%ssource_profile = q\n[profile q]\n%s" % (
            role, wrong, STATIC)))
    by("a ring that keys break", sealed, ["AssumeRole"] * 2, p, config(
        "[profile p]\n%s%ssource_profile = q\n[profile q]\n%s"
        "source_profile = p\n" % (role, STATIC, role)))
    by("metadata endpoint of a profile", sealed, ["instance"], {
        **p, "AWS_EC2_METADATA_DISABLED": "false"}, config(
            "[profile p]\nec2_metadata_service_endpoint = %s\n" % server.url))
    by("its variable comes first", sealed, ["instance"], {
        **p, "AWS_EC2_METADATA_DISABLED": "FALSE",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url}, config(
            "[profile p]\n"
            "ec2_metadata_service_endpoint = http://127.0.0.1:1\n"))


def broken(sealed):
    """What is configured and cannot be meant: an error, not the next in the
    chain, for SOPS as well."""
    role = "role_arn = %s\n" % Aws.ROLE
    instance = {"AWS_EC2_METADATA_DISABLED": "false",
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url}
    arn = "requires role_arn, profile "
    only = "only one credential type may be specified"
    for name, text, words in (
            ("source_profile without a role",
             "source_profile = q\n[profile q]\n" + STATIC, arn + "p"),
            ("credential_source without a role",
             "credential_source = Ec2InstanceMetadata\n", arn + "p"),
            ("a token file without a role",
             "web_identity_token_file = token\n", arn + "p"),
            ("keys and a source without a role",
             STATIC + "source_profile = q\n[profile q]\n" + STATIC, arn),
            ("a source with keys and a source without a role", role +
             "source_profile = q\n[profile q]\n" + STATIC +
             "source_profile = p\n", arn + "q"),
            ("two sources", role + "source_profile = q\n"
             "credential_source = Ec2InstanceMetadata\n[profile q]\n" +
             STATIC, only),
            ("a source and a process", role + "source_profile = q\n"
             "credential_process = true\n[profile q]\n" + STATIC, only),
            ("a token and a process", role + "web_identity_token_file = token\n"
             "credential_process = true\n", only),
            ("a source that is not there", role + "source_profile = q\n",
             "is not configured"),
            ("a source without credentials", role + "source_profile = q\n"
             "[profile q]\nregion = x\n", "has no credentials"),
            ("half a key", "aws_access_key_id = AKIDBASE\n",
             "partial credentials found for profile p"),
            ("the other half", "aws_secret_access_key = x\n",
             "partial credentials found for profile p"),
            ("an unknown source", role + "credential_source = Moon\n",
             "credential_source"),
            ("a container that is none", role +
             "credential_source = EcsContainer\n", "container"),
            ("an unknown mode", "ec2_metadata_service_endpoint_mode = IPv5\n",
             "must be either IPv4 or IPv6"),
            ("aws login", "login_session = arn:aws:iam::1:user/x\n",
             "uses aws login, which is not supported")):
        env = {**net, **instance, "AWS_PROFILE": "p"}
        aws.seen.clear()
        for who, program in h.TOOLS:
            t = h.Tool(env)
            t.write(".aws/config", "[profile p]\n" + text)
            t.write("token", aws.web_token)
            status, out, err = t.decrypt(program, sealed)
            h.check("%s: %s refuses" % (name, who), status != 0 and not out and
                    not aws.seen and (who == "sops" or
                                      words in h.squeeze(err)), err)
    env = {**net, **instance, "AWS_WEB_IDENTITY_TOKEN_FILE": "token"}
    for who, program in h.TOOLS:
        t = h.Tool(env)
        t.write("token", aws.web_token)
        status, out, err = t.decrypt(program, sealed)
        h.check("a token without a role: %s refuses" % who, status != 0 and
                not aws.seen, err + str(aws.seen))


def key_profile():
    env = {**net}

    def mine(t):
        t.write(".aws/config", "[profile mine]\n" + STATIC)
    made = h.round_trips("profile of the key", env, "--kms", ARN,
                         "--aws-profile", "mine", setup=mine)
    t = h.Tool({**net, **KEYS})
    status, out, err = t.decrypt(h.SEALEAF, made)
    h.check("a profile of somebody else's", status == 0 and
            "profile mine" in h.squeeze(err), err)


def web(sealed):
    def files_(text):
        return {"token": text}
    env = {"AWS_ROLE_ARN": Aws.ROLE, "AWS_WEB_IDENTITY_TOKEN_FILE": "token",
           "AWS_REGION": REGION}
    kind = ["AssumeRoleWithWebIdentity"]
    by("web identity", sealed, kind, env, files_(aws.web_token))
    by("web identity of a profile", sealed, kind, {"AWS_PROFILE": "p"}, {
        "token": aws.web_token, ".aws/config": "[profile p]\nrole_arn=%s\n"
        "web_identity_token_file=token\n" % Aws.ROLE})
    h.refuses("a wrong web token", sealed, {**net, **env},
              "InvalidIdentityToken: no <token>",
              lambda t: t.write("token", "w.r.o.n.g"), ["w.r.o.n.g"])


def machine(sealed):
    by("container", sealed, ["container"], {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/container",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": aws.container_token})
    by("container with a token file", sealed, ["container"], {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/container",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "wrong",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "token"},
        {"token": aws.container_token})
    h.refuses("a container far away", sealed, {
        **net, "AWS_CONTAINER_CREDENTIALS_FULL_URI":
        "http://169.254.170.2.evil.example/container"}, "neither https nor")
    by("instance", sealed, ["instance"], {
        "AWS_EC2_METADATA_DISABLED": "false",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url})
    by("instance named by a profile", sealed, ["instance", "AssumeRole"], {
        "AWS_EC2_METADATA_DISABLED": "false", "AWS_PROFILE": "p",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url}, config(
            "[profile p]\nrole_arn=%s\n"
            "credential_source = Ec2InstanceMetadata\n" % Aws.ROLE))


def sso(sealed):
    start = "https://sign.on/start"
    profile = ("[profile p]\nsso_account_id = 123456789012\n"
               "sso_role_name = Dev & Op\n")
    session = profile + ("sso_session = corp\n[sso-session corp]\n"
                         "sso_region = us-west-2\nsso_start_url = %s\n" %
                         start)

    def cache(name, minutes, **more):
        path = ".aws/sso/cache/%s.json" % hashlib.sha1(
            name.encode()).hexdigest()
        return {path: json.dumps({
            "startUrl": start, "region": "us-west-2",
            "accessToken": aws.sso_token,
            "expiresAt": in_an_hour(minutes).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **more})}
    env = {"AWS_PROFILE": "p"}
    by("sign-on", sealed, ["sso"], env, {
        ".aws/config": session, **cache("corp", 60)})
    by("sign-on of old", sealed, ["sso"], env, {
        ".aws/config": profile + "sso_region = us-west-2\n"
        "sso_start_url = %s\n" % start, **cache(start, 60)})
    h.refuses("a sign-on that has ended", sealed, {**net, **env},
              "has expired", lambda t: [
                  t.write(k, v) for k, v in {
                      ".aws/config": session, **cache("corp", -1)}.items()])
    h.refuses("no sign-on", sealed, {**net, **env}, "no such file",
              lambda t: t.write(".aws/config", session))
    refresh = {"refreshToken": "refresh-me", "clientId": "client",
               "clientSecret": "client-secret",
               "registrationExpiresAt": in_an_hour(999).strftime(
                   "%Y-%m-%dT%H:%M:%SZ")}
    files_ = {".aws/config": session, **cache("corp", -1, **refresh)}
    for who, program in h.TOOLS:
        t = h.opens("sign-on renewed", who, program, sealed, {**net, **env},
                    lambda t: [t.write(k, v) for k, v in files_.items()])
        kept = json.loads(t.read(list(cache("corp", 0))[0]))
        h.check("%s keeps the renewed sign-on" % who, (
            kept["accessToken"], kept["refreshToken"], kept["clientId"],
            kept["startUrl"]) == (aws.sso_token, "refresh-me-again", "client",
                                  start), str(kept))


def refusals(sealed):
    env = {**net, **KEYS}
    h.refuses("a wrong secret", sealed, {**env, "AWS_SECRET_ACCESS_KEY":
                                         "n0t-th1s"},
              "operation error KMS: Decrypt, https response error "
              "StatusCode: 400, InvalidSignatureException: wrong",
              secrets=["n0t-th1s"])
    h.refuses("a wrong context", sealed.replace(
        "created_at", "context: {A: b}\n          created_at", 1), env,
        "InvalidCiphertextException")
    h.refuses("a region that is a host", sealed.replace(
        REGION, "us-east-1.evil.example"), env, "no valid ARN found in")
    h.refuses("broken base64", sealed.replace(" enc: ", " enc: =="), env,
              "error base64-decoding encrypted data key")
    for name, first in (
            ("throttling", [(400, "ThrottlingException", "slow", [])] * 2),
            ("trouble there", [(500, "KMSInternalException", "", [])] * 2),
            ("a token that ran out", [(400, "ExpiredTokenException", "",
                                       [])])):
        aws.refuse_next[:] = first
        h.opens("after " + name, "sealeaf", h.SEALEAF, sealed, env)
    aws.refuse_next[:] = [(400, "AccessDeniedException", "not you", [])]
    h.refuses("no permission", sealed, env, "AccessDeniedException: not you")
    aws.ahead = 3600
    h.opens("a clock that is wrong", "sealeaf", h.SEALEAF, sealed, env)
    aws.ahead = 0
    # An alias that points elsewhere by now.
    t = h.Tool(env)
    _, made, _ = t.encrypt(h.SEALEAF, "--kms", ALIAS)
    moved = made.replace("alias/secrets", "alias/moved")
    h.opens("an alias that moved", "sealeaf", h.SEALEAF, moved, env)


def moto():
    venv = os.path.join(h.CACHE, "moto")
    program = os.path.join(venv, "bin", "moto_server")
    if not os.access(program, os.X_OK):
        try:
            subprocess.run([sys.executable, "-m", "venv", venv], check=True,
                           capture_output=True)
            subprocess.run([venv + "/bin/pip", "install", "-q",
                            "moto[server]==5.2.5"], check=True,
                           capture_output=True, timeout=240)
        except (subprocess.SubprocessError, OSError):
            return h.skip("moto", "it cannot be installed here")
    out = open(os.path.join(h.FOLDER, "moto.log"), "w")
    p = subprocess.Popen([program, "-p", "0"], stderr=out, stdout=out)
    try:
        url, key = moto_start(venv, out.name)
        if url is None:
            return h.check("moto starts", False, open(out.name).read())
        env = {**KEYS, "AWS_ENDPOINT_URL": url}
        h.round_trips("moto", env, "--kms", key)
        h.round_trips("moto and a role", env, "--kms", key + "+" + Aws.ROLE)
    finally:
        p.terminate()
        p.wait()


def moto_start(venv, log):
    script = ("import boto3,sys\nprint(boto3.client('kms',region_name='us-"
              "east-1',endpoint_url=sys.argv[1],aws_access_key_id='a',"
              "aws_secret_access_key='b').create_key()['KeyMetadata']['Arn'])")
    for _ in range(100):
        time.sleep(0.2)
        text = open(log).read()
        at = text.find("Running on http://")
        if at >= 0:
            url = text[at + 11:].split()[0]
            made = subprocess.run([venv + "/bin/python", "-c", script, url],
                                  capture_output=True, text=True)
            return url, made.stdout.strip()
    return None, None


sealed = environment()
roles(sealed)
files(sealed)
forms(sealed)
broken(sealed)
key_profile()
web(sealed)
machine(sealed)
sso(sealed)
refusals(sealed)
moto()
h.finish("aws")
