# SPDX-License-Identifier: Apache-2.0
"""Is our decrypted text what the reference prints? Byte for byte, but for the
four exceptions that docs/compatibility.md lists:

 (a) a comment behind a value stays there, the reference moves it above;
 (b) a float is printed as stored, the reference prints it anew;
 (c) a comment that the reference cannot open any more is opened;
 (d) text that the reference prints so that no parser reads it is spelled so
     that one does.
"""
import collections
import json
import re

import yamltext
from harness import difference

BEHIND = re.compile(r"[^\s#-][^\n#]*[ \t]#ENC\[")
NUMBER = re.compile(r"(?<![\w.+-])[-+]?[0-9][0-9_.eE+-]*")


def numbers(line):
    """The line with every number in one spelling."""
    def one(m):
        try:
            return repr(float(m.group(0)))
        except ValueError:
            return m.group(0)
    return NUMBER.sub(one, line)


def _yaml(enc, ours, theirs):
    if "\n" in theirs and yamltext.values(theirs) is None:
        return None if yamltext.values(ours) is not None else "(d) does not parse"
    moved = "#ENC[" in theirs or BEHIND.search(enc)
    floats = ",type:float]" in enc
    if floats and not moved:
        a, b = ours.split("\n"), theirs.split("\n")
        same = len(a) == len(b) and all(x == y or numbers(x) == numbers(y) for x, y in zip(a, b))
        return None if same else "differs by more than floats"
    if not moved:
        return "differs"
    a, b = yamltext.without_comments(ours), yamltext.without_comments(theirs)
    if a is None or b is None:
        return "does not parse"
    fold = numbers if floats else str
    if [fold(l) for l in a[0]] != [fold(l) for l in b[0]]:
        return "differs by more than comments"
    mine, other = (collections.Counter(c.strip() for c in x[1]) for x in (a, b))
    shut = sum(n for c, n in other.items() if c.startswith("#ENC["))
    for c in [c for c in other if c.startswith("#ENC[")]:
        del other[c]
    if other - mine:
        return f"comments are missing: {list(other - mine)[:2]}"
    if sum((mine - other).values()) > shut:
        return f"comments of nowhere: {list(mine - other)[:2]}"
    return None


def _json(ours, theirs):
    try:
        same = json.loads(ours, object_pairs_hook=list) == json.loads(theirs, object_pairs_hook=list)
    except ValueError:
        return "does not parse"
    bare = [[numbers(l) for l in t.split("\n")] for t in (ours, theirs)]
    return None if same and bare[0] == bare[1] else "differs by more than floats"


def explain(kind, enc, ours, theirs):
    """None where ours is right, else what is wrong. All three are bytes."""
    if ours == theirs:
        return None
    reason = "differs"
    try:
        texts = [b.decode() for b in (enc, ours, theirs)]
    except UnicodeDecodeError:
        texts = None
    if texts and kind == "yaml":
        reason = _yaml(*texts)
    elif texts and kind == "json" and b",type:float]" in enc:
        reason = _json(*texts[1:])
    return reason and f"{reason}; {difference(ours, theirs)}"
