#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Print every leaf of an encrypted SOPS file as one JSON line: type, aad, value, plaintext as encrypted.

    leaves.py FILE [--identity AGE_KEY_FILE] [--data-key HEX]

An independent reader for tests: it shares no code with sealeaf or SOPS. It finds the envelopes in the text, takes as
candidates every path of the document, and reports the path (AAD) under which each envelope opens. Where none does it
reports null and exits 1. It then checks the MAC in document order, with comments left out, and says so on standard error.
Needs the Python packages cryptography and PyYAML. Knows age X25519 recipients and, through the gpg command, PGP ones.
"""
import argparse, base64, hashlib, hmac, itertools, json, os, re, subprocess, sys
import yaml
from decimal import Decimal
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ENVELOPE = re.compile(r"ENC\[AES256_GCM,data:([^,]*),iv:([^,]*),tag:([^,]*),type:([a-z]+)\]")


def bech32_decode(text):
    charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    data = [charset.index(c) for c in text.lower().rsplit("1", 1)[1]][:-6]
    bits = value = 0
    out = bytearray()
    for d in data:
        value = value << 5 | d
        bits += 5
        if bits >= 8:
            bits -= 8
            out.append(value >> bits & 255)
    return bytes(out)


def unb64(text):
    return base64.b64decode(text + "=" * (-len(text) % 4))


def hkdf(ikm, salt, info):
    return HKDF(hashes.SHA256(), 32, salt, info).derive(ikm)


def age_unwrap(armor, identities):
    body = base64.b64decode("".join(l for l in armor.splitlines() if not l.startswith("-----")))
    head, rest = body.split(b"\n---", 1)
    rest = rest.split(b"\n", 1)[1]
    lines = head.decode().split("\n")
    stanzas, i = [], 1
    while i < len(lines):
        args, text = lines[i].split(" ")[1:], ""
        i += 1
        while i < len(lines) and not lines[i].startswith("->"):
            text += lines[i]
            i += 1
        stanzas.append((args, unb64(text)))
    from cryptography.hazmat.primitives import serialization as ser
    for secret, (args, text) in itertools.product(identities, stanzas):
        if args[0] != "X25519":
            continue
        key, share = X25519PrivateKey.from_private_bytes(secret), unb64(args[1])
        public = key.public_key().public_bytes(ser.Encoding.Raw, ser.PublicFormat.Raw)
        wrap = hkdf(key.exchange(X25519PublicKey.from_public_bytes(share)), share + public, b"age-encryption.org/v1/X25519")
        try:
            file_key = ChaCha20Poly1305(wrap).decrypt(bytes(12), text, None)
        except InvalidTag:
            continue
        stream = hkdf(file_key, rest[:16], b"payload")
        return ChaCha20Poly1305(stream).decrypt(bytes(11) + b"\x01", rest[16:], None)
    return None


def gcm_open(key, iv, tag, data, aad):
    d = Cipher(algorithms.AES(key), modes.GCM(iv, tag)).decryptor()
    d.authenticate_additional_data(aad)
    return d.update(data) + d.finalize()


def open_envelope(key, match, aad):
    data, iv, tag = (base64.b64decode(g) for g in match.groups()[:3])
    return gcm_open(key, iv, tag, data, aad.encode())


def metadata(text, kind):
    if kind in ("yaml", "json", "binary"):
        docs = list(yaml.load_all(text, Loader=Loose)) if kind == "yaml" else [json.loads(text)]
        return docs[0]["sops"]
    flat = {}
    prefix = "sops_" if kind == "env" else ""
    lines = text.splitlines()
    if kind == "ini":
        lines = lines[max(i for i, l in enumerate(lines) if l.strip() == "[sops]") + 1:]
    for line in lines:
        k, sep, v = line.partition("=")
        k = k.strip()
        if sep and k.startswith(prefix):
            v = v.strip()
            if len(v) > 1 and v[0] == v[-1] == "`":
                v = v[1:-1]
            flat[k[len(prefix):]] = v.replace("\\n", "\n")
    tree = {}
    for k, v in flat.items():
        node, parts = tree, re.split(r"__(?=map_|list_)", k)
        for p in parts[:-1]:
            node = node.setdefault(p, {})
        node[parts[-1]] = v

    def fold(n):
        if not isinstance(n, dict):
            return n
        if n and all(k.startswith("list_") for k in n):
            return [fold(n[k]) for k in sorted(n, key=lambda s: int(s[5:]))]
        return {k[4:] if k.startswith("map_") else k: fold(v) for k, v in n.items()}
    return fold(tree)


class Loose(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Strings only, every tag taken as it comes, merge keys as plain keys."""


Loose.yaml_implicit_resolvers = {}
Loose.add_multi_constructor("", lambda l, tag, n: l.construct_scalar(n) if isinstance(n, yaml.ScalarNode)
                            else l.construct_sequence(n, True) if isinstance(n, yaml.SequenceNode) else l.construct_mapping(n, True))


class Pairs:
    """A JSON object with its members in order, repeated names included."""

    def __init__(self, items):
        self.items = items


def paths(text, kind):
    """Every AAD the document has, and the root's."""
    out = {":": None, "data:": None}

    def walk(node, path):
        out[path or ":"] = None
        if isinstance(node, yaml.MappingNode):
            for k, v in node.value:
                walk(v, path + k.value + ":")
        elif isinstance(node, yaml.SequenceNode):
            for v in node.value:
                walk(v, path)
    def walk_json(node, path):
        out[path or ":"] = None
        if isinstance(node, Pairs):
            for k, v in node.items:
                walk_json(v, path + k + ":")
        elif isinstance(node, list):
            for v in node:
                walk_json(v, path)
    if kind == "yaml":
        for node in yaml.compose_all(text, Loader=Loose):
            walk(node, "")
    elif kind in ("json", "binary"):
        walk_json(json.loads(text, object_pairs_hook=Pairs), "")
    elif kind == "env":
        for line in text.splitlines():
            out[line.partition("=")[0] + ":"] = None
    else:
        section = "DEFAULT"
        out["DEFAULT:"] = None
        for line in text.splitlines():
            if line.startswith("["):
                section = line.strip()[1:-1]
                out[section + ":"] = None
            else:
                out[section + ":" + re.split("[=:]", line, 1)[0].strip().strip('`"') + ":"] = None
    return list(out)


def canonical(kind, plain):
    if kind not in ("bool", "float"):
        return plain
    text = plain.decode()
    if kind == "bool":
        return b"True" if text in ("1", "t", "T", "TRUE", "true", "True") else b"False"
    f = float(text)
    if f != f:
        return b"NaN"
    if f in (float("inf"), float("-inf")):
        return b"+Inf" if f > 0 else b"-Inf"
    t = format(Decimal(repr(f)), "f")
    return (t[:-2] if t.endswith(".0") else t).encode()


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("file")
    ap.add_argument("--identity", default=os.environ.get("SOPS_AGE_KEY_FILE"))
    ap.add_argument("--data-key")
    ap.add_argument("--type")
    o = ap.parse_args()
    text = open(o.file, encoding="utf-8", newline="").read()
    kind = o.type or {"yaml": "yaml", "yml": "yaml", "json": "json", "env": "env", "ini": "ini"}.get(o.file.rsplit(".", 1)[-1], "binary")
    meta = metadata(text, kind)
    if o.data_key:
        key = bytes.fromhex(o.data_key)
    else:
        ids = [bech32_decode(l.strip()) for l in open(o.identity) if l.startswith("AGE-SECRET-KEY-1")] if o.identity else []
        wrapped = [e["enc"] for e in meta.get("age") or []]
        key = next((k for k in (age_unwrap(w, ids) for w in wrapped) if k), None)
        for e in meta.get("pgp") or [] if key is None else []:
            r = subprocess.run(["gpg", "--batch", "-q", "-d"], input=e["enc"].encode(), capture_output=True)
            key = r.stdout or None
        if key is None:
            sys.exit("leaves.py: no key opens the data key")
    found = list(ENVELOPE.finditer(text))
    mac_at = max(i for i, m in enumerate(found) if m.group(0) == meta["mac"])
    candidates, last, bad = paths(text, kind), 0, 0
    digest = hashlib.sha512()
    only = str(meta.get("mac_only_encrypted", "")).lower() == "true"
    if only:
        digest.update(hashlib.sha256(b"sops").digest())
    for m in found:
        # The field of sealeaf's own is metadata too, no leaf of the document.
        # In YAML each document's block has a list of its own.
        before = m.string[max(0, m.start() - 40):m.start()].rstrip(' "')
        if (m.group(0) in (meta["mac"], meta.get("sealeaf_spelling"))
                or before.endswith("sealeaf_spelling:")):
            continue
        hit = None
        for i in sorted(range(len(candidates)), key=lambda i: abs(i - last)):
            try:
                hit = i, open_envelope(key, m, candidates[i])
                break
            except InvalidTag:
                continue
        if hit is None:
            bad += 1
            print(json.dumps({"type": m.group(4), "aad": None, "plain": None}))
            continue
        last, plain = hit
        shown = {"type": m.group(4), "aad": candidates[last]}
        try:
            shown["plain"] = plain.decode()
        except UnicodeDecodeError:
            shown["plain_b64"] = base64.b64encode(plain).decode()
        print(json.dumps(shown, ensure_ascii=False))
        if m.group(4) != "comment":
            digest.update(canonical(m.group(4), plain))
    stored = open_envelope(key, ENVELOPE.match(meta["mac"]), str(meta["lastmodified"])).decode()
    same = hmac.compare_digest(stored, digest.hexdigest().upper())
    print("MAC over the encrypted values: " + ("equal" if same else "different (clear values count too, or not verified here)"), file=sys.stderr)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
