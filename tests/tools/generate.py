#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random documents of every format, odd on purpose and the same for the same
seed: generate.py KIND SEED prints one.

They hold what people write and parsers trip over: comments at every column,
blank lines everywhere, scalars that look like another type, quoted and block
scalars of all kinds, anchors and aliases, flow collections, several documents,
Unicode, CRLF, a missing last newline.
"""
import random
import sys

KINDS = ("yaml", "json", "env", "ini")

WORDS = ("alpha", "beta", "gamma delta", "host", "x", "café", "naïve ☂", "日本", "🙂 ok", "don't", "a b  c",
         "http://example.org/a?b=c#d", "C:\\dir\\file", "p%40ss", "user@host", "k=v", "a,b", "50%", "-dash",
         "(x)", "x: y"[0:2] + "y", "end.", "tilde~", "star*s", "and&more", "bang!", "pipe|d", "gt>x", "semi;colon")
PLAIN = WORDS + ("yes", "No", "on", "y", "true", "False", "TRUE", "null", "~", "", "0", "-1", "+3", "42", "0644", "0o17",
                 "0x1F", "0b101", "1_000", "007", "08", "9223372036854775807", "-9223372036854775808",
                 "123456789012345678901", "1.0", "1.50", "3.", ".5", "-0.0", "1e3", "1.5E-7", "1e21", "12345678.5",
                 ".inf", "-.INF", ".nan", "2020-01-01", "2020-1-1", "2020-01-01T10:00:00Z", "2020-01-01 10:00:00",
                 "2020-01-01T10:00:00.125+02:00", "12:30", "1:20:30", "1.2.3", "v1.0", "1,000", "0.", "+", "e3",
                 "<<", "=", "...x", "a#b", "a:b", "?x", ":x", "-x", "- "[0] + "y")
QUOTABLE = WORDS + ("", " ", " lead", "trail ", "true", "123", "null", "a: b", "a #b", "#x", "it's", 'say "hi"', "\\", "*x",
                    "&x", "!x", "%x", "@x", "`x", "{x", "[x", "- x", "? x", "| x", "> x", "2020-01-01", "y", "~")
KEYS = ("a", "b", "key", "name", "image", "env", "password", "data", "list", "x-y", "x.y", "a_unencrypted", "spaced key",
        "ключ", "k/v", "apiVersion", "on1", "_u", "value", "items", "token", "port")
COMMENTS = ("", " ", " note", " TODO: x", "## head", "#", " a: b", " - item", "  indented", " it's \"quoted\"", "!shebang",
            " ünïcode ☂", " trailing ", "no-space", " yaml: [1, 2]", " ENC", "\ttab")


class Yaml:
    def __init__(self, rng):
        self.r = rng
        self.out = []
        self.step = rng.choice((2, 2, 2, 4, 3))
        self.dash_in = rng.random() < 0.6
        self.anchors = []
        self.n = 0
        self.noise = rng.choice((0.0, 0.15, 0.15, 0.4))

    def comment(self):
        return "#" + self.r.choice(COMMENTS)

    def between(self, indent):
        """Blank lines and comments before an entry."""
        while self.r.random() < self.noise:
            what = self.r.random()
            if what < 0.35:
                self.out.append("" if self.r.random() < 0.9 else "  ")
            elif what < 0.85:
                self.out.append(" " * indent + self.comment())
            else:
                self.out.append(" " * self.r.choice((0, indent + self.step, max(indent - self.step, 0))) + self.comment())

    def tail(self):
        if self.r.random() < self.noise * 0.7:
            return " " * self.r.choice((1, 1, 2, 4)) + self.comment()
        return " " if self.r.random() < 0.02 else ""

    def key(self, used):
        while True:
            k = self.r.choice(KEYS)
            if self.r.random() < 0.3:
                self.n += 1
                k = f"{k}{self.n}"
            if k not in used:
                used.add(k)
                break
        how = self.r.random()
        if how < 0.06:
            return f'"{k}"'
        if how < 0.12:
            return f"'{k}'"
        return k

    def double(self, text):
        out = text.replace("\\", "\\\\").replace('"', '\\"')
        if self.r.random() < 0.2:
            out += self.r.choice(("\\n", "\\t", "\\u00e9", "\\x41", "\\/", "\\0", "\\e", "\\_", "\\U0001F642", "\\ "))
        return f'"{out}"'

    def single(self, text):
        return "'" + text.replace("'", "''") + "'"

    def one_line(self, flow):
        how = self.r.random()
        if how < 0.6:
            text = self.r.choice(PLAIN)
            if flow and (not text or any(c in text for c in ",[]{}#:?")):
                return self.single(text)
            return text
        if how < 0.8:
            return self.double(self.r.choice(QUOTABLE))
        return self.single(self.r.choice(QUOTABLE))

    def flow(self, depth):
        if depth <= 0 or self.r.random() < 0.3:
            return self.one_line(True)
        n = self.r.randint(0, 3)
        sep = self.r.choice((", ", ", ", ",  ", ","))
        pad = self.r.choice(("", "", " "))
        if self.r.random() < 0.5:
            items = sep.join(self.flow(depth - 1) for _ in range(n))
            return f"[{pad}{items}{pad}]" if n else "[]"
        used = set()
        items = sep.join(f"{self.key(used)}: {self.flow(depth - 1)}" for _ in range(n))
        return f"{{{pad}{items}{pad}}}" if n else "{}"

    def block_scalar(self, indent):
        """Header, then lines at a deeper indentation."""
        deep = indent + self.step
        header = self.r.choice("||>") + self.r.choice(("", "", "-", "+"))
        lines = []
        for _ in range(self.r.randint(1, 4)):
            what = self.r.random()
            if what < 0.15:
                lines.append("")
            elif what < 0.3:
                lines.append("  " + self.r.choice(WORDS))
            else:
                lines.append(self.r.choice(QUOTABLE[:len(WORDS)] + ("# not a comment", "a: b", "- x", "trail ")))
        if not any(l.strip() for l in lines):
            lines.append("text")
        first = next(l for l in lines if l.strip())
        if first.startswith(" ") or self.r.random() < 0.05:
            header = header[0] + str(self.step) + header[1:]
        if self.r.random() < self.noise * 0.5:
            header += " " + self.comment()
        body = [" " * deep + l if l else "" for l in lines]
        for _ in range(self.r.choice((0, 0, 0, 1, 2))):
            body.append("")
        return header, body

    def many_lines(self, indent):
        """A plain or quoted scalar over several lines."""
        deep = " " * (indent + self.step)
        words = [self.r.choice(("some", "text that", "goes on", "café", "x y")) for _ in range(self.r.randint(2, 3))]
        quote = self.r.choice(("", "'", '"'))
        if quote and self.r.random() < 0.3:
            words.insert(1, "")
        if quote == '"' and self.r.random() < 0.3:
            words[0] += " \\"
        return quote + words[0], [deep + w if w else "" for w in words[1:-1]] + [deep + words[-1] + quote]

    def value(self, prefix, indent, depth):
        """One entry's value behind `prefix` ("  key:" or "  -")."""
        what = self.r.random()
        anchor = ""
        if self.r.random() < 0.05 and depth > 0:
            self.n += 1
            anchor = f" &n{self.n}"
        if self.anchors and self.r.random() < 0.08:
            self.out.append(f"{prefix} *{self.r.choice(self.anchors)}{self.tail()}")
            return
        if depth > 0 and what < 0.2:
            self.out.append(prefix + anchor + self.tail())
            self.mapping(indent + self.step, depth - 1)
        elif depth > 0 and what < 0.35:
            self.out.append(prefix + anchor + self.tail())
            self.sequence(indent + (self.step if self.dash_in or prefix.endswith("-") else 0), depth - 1)
        elif what < 0.45:
            header, body = self.block_scalar(indent)
            self.out.append(f"{prefix}{anchor} {header}")
            self.out.extend(body)
        elif what < 0.5:
            first, rest = self.many_lines(indent)
            self.out.append(f"{prefix}{anchor} {first}")
            self.out.extend(rest)
        elif what < 0.6:
            self.out.append(f"{prefix}{anchor} {self.flow(2)}{self.tail()}")
        else:
            tag = self.r.choice(("!custom ", "!!str ")) if self.r.random() < 0.03 else ""
            text = tag + self.one_line(False)
            gap = self.r.choice((" ", " ", " ", "  ")) if text else ""
            self.out.append((prefix + anchor + gap + text).rstrip(" ") + self.tail())
        if anchor:
            self.anchors.append(anchor[2:])

    def mapping(self, indent, depth, top=False):
        used = set()
        for i in range(self.r.randint(1, 4 if not top else 6)):
            if i or top:
                self.between(indent)
            elif self.r.random() < self.noise:
                self.out.append(" " * indent + self.comment())
            self.value(" " * indent + self.key(used) + ":", indent, depth)

    def sequence(self, indent, depth):
        for _ in range(self.r.randint(1, 4)):
            self.between(indent)
            if depth > 0 and self.r.random() < 0.3:
                used = set()
                self.value(" " * indent + "- " + self.key(used) + ":", indent + 2, depth - 1)
                for _ in range(self.r.randint(0, 2)):
                    self.between(indent + 2)
                    self.value(" " * (indent + 2) + self.key(used) + ":", indent + 2, depth - 1)
            else:
                self.value(" " * indent + "-", indent, depth)

    def document(self):
        many = self.r.random() < 0.12
        if self.r.random() < 0.1 or many:
            self.out.append("---" + (" # start" if self.r.random() < 0.1 else ""))
        for i in range(self.r.randint(2, 3) if many else 1):
            if i:
                self.out.append("---")
            self.anchors = []
            self.mapping(0, self.r.randint(0, 3), top=True)
            self.between(0)
        if self.r.random() < 0.03:
            self.out.append("...")
        return finish(self.r, self.out)


def finish(r, lines):
    end = "\r\n" if r.random() < 0.06 else "\n"
    text = end.join(lines)
    return (text if r.random() < 0.1 and text.strip() else text + end).encode()


class Json:
    def __init__(self, rng):
        self.r = rng
        self.indent = rng.choice((None, 0, 1, 2, 2, 4, "\t"))
        self.colon = rng.choice((": ", ": ", ":", " : "))
        self.n = 0

    def string(self, text):
        out = []
        for c in text:
            if c in '"\\':
                out.append("\\" + c)
            elif ord(c) < 32:
                out.append(f"\\u{ord(c):04x}")
            elif c == "/" and self.r.random() < 0.3:
                out.append("\\/")
            elif 126 < ord(c) < 65536 and self.r.random() < 0.3:
                out.append(f"\\u{ord(c):04{self.r.choice('xX')}}")
            else:
                out.append(c)
        if self.r.random() < 0.1:
            out.append(self.r.choice(("\\n", "\\t", "\\r", "\\b", "\\f", "\\u0000", "\\ud83d\\ude42", "<b>&amp;</b>")))
        return '"' + "".join(out) + '"'

    def scalar(self):
        return self.r.choice((
            lambda: self.string(self.r.choice(QUOTABLE)), lambda: self.string(self.r.choice(PLAIN)),
            lambda: self.r.choice(("true", "false", "null")),
            lambda: self.r.choice(("0", "-1", "42", "1.0", "1.50", "1e3", "1E-7", "-0", "-0.0", "9223372036854775807",
                                   "123456789012345678901", "0.1", "12345678.5", "1e21", "3.0e0"))))()

    def value(self, depth, level):
        what = self.r.random()
        if depth <= 0 or what < 0.6:
            return self.scalar()
        n = self.r.randint(0, 4)
        if self.indent is None:
            nl = end = ""
        else:
            unit = self.indent if isinstance(self.indent, str) else " " * self.indent
            nl, end = "\n" + unit * (level + 1), "\n" + unit * level
        comma = "," + (nl or self.r.choice(("", " ")))
        if what < 0.8:
            items = [self.value(depth - 1, level + 1) for _ in range(n)]
            return "[" + nl + comma.join(items) + end + "]" if n else "[]"
        return self.object(n, depth, level, nl, end, comma)

    def object(self, n, depth, level, nl, end, comma):
        items = []
        for _ in range(n):
            self.n += 1
            key = self.string(self.r.choice(KEYS) + str(self.n))
            items.append(key + self.colon + self.value(depth - 1, level + 1))
        return "{" + nl + comma.join(items) + end + "}" if n else "{}"

    def document(self):
        depth = self.r.randint(1, 4)
        unit = "" if self.indent is None else self.indent if isinstance(self.indent, str) else " " * self.indent
        nl = "" if self.indent is None else "\n" + unit
        text = self.object(self.r.randint(1, 5), depth, 0, nl, "\n" if nl else "", "," + (nl or " "))
        return finish(self.r, text.split("\n"))


def env(r):
    lines, n = [], 0
    for _ in range(r.randint(0, 12)):
        what = r.random()
        if what < 0.2:
            lines.append("")
        elif what < 0.4:
            lines.append("#" + r.choice(COMMENTS))
        else:
            n += 1
            key = r.choice(("A", "DB_HOST", "x", "Key.dot", "export X", "a-b", "K ", "MIXED_case")) + str(n)
            value = r.choice(QUOTABLE + PLAIN + ('"quoted"', "'single'", "a\\nb", "a=b=c", "$VAR ${X}", "x # y", "\\", "\\\\n"))
            lines.append(f"{key}={value}")
    return finish(r, lines)


def ini(r):
    lines, n = [], 0
    for s in range(r.randint(0, 4)):
        if s or r.random() < 0.9:
            if r.random() < 0.3:
                lines.append(r.choice("#;") + r.choice(COMMENTS).strip() + "c")
            behind = r.choice((" ; behind", " # behind", ";behind")) if r.random() < 0.08 else ""
            lines.append(f"[{r.choice(('main', 'a.b', 'Section', 'with space', 'ü'))}{s}]{behind}")
        for _ in range(r.randint(0, 4)):
            n += 1
            if r.random() < 0.2:
                lines.append("")
            if r.random() < 0.2:
                lines.append(r.choice("#;") + " " + r.choice(COMMENTS).strip() + "c")
            value = r.choice(("1", "true", "word", "two words", '"quoted"', "'single'", "a=b", "a:b", "", "ünï", "x\\y",
                              "50%", "`tick`", '"""three"""', "/path/x", "a, b", "1.50"))
            inline = r.choice((" ; inline", " # inline")) if r.random() < 0.08 else ""
            lines.append(f"{r.choice(('k', 'key', 'a.b', 'K-x', 'two words'))}{n}{r.choice((' = ', '=', ': ', ':', ' ='))}{value}{inline}")
        if r.random() < 0.5:
            lines.append("")
    return finish(r, lines)


def document(kind, seed):
    """The document of a seed, as bytes."""
    r = random.Random(f"{kind} {seed}")
    if kind == "yaml":
        return Yaml(r).document()
    if kind == "json":
        return Json(r).document()
    return env(r) if kind == "env" else ini(r)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in KINDS:
        sys.exit(__doc__)
    sys.stdout.buffer.write(document(sys.argv[1], sys.argv[2]))
