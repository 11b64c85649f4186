# SPDX-License-Identifier: Apache-2.0
"""Does an encrypted file differ from its source in nothing but values,
comments and the metadata block? A checker of texts: it knows where envelopes
stand and lines them up with the source, and parses as little as it can."""
import re

ENC = r"ENC\[AES256_GCM,data:[^\]]*\]"
ANY = re.compile(f"\"{ENC}\"|'{ENC}'|{ENC}")
ALONE = re.compile(rf"\s*{ENC}\s*$")
HEADER = re.compile(r"(.*?)[|>](-|[-+0-9]*[ \t]+#.*)?$")
JSON_SCALAR = re.compile(r'"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|true|false')


def lead(line):
    return len(line) - len(line.lstrip(" "))


def deeper(line, than):
    return not line.strip() or lead(line) > than


def lines_of(text):
    lines = [l.rstrip("\r") for l in text.split("\n")]
    if lines and lines[-1] == "":
        lines.pop()
    return lines


def without_block(lines):
    """YAML lines without the `sops:` blocks, one a document, at the column of
    the top-level mapping."""
    out, i = [], 0
    while i < len(lines):
        if lines[i].strip(" ") != "sops:" or i + 1 == len(lines) or lead(lines[i + 1]) <= lead(lines[i]):
            out.append(lines[i])
            i += 1
            continue
        column = lead(lines[i])
        text = [l for l in out if l]
        if text and out[-1] == "" and text[-1].startswith("#"):
            out.pop()
        i += 1
        while i < len(lines) and deeper(lines[i], column):
            i += 1
    return out


def pieces_match(parts, line, last):
    """Do the clear pieces stand in the line, in order, first at its start and,
    if `last`, last at its end?"""
    if not line.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:-1]:
        at = line.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return not last or (line[at:].endswith(parts[-1]))


def odd_root(lines):
    """Whether the root of a document is a flow mapping, or is indented."""
    begins = True
    for line in lines:
        text = line.lstrip("\ufeff")
        if text.startswith(("---", "...")):
            begins, text = True, text[3:].strip()
        if not begins or not text.strip() or text.lstrip().startswith(("#", "%")):
            continue
        text = re.sub(r"^([!&]\S*\s+)+", "", text)
        if text.strip() and not re.match(r"^[!&]\S*$", text.strip()):
            if text.startswith((" ", "{")):
                return True
            begins = False
    return False


def yaml_moves(enc, src, i, j):
    """From line i of the encrypted file and j of the source, what next?"""
    e, s = enc[i], src[j]
    here = lead(s)
    bare = re.sub(r"[ \t]*#[ \t]*$", "", s)
    if bare != s:  # an empty comment of a list is left out
        if not bare.strip():
            yield i, j + 1
        else:
            yield from yaml_moves(enc, src[:j] + [bare] + src[j + 1:], i, j)
    if e == s:
        yield i + 1, j + 1
    head = HEADER.match(e)
    if head and i + 1 < len(enc) and ALONE.match(enc[i + 1]) and \
            re.match(re.escape(head.group(1)) + r"[|>][-+0-9]*([ \t]+#.*|[ \t]*)$", s):
        k = j + 1
        yield i + 2, k
        while k < len(src) and deeper(src[k], here):
            k += 1
            yield i + 2, k
    if "*" in s and e.startswith(s[:s.index("*")].rstrip()):
        k = i + 1
        yield k, j + 1
        while k < len(enc) and (deeper(enc[k], here) or (lead(enc[k]) == here and enc[k].lstrip().startswith("- "))):
            k += 1
            yield k, j + 1
    if not ANY.search(e):
        return
    parts = ANY.split(e)
    if pieces_match(parts, s, True):
        yield i + 1, j + 1
    if len(parts) == 2 and parts[0].rstrip().endswith("#"):
        return
    floor = here if parts[0].strip() else max(here - 1, 0)
    if pieces_match(parts[:-1] + [""], s, False) or (len(parts) > 2 and s.startswith(parts[0])):
        k = j + 1
        while k < len(src) and deeper(src[k], floor):
            if src[k].endswith(parts[-1]):
                yield i + 1, k + 1
            k += 1


def ini_moves(enc, src, i, j):
    e, s = enc[i], src[j]
    if e == s:
        yield i + 1, j + 1
    if s.strip() and not s.strip(" \t\r;#"):
        yield i, j + 1  # SOPS dies on a comment that begins so
    if e.lstrip().startswith("[") and re.match(re.escape(e) + r".*[;#]", s):
        yield i + 1, j + 1  # the comment behind a section stands above now
    if not ANY.search(e):
        return
    before = ANY.split(e)[0]
    if before.strip() in (";", "#"):
        k = j
        if s.lstrip().startswith("["):
            yield i + 1, j
        while k < len(src) and src[k].lstrip().startswith((";", "#")):
            k += 1
            yield i + 1, k
            rest = next((n for n in range(k, len(src)) if src[n].strip()), k)
            if rest > k and re.match(r"\s*\[.*\].*[;#]", src[rest]):
                yield i + 1, rest
    elif s.startswith(before.rstrip("\"'`")):
        for k in range(j + 1, min(j + 200, len(src) + 1)):
            yield i + 1, k


def align(enc, src, moves):
    """Depth first, every pair of lines once; None or the line that is stuck."""
    todo, seen, furthest = [(0, 0)], set(), (0, 0)
    while todo:
        i, j = todo.pop()
        if (i, j) in seen:
            continue
        seen.add((i, j))
        if i == len(enc) and j == len(src):
            return None
        furthest = max(furthest, (i, j))
        if i < len(enc) and j < len(src):
            todo.extend(reversed(list(moves(enc, src, i, j))))
    i, j = furthest
    return f"line {i + 1}: {enc[i:i + 1]} against {src[j:j + 1]}"


def json_check(src, enc):
    at = enc.rfind('"sops"')
    if at < 0:
        return "no metadata"
    end, depth = enc.index("{", at), 0
    for m in re.finditer(r'"(?:[^"\\]|\\.)*"|[{}]', enc[end:]):
        depth += {"{": 1, "}": -1}.get(m.group(0), 0)
        if depth == 0:
            end += m.end()
            break
    head = enc[:at].rstrip()
    clear = head[:-1] if head.endswith(",") else head
    tail = enc[end:].lstrip()
    at, last = 0, 0
    for m in ANY.finditer(clear):
        part = clear[last:m.start()]
        if not src.startswith(part, at):
            return f"at byte {at}: {part[-80:]!r}"
        value = JSON_SCALAR.match(src, at + len(part))
        if not value:
            return f"no value at byte {at + len(part)}"
        at, last = value.end(), m.end()
    rest = clear[last:]
    if not src.startswith(rest, at):
        return f"at byte {at}: {rest[-80:]!r}"
    if src[at + len(rest):].lstrip() != tail:
        return f"the end: {tail[-80:]!r}"
    return None


def env_check(src, enc):
    clear = [l for l in enc.split("\n") if not l.startswith("sops_")]
    plain = src.split("\n")
    if not src.endswith("\n") and clear[-1] == "":
        clear.pop()
    if len(clear) != len(plain):
        return f"{len(clear)} lines, {len(plain)} in the source"
    for n, (e, s) in enumerate(zip(clear, plain)):
        m = re.match(rf"(#|[^=]*=){ENC}$", e)
        if e != s and not (m and s.startswith(m.group(1))):
            return f"line {n + 1}: {e[:80]!r} against {s[:80]!r}"
    return None


def check(suffix, plain, enc):
    """None, or what differs outside values, comments and metadata."""
    if suffix not in ("yaml", "yml", "json", "env", "ini"):
        return None
    src, enc = plain.decode(), enc.decode()
    if suffix == "json":
        return json_check(src, enc)
    if suffix == "env":
        return env_check(src, enc)
    if suffix == "ini":
        lines = lines_of(enc)
        cut = max((i for i, l in enumerate(lines) if l.strip() == "[sops]"), default=len(lines))
        clear, plain = lines[:cut], lines_of(src)
        # A blank line may stand before the section that was added.
        if clear and clear[-1] == "" and align(clear[:-1], plain, ini_moves) is None:
            return None
        return align(clear, plain, ini_moves)
    if odd_root(lines_of(src)):
        return None  # printed as SOPS prints it
    return align(without_block(lines_of(enc)), lines_of(src), yaml_moves)
