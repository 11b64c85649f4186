#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Seeds for a fuzz target, made from the golden vectors: seeds.py TARGET FOLDER.

An input's first byte is the format, so the vectors cannot serve as they are.
Inputs that once broke something are kept in testdata/fuzz/TARGET.
"""
import glob
import hashlib
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ENVELOPE = re.compile(rb"ENC\[AES256_GCM,[^\]]*\]")
ARMOR = re.compile(rb"-----BEGIN AGE.*?-----END AGE ENCRYPTED FILE-----", re.S)
FORMATS = {"yaml": 0, "json": 1, "env": 2, "ini": 3}


def vectors(pattern, limit=40000):
    for path in glob.glob(os.path.join(ROOT, "testdata", "vectors", "*", "*", pattern)):
        with open(path, "rb") as f:
            text = f.read()
        if len(text) <= limit:
            yield FORMATS.get(path.rsplit(".", 1)[1], 4), text


def main():
    target, folder = sys.argv[1:3]
    os.makedirs(folder, exist_ok=True)
    patterns = {"fuzz_open": ["3.*.enc.*"], "fuzz_round": ["plain.*"], "fuzz_place": ["plain.*"],
                "fuzz_scan": ["plain.*", "3.13.3.enc.*"]}.get(target, [])
    seeds = [bytes([n]) + text for p in patterns for n, text in vectors(p)]
    if target == "fuzz_round":
        seeds += [bytes([s[0] % 5 + 130]) + s[1:] for s in seeds]
    if target == "fuzz_regex":
        seeds = [b"^(data|stringData)$\nstringData", b"(?i)pass.*|[a-z]{2,5}\\d\nPassw0rd", b"(?=x)\nx",
                 b"\\pL+$\n\xc3\xa9", b"(a|b|)*c\naaaaaaaaaaab", b"[[:alpha:]]\nx", b"x{1001}\nx", b"\\Qa.b\\E\na.b"]
    if target == "fuzz_path":
        seeds = [b'["a"]["b"][0]', b"['a'][-1]", b'["a"', b"[]", b'["a]b"][99999999999]']
    if target == "fuzz_put":
        yaml = b"a:\n    b:\n        - one\n        - two # n\n    'x]y': odd\n'': &e {k: 1, l: [2]}\nd: *e\n"
        documents = [(0, yaml), (0, b"{}\n"), (0, b"a: 1\n---\nb: 2\n"), (0, b"- 1\n"),
                     (1, b'{"a": {"b": ["one", 2, null]}, "": {"k": 1}}'), (1, b"{}"), (1, b"[1]"),
                     (2, b"a=1\n# n\nb=two"), (2, b""), (3, b"[a]\nb = 1\n; n\n[]\n"), (3, b""),
                     (4, b"\x00\xff"), (4, b"")]
        paths = [b"", b"[", b"[[[", b"[]", b'[""]', b'["a"]', b'["a"]["b"]', b'["a"]["b"][0]', b'["a"]["b"][-1]',
                 b'["a"]["b"][9]', b'["a"]["b"][5000000000]', b'["a"]["b"]["c"]', b'["a', b'["]', b'["d"]["k"]',
                 b"[0]", b'["data"]', b'["new"]["deep"][0]["er"]', b'["sops"]', b"['x]y']"]
        values = [b'"v"', b"1", b"null", b'{"k": ["x", {}]}', b"[]", b"x", b"true", b""]
        seeds = [bytes([f]) + path + b"\n" + values[(i + j) % len(values)] + b"\n" + text
                 for i, (f, text) in enumerate(documents) for j, path in enumerate(paths)]
    if target == "fuzz_spelling":
        seeds = [b'{"v":1,"s":[[0,"a","0x1"],[1,"a","two"],[0,"b",1,"c","0644"],[0,"d","*x"]]}',
                 b'{"v":1,"s":[[-1,"all of it"],[0,true,"# n"],[0,"b",0,["/w=="]]]}', b'{"s":[[0,[1]]]}']
    if target == "fuzz_config":
        seeds = [s for _, s in vectors(".sops.yaml")] + [
            b"creation_rules:\n- path_regex: secret\n  age: age1x,age1y\n  kms: [a, b]\n- pgp: [1]\n",
            b"x: &x {age: [a]}\ncreation_rules:\n- key_groups:\n  - {<<: *x, merge: [*x, {pgp: [AB]}]}\n"
            b"  shamir_threshold: 2\nstores: {yaml: {indent: 2}}\n",
            b"creation_rules:\n- hckms: ['r:u']\n  azure_keyvault: https://v.net/keys/k\n"
            b"  hc_vault_transit_uri: http://v:8200/v1/t/keys/k\n  gcp_kms: projects/p\n"]
    if target == "fuzz_grpc":
        request = bytes.fromhex("0a290a270a1d61726e3a6177733a6b6d733a75732d656173742d313a313a6b65792f6b1a060a016112016212020102")
        seeds = [b"\0" + request, b"\0" + bytes.fromhex("0a0932070a05616765317812026869"), b"\1\0\0\0\0\5\x0a\3abc",
                 b"\2a%20b%0A%C3%A9%zz%1b", b"\3tcp://u@[::1]:5000/x?y#z", b"\3unix:///run/keys.sock"]
    if target == "fuzz_envelope":
        seeds = sorted({m for _, t in vectors("3.13.3.enc.yaml") for m in ENVELOPE.findall(t)})[::20]
    if target == "fuzz_age":
        seeds = [b"\n".join(l.strip() for l in m.split(b"\n"))
                 for _, t in vectors("3.13.3.enc.yaml") for m in ARMOR.findall(t)][::5]
        for path in glob.glob(os.path.join(ROOT, "testdata", "vectors", "keys", "age-*.txt")):
            with open(path, "rb") as f:
                seeds.append(f.read())
    for seed in seeds or [b"", bytes(range(64))]:
        with open(os.path.join(folder, hashlib.sha1(seed).hexdigest()), "wb") as f:
            f.write(seed)


if __name__ == "__main__":
    main()
