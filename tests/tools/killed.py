# SPDX-License-Identifier: Apache-2.0
"""Kill a command at points spread over the time that it takes.

    killed.py SIGNAL TIMES FILE CHECK -- CMD [ARG...]

Runs CMD once to see how long it takes, then TIMES times, each time on the
original FILE, and sends SIGNAL ever later (with some chance in it). After
every run FILE must be the original or, as the shell command CHECK finds, a
good new one; after signals that can be caught nothing else may be in its
folder, but what edit keeps of the text, encrypted. Standard output goes
nowhere.
"""

import os
import random
import signal
import subprocess
import sys
import time


def start(command):
    return subprocess.Popen(command, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def content(path):
    with open(path, "rb") as file:
        return file.read()


def restore(path, data):
    with open(path, "wb") as file:
        file.write(data)


def main():
    number = getattr(signal, sys.argv[1])
    times, path, check = int(sys.argv[2]), sys.argv[3], sys.argv[4]
    command = sys.argv[sys.argv.index("--") + 1:]
    folder = os.path.dirname(path) or "."
    original = content(path)
    before = set(os.listdir(folder))
    begin = time.monotonic()
    if start(command).wait() != 0:
        sys.exit("the command fails anyway")
    seconds = time.monotonic() - begin
    changed = 0
    for i in range(times):
        restore(path, original)
        process = start(command)
        time.sleep(seconds * (i + random.random()) / times * 1.1)
        process.send_signal(number)
        process.wait()
        now = content(path)
        if now != original:
            changed += 1
            if subprocess.run(check, shell=True, check=False,
                              stdout=subprocess.DEVNULL).returncode != 0:
                sys.exit("run %d left neither the old nor a new file" % i)
        left = set(os.listdir(folder)) - before
        for name in [name for name in left if ".edited." in name]:
            kept = os.path.join(folder, name)
            if b"ENC[" not in content(kept):
                sys.exit("run %d left %s in clear" % (i, name))
            os.unlink(kept)
            left.remove(name)
        if left and number != signal.SIGKILL:
            sys.exit("run %d left %s behind" % (i, left))
        for name in left:
            os.unlink(os.path.join(folder, name))
    print("%d runs, %d too late" % (times, changed))


main()
