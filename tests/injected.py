# SPDX-License-Identifier: Apache-2.0
"""Fail every system call of the commands that change a file, one at a time.

    injected.py COMMAND [NAME...]

Each command runs once under strace, which tells the calls that it makes from
the first one that names the file on. Then it runs once for each of them and
each error, with strace letting that one call fail (or killing the process at
it). Whatever happens, the file is the old one or the whole new one; status 0
means new, any other old; what stays behind beside it, or where plaintext lies,
is named on standard error. After a kill, a file that was being written in
place may be torn where its whole new content is beside it.

With NAMEs only those commands. Without strace, or where it may not trace, the
status is 77.
"""

import concurrent.futures
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KEYS = os.path.join(ROOT, "testdata", "vectors", "keys")
R1 = "age1s758stteykslpxkf3yftz0zwv7udndt2g70h4xks9jyvg7hj2guq7uszwx"
R2 = "age1l767fdl47agfftmg2qlalmkcdc9mczsj9jnh94ukeeexgnq8wufqmmx66e"

SECONDS = 30

FAULTS = {
    "openat": ["error=EACCES", "error=EMFILE", "error=EINTR"],
    "read": ["error=EIO", "error=EINTR"],
    "write": ["error=ENOSPC", "error=EIO", "signal=KILL"],
    "pwrite64": ["error=ENOSPC", "error=EIO", "signal=KILL"],
    "fallocate": ["error=ENOSPC"],
    "ftruncate": ["error=EIO", "signal=KILL"],
    "fsync": ["error=EIO", "error=ENOSPC", "signal=KILL"],
    "rename": ["error=EIO", "error=EBUSY", "error=EXDEV", "signal=KILL"],
    "renameat": ["error=EIO"],
    "renameat2": ["error=EIO"],
    "link": ["error=EPERM", "error=EIO"],
    "linkat": ["error=EPERM"],
    "unlink": ["error=EPERM", "signal=KILL"],
    "unlinkat": ["error=EPERM"],
    "rmdir": ["error=EBUSY"],
    "fchmod": ["error=EPERM"],
    "fchown": ["error=EPERM"],
    "flock": ["error=ENOLCK", "error=EOPNOTSUPP", "error=EINTR"],
    "close": ["error=EIO", "error=EINTR"],
    "fstat": ["error=EIO"],
    "newfstatat": ["error=EACCES"],
    "readlink": ["error=EACCES"],
    "flistxattr": ["error=EIO"],
    "access": ["error=EACCES"],
    "mkdir": ["error=ENOSPC"],
}

EDITOR = """#!/bin/sh
echo 'new: 1' >"$1.n"
cat "$1" >>"$1.n"
mv "$1.n" "$1"
"""


class Command:
    def __init__(self, name, words, expected, start="enc"):
        self.name, self.words, self.start = name, words, start
        self.expected = expected  # the plaintext afterwards


def commands(plain):
    first, rest = plain.split(b"\n", 1)
    return [
        Command("encrypt", ["encrypt", "-i", "f.yaml"], plain, "plain"),
        Command("all", ["encrypt", "--all", "-i", "f.yaml"], plain, "plain"),
        Command("decrypt", ["decrypt", "-i", "f.yaml"], plain),
        Command("output", ["decrypt", "--output", "f.yaml", "f.yaml"], plain),
        Command("set", ["set", "f.yaml", '["key0"]', '"new"'],
                b"key0: new\n" + rest),
        Command("unset", ["unset", "f.yaml", '["key0"]'], rest),
        Command("rotate", ["rotate", "-i", "f.yaml"], plain),
        Command("updatekeys", ["updatekeys", "-y", "f.yaml"], plain),
        Command("groups", ["groups", "add", "-f", "f.yaml", "--age", R1, "-i"],
                plain),
        Command("delete", ["groups", "delete", "-f", "f.yaml", "0", "-i"],
                plain, "groups"),
        Command("edit", ["edit", "f.yaml"], b"new: 1\n" + plain),
        Command("legacy", ["-r", "-i", "f.yaml"], plain),
    ]


def content(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, IsADirectoryError):
        return None


class Place:
    """A folder with the file, and one for plaintext, of one run."""

    def __init__(self, made, command, linked):
        self.top = tempfile.mkdtemp(prefix="injected-")
        self.work = os.path.join(self.top, "work")
        self.tmp = os.path.join(self.top, "tmp")
        os.mkdir(self.work)
        os.mkdir(self.tmp)
        self.file = os.path.join(self.work, "f.yaml")
        self.old = made[command.start]
        with open(self.file, "wb") as file:
            file.write(self.old)
        if linked:
            os.link(self.file, os.path.join(self.top, "g.yaml"))
        editor = os.path.join(self.top, "editor")
        with open(editor, "w", encoding="ascii") as file:
            file.write(EDITOR)
        os.chmod(editor, 0o700)
        with open(os.path.join(self.top, ".sops.yaml"), "w",
                  encoding="ascii") as file:
            file.write("creation_rules:\n- age: %s,%s\n" % (R1, R2))
        self.env = {"PATH": os.environ["PATH"], "HOME": self.top,
                    "TMPDIR": self.tmp, "EDITOR": editor, "LC_ALL": "C",
                    "SOPS_AGE_KEY_FILE": os.path.join(KEYS, "age-1.txt")}

    def run(self, words, output=subprocess.DEVNULL):
        """Its result; None when it does not end."""
        process = subprocess.Popen(words, cwd=self.work, env=self.env,
                                   stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.PIPE,
                                   start_new_session=True)
        try:
            out, err = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            # What is traced goes on without strace.
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return None
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def left(self):
        """What is there and was not."""
        found = [os.path.join(self.work, name)
                 for name in os.listdir(self.work) if name != "f.yaml"]
        for folder, _, names in os.walk(self.tmp):
            found += [os.path.join(folder, name) for name in names]
        for name in os.listdir(self.tmp):
            found.append(os.path.join(self.tmp, name))
        return found

    def plain(self, program, data):
        path = os.path.join(self.top, "look.yaml")
        with open(path, "wb") as file:
            file.write(data)
        return self.run([program, "decrypt", path], subprocess.PIPE).stdout

    def close(self):
        shutil.rmtree(self.top)


def is_new(place, program, command, data):
    if data is None or data == place.old:
        return False
    if command.name in ("decrypt", "output"):
        return data == command.expected
    return place.plain(program, data) == command.expected


def calls(made, program, command, linked):
    """(system call, its number) for all from the first that names the file."""
    place = Place(made, command, linked)
    log = os.path.join(place.top, "log")
    follow = ["-f"] if command.name == "all" else []
    done = place.run(["strace", *follow, "-o", log, program, *command.words])
    found, count, begun = [], {}, False
    for line in (content(log) or b"").decode("utf-8", "replace").split("\n"):
        match = re.match(r"(?:\d+ +)?(\w+)\((.*)", line)
        if not match:
            continue
        name = match.group(1)
        count[name] = count.get(name, 0) + 1
        begun = begun or '/f.yaml"' in line or '"f.yaml"' in line
        # The first mention is in its own arguments.
        if name == "execve":
            begun = False
        if begun and name in FAULTS:
            found.append((name, count[name]))
    place.close()
    if done.returncode != 0:
        sys.exit("%s fails anyway: %s" % (command.name, done.stderr))
    return found


def judge(place, program, command, linked, done, killed):
    """What is wrong, or None."""
    said = done.stderr.decode("utf-8", "replace")
    now = content(place.file)
    new = is_new(place, program, command, now)
    left = place.left()
    if now != place.old and not new:
        whole = [path for path in left
                 if is_new(place, program, command, content(path) or b"")]
        if not killed and "its old content is lost" in said:
            return None if whole and whole[0] in said else "lost"
        if not (killed and linked and whole):
            return "neither the old nor the new file"
    if linked and not os.path.samefile(place.file,
                                       os.path.join(place.top, "g.yaml")):
        return "the hard link is none any more"
    if killed:
        return None
    if done.returncode == 0 and not new:
        return "status 0, but the file is the old one"
    if done.returncode != 0 and new:
        return "status %d, but the file is the new one" % done.returncode
    # Each thread has its own first write: what fails is then the message too.
    if done.returncode != 0 and not said and command.name != "all":
        return "failed without a word"
    for path in left:
        if os.path.basename(path) not in said:
            return "%s is left and not named" % path
    return None


def attempt(made, program, command, linked, name, number, fault):
    place = Place(made, command, linked)
    follow = ["-f"] if command.name == "all" else []
    try:
        done = place.run(["strace", *follow, "-qq", "-o", "/dev/null", "-e",
                          "inject=%s:%s:when=%d" % (name, fault, number),
                          program, *command.words])
        if done is None:
            return "%s: %s %s at call %d: does not end" % (
                command.name, name, fault, number)
        problem = judge(place, program, command, linked, done,
                        fault.startswith("signal"))
        if problem is None:
            return None
        return "%s%s: %s %s at call %d: %s\n%s" % (
            command.name, ", linked" if linked else "", name, fault, number,
            problem, done.stderr.decode("utf-8", "replace"))
    finally:
        place.close()


def make(program, plain):
    made = {"plain": plain}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "f.yaml")
        with open(path, "wb") as file:
            file.write(plain)
        env = dict(os.environ, HOME=folder,
                   SOPS_AGE_KEY_FILE=os.path.join(KEYS, "age-1.txt"))
        add = ["groups", "add", "-f", path, "--age", R1, "-i",
               "--shamir-secret-sharing-threshold"]
        for name, words in (("enc", ["encrypt", "--age", R1, "-i", path]),
                            ("two", [*add, "2"]), ("groups", [*add, "2"])):
            subprocess.run([program, *words], env=env, check=True)
            made[name] = content(path)
    return made


def may_trace():
    return shutil.which("strace") and subprocess.run(
        ["strace", "-qq", "-o", "/dev/null", "-e", "inject=chdir:error=EIO",
         "true"], check=False, stderr=subprocess.DEVNULL).returncode == 0


def main():
    program, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    if not may_trace():
        print("strace is not here, or may not trace")
        return 77
    plain = b"".join(b'key%d: "value number %d"\n' % (i, i) for i in range(40))
    plain = plain.replace(b'key0: "value number 0"', b"key0: old")
    made = make(program, plain)
    jobs = []
    for command in commands(plain):
        if names and command.name not in names:
            continue
        for linked in (False, True):
            found = calls(made, program, command, linked)
            jobs += [(command, linked, name, number, fault)
                     for name, number in found for fault in FAULTS[name]
                     # strace does not close then, and the editor's pipe is
                     # waited for.
                     if not (command.name == "edit" and name == "close")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [p for p in pool.map(
            lambda job: attempt(made, program, *job), jobs) if p]
    print("\n".join(problems))
    print("injected: %d passed, %d failed, 0 skipped"
          % (len(jobs) - len(problems), len(problems)))
    return 1 if problems else 0


sys.exit(main())
