# SPDX-License-Identifier: Apache-2.0
"""Is our decrypted text what the reference prints? Byte for byte, but for the
four exceptions that docs/compatibility.md lists:

 (a) a comment behind a value or a '-', or in an empty mapping, stays there;
     the reference moves it above, or loses it;
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

BEHIND = re.compile(r"[^\s#-][^\n#]*[ \t]#ENC\[|- #ENC\[|- - ENC\[[^\]\n]*,type:comment\]|\{\n *#ENC\[")
NUMBER = re.compile(r"(?<![\w.+-])[-+]?[0-9][0-9_.eE+-]*")


def numbers(line):
    """The line with every number in one spelling."""
    def one(m):
        try:
            return repr(float(m.group(0)))
        except ValueError:
            return m.group(0)
    return NUMBER.sub(one, line)


def folded(lines):
    """The lines with those put together that a comment had kept apart: a '-'
    and the list or mapping in it, the braces of an empty mapping."""
    out = []
    for line in lines:
        last = out[-1] if out else ""
        if last.endswith("-") and len(last) + 1 == len(line) - len(line.lstrip(" ")):
            out[-1] += " " + line.lstrip(" ")
        elif (last.endswith("{") and line.strip() == "}") or (last.endswith("[") and line.strip() == "]"):
            out[-1] += line.strip()
        else:
            out.append(line)
    return out


def unequal(what, ours, theirs):
    for a, b in zip(ours, theirs):
        if a != b:
            return f"differs by more than {what}: {a!r} != {b!r}"
    if len(ours) != len(theirs):
        return f"differs by more than {what}: {len(ours)} lines != {len(theirs)}"
    return None


def _yaml(enc, ours, theirs, source):
    if "\n" in theirs and yamltext.values(theirs) is None:
        return None if yamltext.values(ours) is not None else "(d) does not parse"
    moved = "#ENC[" in theirs or BEHIND.search(enc)
    floats = ",type:float]" in enc
    if floats and not moved:
        return unequal("floats", *([numbers(l) for l in t.split("\n")] for t in (ours, theirs)))
    if not moved:
        return "differs"
    a, b = yamltext.without_comments(ours), yamltext.without_comments(theirs)
    if a is None or b is None:
        return "does not parse"
    fold = numbers if floats else str
    reason = unequal("comments", *([fold(l) for l in folded(x[0])] for x in (a, b)))
    if reason:
        return reason
    mine, other = (collections.Counter(c.strip() for c in x[1]) for x in (a, b))
    shut = sum(n for c, n in other.items() if c.startswith("#ENC["))
    for c in [c for c in other if c.startswith("#ENC[")]:
        del other[c]
    if other - mine:
        return f"comments are missing: {list(other - mine)[:2]}"
    # Some the reference loses for good: they are the source's, then.
    known = {c.strip() for _, c in yamltext.comments(source) or []}
    if sum(n for c, n in (mine - other).items() if c not in known) > shut:
        return f"comments of nowhere: {list(mine - other)[:2]}"
    return None


def _json(ours, theirs):
    try:
        same, other = (json.loads(t, object_pairs_hook=list, parse_int=float) for t in (ours, theirs))
        same = same == other
    except ValueError:
        return "does not parse"
    bare = [[numbers(l) for l in t.split("\n")] for t in (ours, theirs)]
    return unequal("floats", *bare) if same else "other values"


def misread(ours, theirs, source):
    """Exception (d) again: what the reference prints is read as something else
    than the source, and ours as the source."""
    try:
        read = [yamltext.values(b.decode()) for b in (ours, theirs, source)]
    except UnicodeDecodeError:
        return False
    return read[0] is not None and shape(read[0]) == shape(read[2]) and shape(read[1]) != shape(read[2])


def shape(tree):
    """A tree without what printing may change: the merge of `<<` is kept,
    times count by type; a whole float is printed as an integer."""
    if isinstance(tree, tuple):
        kind, value = tree
        if kind in ("int", "float"):
            return "number", str(float(value) + 0.0)
        return (kind, None) if kind == "time" else (kind, shape(value))
    return [shape(t) for t in tree] if isinstance(tree, list) else tree


def explain(kind, enc, ours, theirs, source):
    """None where ours is right, else what is wrong. All four are bytes."""
    if ours == theirs:
        return None
    if kind == "yaml" and misread(ours, theirs, source):
        return None
    reason = "differs"
    try:
        texts = [b.decode() for b in (enc, ours, theirs)]
    except UnicodeDecodeError:
        texts = None
    if texts and kind == "yaml":
        reason = _yaml(*texts, source.decode())
    elif texts and kind == "json" and b",type:float]" in enc:
        reason = _json(*texts[1:])
    if reason and ":" not in reason:
        reason += "; " + difference(ours, theirs)
    return reason
