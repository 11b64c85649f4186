#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No byte of a file controls the terminal: controls.py SEALEAF [PAYLOAD...]

Every command runs at a terminal of its own and, for its diagnostics, before a
pipe, with hostile text wherever text can come from: keys, values, comments,
recipients, file names, metadata, .sops.yaml, the environment, arguments, gpg.
What arrives holds no control character but the ends of lines, tabs, and the
colours that are ours; the hostile text starts no line of its own.
"""
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KEYS = os.path.join(ROOT, "testdata", "vectors", "keys")
R1 = "age1s758stteykslpxkf3yftz0zwv7udndt2g70h4xks9jyvg7hj2guq7uszwx"
MARK = "OVERWRITTEN"
PAYLOADS = {
    "escape": "\x1b[1A\x1b[2K" + MARK,
    "title": "\x1b]0;" + MARK + "\x07",
    "back": "\x08\x08\r" + MARK,
    "delete": "\x7f" + MARK,
    "c1": "\u009b1A\u009d" + MARK,
    "bidi": "\u202e\u2066\u200f\u061c" + MARK,
    "separators": "\u2028\u2029\u0085" + MARK,
    "line": "x\n" + MARK,
}
PAYLOADS["mixed"] = "".join(p.replace(MARK, "") for name, p in PAYLOADS.items() if name not in ("line", "back")) + MARK
# What sealeaf itself prints: bold, colours, underline.
OURS = re.compile(r"\x1b\[(?:\d{1,2})?m")
BAD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\udc80-\udcff]")
SECONDS = 20


def at_terminal(argv, folder, env, typed=b"n\n"):
    """What the terminal shows."""
    pid, fd = pty.fork()
    if pid == 0:
        try:
            os.chdir(folder)
            os.execve(argv[0], argv, env)
        finally:
            os._exit(127)
    seen, end, status = b"", time.monotonic() + SECONDS, None
    os.write(fd, typed)
    while time.monotonic() < end:
        if select.select([fd], [], [], 0.05)[0]:
            try:
                data = os.read(fd, 65536)
            except OSError:
                break
            if not data:
                break
            seen += data
    else:
        os.kill(pid, signal.SIGKILL)
        seen += b"\x00(killed)"
    os.waitpid(pid, 0)
    os.close(fd)
    return seen


def before_pipe(argv, folder, env):
    done = subprocess.run(argv, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)
    return done.stdout, done.stderr


def judge(seen, ours=True, lines=False):
    """What is wrong with it, or None; `ours`: with our own colours, `lines`: data may have them."""
    text = seen.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    text = OURS.sub("", text) if ours else text
    hit = BAD.search(text)
    if hit:
        return "control %r in %r" % (hit.group(), text[max(0, hit.start() - 40):hit.start() + 60])
    if not lines and re.search("^" + MARK, text, re.M):
        return "a line of its own: %r" % text[-300:]
    return None


def quoted(text):
    return json.dumps(text)


class Trials:
    def __init__(self, program):
        self.program = os.path.abspath(program)
        self.base = tempfile.mkdtemp(prefix="sealeaf-controls.")
        self.passed = self.failed = self.skipped = self.shown = 0
        home = os.path.join(self.base, "home")
        os.mkdir(home)
        self.env = {"PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm", "TZ": "UTC", "LC_ALL": "C.UTF-8",
                    "EDITOR": "true", "SOPS_AGE_KEY_FILE": os.path.join(KEYS, "age-1.txt")}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.count = 0

    def folder(self, files):
        self.count += 1
        path = os.path.join(self.base, str(self.count))
        os.mkdir(path)
        for name, text in files.items():
            with open(os.path.join(path, name), "wb") as f:
                f.write(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))
        return path

    def sealed(self, text, name="f.yaml", *flags):
        folder = self.folder({name: text})
        argv = [self.program, "encrypt", "--age", R1, *flags, name]
        done = subprocess.run(argv, cwd=folder, env=self.env, capture_output=True)
        if done.returncode != 0:
            raise SystemExit("%r: %s" % (argv, done.stderr))
        return done.stdout

    def trial(self, name, args, files, env=(), data=False):
        """At a terminal; then before a pipe, where `data` may be raw."""
        whole = dict(self.env, **dict(env))
        argv = [self.program, *args]
        seen = at_terminal(argv, self.folder(files), whole)
        out, err = before_pipe(argv, self.folder(files), whole)
        self.shown += MARK.encode() in seen + out + err
        reasons = [judge(seen, lines=data)]
        reasons.append(judge(err, False))
        if not data:
            reasons.append(judge(out, False))
        if "--json" in args and out:
            try:
                json.loads(out)
            except ValueError as problem:
                reasons.append("no JSON: %s" % problem)
        for reason in reasons:
            if reason is None:
                self.passed += 1
                continue
            self.failed += 1
            print("FAILED %s: %s" % (name, reason))


def metadata(t, field, payload):
    """An encrypted file with hostile text in one field of its metadata."""
    meta = {"age": [{"recipient": R1, "enc": "-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n"}],
            "lastmodified": "2024-01-01T00:00:00Z", "mac": "ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]",
            "version": "3.13.3"}
    if field in ("recipient", "enc"):
        meta["age"][0][field] = payload
    elif field == "pgp":
        meta["pgp"] = [{"fp": payload, "created_at": "2024-01-01T00:00:00Z", "enc": payload}]
    elif field == "kms":
        meta["kms"] = [{"arn": "arn:aws:kms:x:1:key/" + payload, "created_at": payload, "enc": "AA==", "aws_profile": payload}]
    elif field == "vault":
        meta["hc_vault"] = [{"vault_address": "http://127.0.0.1:1/" + payload, "engine_path": payload, "key_name": payload,
                             "created_at": "x", "enc": payload}]
    elif field == "azure":
        meta["azure_kv"] = [{"vault_url": "https://" + payload, "name": payload, "version": payload, "created_at": "x", "enc": "AA"}]
    elif field == "gcp":
        meta["gcp_kms"] = [{"resource_id": "projects/" + payload, "created_at": "x", "enc": "AA=="}]
    else:
        meta[field] = payload
    return json.dumps({"a": "ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]", "sops": meta})


FIELDS = ("recipient", "enc", "pgp", "kms", "vault", "azure", "gcp", "mac", "version", "lastmodified", "encrypted_regex",
          "unencrypted_suffix", "sealeaf_spelling")


def files_trials(t, kind, p):
    yes = {"AWS_EC2_METADATA_DISABLED": "true", "VAULT_TOKEN": "t", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
    for field in FIELDS:
        text = metadata(t, field, p)
        commands = (["recipients", "f.json"], ["lint", "f.json"]) if field != "recipient" else (
            ["decrypt", "f.json"], ["recipients", "f.json"], ["recipients", "--json", "f.json"], ["lint", "f.json"],
            ["lint", "--json", "f.json"], ["explain", "f.json"], ["rotate", "f.json"], ["set", "f.json", '["b"]', "1"],
            ["unset", "f.json", '["a"]'], ["edit", "f.json"], ["filestatus", "f.json"], ["groups", "delete", "-f", "f.json", "0"],
            ["exec-env", "f.json", "true"], ["exec-file", "f.json", "true"], ["publish", "f.json"])
        for args in commands:
            t.trial("%s %s %s" % (kind, field, args[0]), args, {"f.json": text}, yes)
        if field not in ("kms", "azure", "gcp", "vault", "recipient"):
            t.trial("%s %s decrypt" % (kind, field), ["decrypt", "f.json"], {"f.json": text}, yes)
    rules = "creation_rules:\n- age: %s\n" % R1
    t.trial(kind + " updatekeys", ["updatekeys", "f.json"], {"f.json": metadata(t, "recipient", p), ".sops.yaml": rules}, yes)
    t.trial(kind + " updatekeys pgp", ["updatekeys", "f.json"], {"f.json": metadata(t, "pgp", p), ".sops.yaml": rules}, yes)


def plain_trials(t, kind, p):
    key = quoted("k" + p)
    for args in (["explain", "f.yaml"], ["encrypt", "--age", R1, "f.yaml"], ["lint", "f.yaml"]):
        for text in ("%s: 1\n" % key, "%s: !bad x\n" % key, "%s: 1\n%s: 2\n" % (key, key), "a: *%s\n" % p, "a: [%s\n" % p,
                     "%s: ENC[AES256_GCM,data:x]\n" % key, "? {a: %s}\n: 1\n" % key):
            t.trial("%s plain %s" % (kind, args[0]), args, {"f.yaml": text}, data=args[0] == "encrypt")
    for name, text in (("f.json", '{"a": %s}' % p), ("f.ini", "[a]\n%s\n" % p), ("f.env", "%s\n" % p)):
        t.trial(kind + " broken " + name, ["encrypt", "--age", R1, name], {name: text}, data=True)


def sealed_trials(t, kind, p):
    key = quoted("k" + p)
    text = t.sealed("%s: {%s: [1, two]}\n" % (key, key))
    for args in (["decrypt", "f.yaml"], ["decrypt", "--extract", '["k"][0]', "f.yaml"], ["explain", "f.yaml"], ["lint", "f.yaml"],
                 ["set", "f.yaml", '["a"]["b"]', "{"], ["unset", "f.yaml", '["no"]'], ["exec-env", "f.yaml", "true"],
                 ["rotate", "f.yaml"]):
        t.trial("%s sealed %s" % (kind, args[0]), args, {"f.yaml": text}, data=True)
    if b"ENC[" in text:
        broken = re.sub(rb"data:[^,]*", b"data:AAAA", text, count=1)
        for args in (["decrypt", "f.yaml"], ["edit", "f.yaml"], ["rotate", "f.yaml"], ["exec-env", "f.yaml", "true"]):
            t.trial("%s damaged %s" % (kind, args[0]), args, {"f.yaml": broken})
    t.trial(kind + " not a string to env", ["exec-env", "f.yaml", "true"], {"f.yaml": t.sealed("%s: {a: 1}\n" % key)})
    # Values and comments, as a terminal gets them and as a pipe does.
    value = t.sealed("a: %s\n" % quoted(p))
    t.trial(kind + " one value", ["decrypt", "--extract", '["a"]', "f.yaml"], {"f.yaml": value}, data=True)
    binary = t.sealed(p, "f.bin")
    if "\n" not in p:
        t.trial(kind + " binary", ["decrypt", "f.bin"], {"f.bin": binary}, data=True)
        env = t.sealed("A=%s\n# %s\n" % (p, p), "f.env") if "\r" not in p else t.sealed("A=1\n", "f.env")
        t.trial(kind + " dotenv", ["decrypt", "f.env"], {"f.env": env}, data=True)


def config_trials(t, kind, p):
    q = quoted(p)
    for text in ("creation_rules:\n- age: %s\n" % q, "creation_rules:\n- path_regex: %s\n  age: %s\n" % (q, R1),
                 "creation_rules:\n- path_regex: %s\n  age: %s\n" % (quoted("(" + p), R1), "creation_rules:\n- pgp: %s\n" % q,
                 "creation_rules:\n- kms: %s\n" % q, "creation_rules:\n- hc_vault_transit_uri: %s\n" % q,
                 "creation_rules:\n- azure_keyvault: %s\n" % q, "creation_rules:\n- gcp_kms: %s\n" % q,
                 "creation_rules:\n- age: %s\n  encrypted_regex: %s\n" % (R1, quoted("(" + p)), "%s: 1\n" % q, "a: *%s\n" % p,
                 "creation_rules:\n- %s: 1\n  age: %s\n" % (q, R1), "creation_rules:\n- age: %s\n  shamir_threshold: %s\n" % (R1, q)):
        for args in (["encrypt", "f.yaml"], ["explain", "f.yaml"], ["lint", "f.yaml"], ["lint", ".sops.yaml"], ["doctor"]):
            t.trial("%s config %s" % (kind, args[0]), args, {"f.yaml": "a: 1\n", ".sops.yaml": text}, data=args[0] == "encrypt")


def name_trials(t, kind, p):
    sealed = t.sealed("a: 1\n")
    name = "f" + p.replace("/", "_") + ".yaml"
    rules = "creation_rules:\n- age: %s\n" % R1
    for args in (["decrypt", name], ["recipients", name, name], ["recipients", "--json", name], ["explain", name], ["lint", name],
                 ["lint", "--json", name], ["updatekeys", name], ["edit", name], ["set", name, "x", "1"], ["filestatus", name],
                 ["encrypt", name], ["rotate", "-i", name], ["encrypt", "--all", name], ["doctor", name]):
        t.trial("%s name %s" % (kind, args[0]), args, {name: sealed, ".sops.yaml": rules})
        if args[0] not in ("doctor",):
            t.trial("%s no such name %s" % (kind, args[0]), args, {"g.yaml": sealed, ".sops.yaml": rules})
    for args in ([p], ["--" + p], ["decrypt", "--" + p, "f"], ["decrypt", "--extract", "[" + p + "]", "f.yaml"], ["help", p],
                 ["encrypt", "--age", p, "f.yaml"], ["encrypt", "--pgp", p, "f.yaml"], ["encrypt", "--kms", p, "f.yaml"],
                 ["encrypt", "--hc-vault-transit", p, "f.yaml"], ["encrypt", "--input-type", p, "f.yaml"], ["set", "f.yaml", p, "1"],
                 ["set", "f.yaml", '["a"]', p], ["decrypt", "--extract", '["%s"]' % p, "f.yaml"], ["exec-env", "--user", p, "f.yaml", "true"],
                 ["unset", "f.yaml", '["%s"]' % p], ["keyservice", "--network", p], ["keyservice", "--address", "/nowhere/" + p]):
        t.trial("%s argument %s" % (kind, args[0][:2] + " ".join(args[:2])[:20]), args, {"f.yaml": sealed})


def world_trials(t, kind, p, tools):
    sealed = t.sealed("a: 1\n")
    pgp = metadata(t, "pgp", "950B9B83713A24C115DA1965D40356287D886C47")
    for name in ("SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", "SOPS_AGE_KEY_CMD", "SOPS_AGE_SSH_PRIVATE_KEY_FILE", "SOPS_CONFIG", "EDITOR",
                 "SOPS_GPG_EXEC", "SOPS_DECRYPTION_ORDER", "HOME", "XDG_CONFIG_HOME", "PWD", "TMPDIR", "AWS_PROFILE", "VAULT_ADDR",
                 "SOPS_KEYSERVICE", "SOPS_EDITOR"):
        env = {"SOPS_AGE_KEY_FILE": "", name: "/" + p if name in ("HOME", "PWD", "TMPDIR", "XDG_CONFIG_HOME") else p}
        for args in (["decrypt", "f.yaml"], ["doctor"], ["edit", "f.yaml"]):
            t.trial("%s $%s %s" % (kind, name, args[0]), args, {"f.yaml": sealed}, env)
    said = os.path.join(t.base, "said")
    with open(said, "w", encoding="utf-8", newline="") as f:
        f.write(p + "\n" + p)
    for args in (["decrypt", "f.json"], ["encrypt", "--pgp", "950B9B83713A24C115DA1965D40356287D886C47", "f.yaml"], ["doctor"]):
        t.trial("%s gpg %s" % (kind, args[0]), args, {"f.json": pgp, "f.yaml": "a: 1\n"},
                {"SOPS_GPG_EXEC": tools, "SAID": said})


def main():
    t = Trials(sys.argv[1])
    try:
        gpg = os.path.join(t.base, "gpg")
        with open(gpg, "w", encoding="ascii") as f:
            f.write('#!/bin/sh\ncat "$SAID" >&2\ncat "$SAID"\nexit 2\n')
        os.chmod(gpg, 0o755)
        for kind, p in PAYLOADS.items():
            if len(sys.argv) > 2 and kind not in sys.argv[2:]:
                continue
            files_trials(t, kind, p)
            plain_trials(t, kind, p)
            sealed_trials(t, kind, p)
            config_trials(t, kind, p)
            name_trials(t, kind, p)
            world_trials(t, kind, p, gpg)
    finally:
        shutil.rmtree(t.base, ignore_errors=True)
    print("the hostile text was shown by %d commands" % t.shown)
    print("controls: %d passed, %d failed, %d skipped" % (t.passed, t.failed, t.skipped))
    sys.exit(t.failed != 0 or t.passed < 168)


if __name__ == "__main__":
    main()
