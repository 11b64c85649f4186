# SPDX-License-Identifier: Apache-2.0
"""What is in a YAML text, read with PyYAML (libyaml): its comments, and its
values with the types that SOPS gives them. Shares no code with sealeaf."""
import bisect
import re

import yaml

COMMENT = re.compile("#[^\r\n\x85\u2028\u2029]*")
HEADER = re.compile("[|>][-+0-9]*[ \t]+(#[^\r\n]*)")
BASE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Plain(BASE):
    """No implicit types: they are decided here, by the rules of SOPS."""


Plain.yaml_implicit_resolvers = {}


def comments(text):
    """The comments as (offset, text) in order; None where nothing parses."""
    spans, found = [], []
    try:
        for token in yaml.scan(text, Loader=BASE):
            start, end = token.start_mark.index, token.end_mark.index
            if end <= start:
                continue
            spans.append((start, end))
            if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
                m = HEADER.match(text, start)
                if m:
                    found.append((m.start(1), m.group(1)))
    except yaml.YAMLError:
        return None
    spans.sort()
    starts = [s for s, _ in spans]
    at = 0
    while True:
        at = text.find("#", at)
        if at < 0:
            break
        i = bisect.bisect_right(starts, at) - 1
        if i >= 0 and at < spans[i][1]:
            at = at + 1 if spans[i][1] <= at + 1 else spans[i][1]
            continue
        m = COMMENT.match(text, at)
        found.append((at, m.group(0)))
        at = m.end()
    return sorted(found)


def without_comments(text):
    """(lines with comments cut and ends trimmed, comments) or None."""
    found = comments(text)
    if found is None:
        return None
    out, last = [], 0
    for at, comment in found:
        out.append(text[last:at])
        last = at + len(comment)
    out.append(text[last:])
    lines = [l.rstrip() for l in "".join(out).split("\n")]
    return [l for l in lines if l], [c for _, c in found]


INT = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
TIME = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
                  r"([Tt][0-9:.]+(Z|[-+][0-9]{2}:[0-9]{2})| [0-9:.]+)?$")


def resolve(text):
    """(type, value) of a plain scalar."""
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return "bool", text.lower()
    if text in ("", "~", "null", "Null", "NULL"):
        return "null", None
    if text in (".nan", ".NaN", ".NAN"):
        return "float", "nan"
    if re.fullmatch(r"[-+]?\.(inf|Inf|INF)", text):
        return "float", "-inf" if text[0] == "-" else "inf"
    if TIME.fullmatch(text):
        return "time", text if len(text) > 10 else text + "T00:00:00Z"
    bare = text.replace("_", "") if text[0] in "+-0123456789" else text
    if INT.fullmatch(bare):
        digits = bare.lstrip("+-")
        base = 10
        if len(digits) > 1 and digits[0] == "0":
            base = {"x": 16, "b": 2, "o": 8}.get(digits[1].lower(), 8)
            digits = digits[2:] if digits[1].lower() in "xbo" else digits
        value = int(digits, base) * (-1 if bare[0] == "-" else 1)
        if -2**63 <= value < 2**63:
            return "int", value
    if FLOAT.fullmatch(bare):
        return "float", repr(float(bare))
    return "str", text


def _tree(node):
    if isinstance(node, yaml.MappingNode):
        return "map", [(_tree(k), _tree(v)) for k, v in node.value]
    if isinstance(node, yaml.SequenceNode):
        return "list", [_tree(v) for v in node.value]
    if node.tag == "tag:yaml.org,2002:str" and not node.style:
        return resolve(node.value)
    if node.tag.startswith("tag:yaml.org,2002:") and node.tag[18:] in ("int", "float", "bool", "null"):
        return resolve(node.value)
    if node.tag == "tag:yaml.org,2002:timestamp":
        return resolve(node.value)
    return "str", node.value


def values(text):
    """The documents as nested (type, value) pairs; None where nothing parses."""
    try:
        return [_tree(n) for n in yaml.compose_all(text, Loader=Plain)]
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
