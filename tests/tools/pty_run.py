# SPDX-License-Identifier: Apache-2.0
"""Run a command at a terminal of its own.

    pty_run.py [--pipe-out] [--pipe-err] [--expect TEXT | --send TEXT |
               --signal NAME | --pause SECONDS | --echo on|off]...
               -- CMD [ARG...]

The steps are done in order: wait until the terminal has shown TEXT, type TEXT
(with the usual escapes), send the command a signal, wait until the terminal's
echo is as said. What the terminal showed
goes to standard output, the piped streams to theirs. Ends with the command's
exit status, 128 + the signal, or 99 when a step or the end took too long.
"""

import os
import pty
import select
import signal
import sys
import termios
import time

SECONDS = 20


def parse(argv):
    steps, pipes = [], set()
    while argv:
        word = argv.pop(0)
        if word == "--":
            return steps, pipes, argv
        if word in ("--pipe-out", "--pipe-err"):
            pipes.add(word)
        else:
            steps.append((word[2:], argv.pop(0)))
    sys.exit("no command")


class Terminal:
    def __init__(self, fd):
        self.fd, self.seen, self.at = fd, b"", 0
        self.open = True

    def pump(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return
        try:
            data = os.read(self.fd, 4096)
        except OSError:
            data = b""
        if not data:
            self.open = False
        self.seen += data

    def expect(self, text):
        text, end = text.encode(), time.monotonic() + SECONDS
        while self.open and time.monotonic() < end:
            hit = self.seen.find(text, self.at)
            if hit >= 0:
                self.at = hit + len(text)
                return True
            self.pump(0.1)
        return self.seen.find(text, self.at) >= 0

    def echo(self, wanted):
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if bool(termios.tcgetattr(self.fd)[3] & termios.ECHO) == wanted:
                return True
            self.pump(0.05)
        return False


def child(slave_name, pipes, argv):
    os.setsid()
    fd = os.open(slave_name, os.O_RDWR)  # becomes the controlling terminal
    os.dup2(fd, 0)
    if "--pipe-out" not in pipes:
        os.dup2(fd, 1)
    if "--pipe-err" not in pipes:
        os.dup2(fd, 2)
    os.close(fd)
    try:
        os.execvp(argv[0], argv)
    except OSError as problem:
        os.write(2, str(problem).encode())
        os._exit(127)


def run(step, text, terminal, pid):
    if step == "expect":
        return terminal.expect(text)
    if step == "send":
        os.write(terminal.fd, text.encode().decode("unicode_escape").encode())
    elif step == "signal":
        os.kill(pid, getattr(signal, text))
    elif step == "pause":
        end = time.monotonic() + float(text)
        while time.monotonic() < end:  # what nobody reads holds it up
            terminal.pump(0.05)
    elif step == "echo":
        return terminal.echo(text == "on")
    return True


def main():
    steps, pipes, argv = parse(sys.argv[1:])
    master, slave = pty.openpty()
    name = os.ttyname(slave)
    pid = os.fork()
    if pid == 0:
        os.close(master)
        os.close(slave)
        child(name, pipes, argv)
    terminal, failed = Terminal(master), False
    for step, text in steps:
        if not run(step, text, terminal, pid):
            sys.stderr.write("pty_run: %s %r failed\n" % (step, text))
            failed = True
            break
    end, status = time.monotonic() + SECONDS, None
    while status is None and time.monotonic() < end and not failed:
        terminal.pump(0.05)
        done, raw = os.waitpid(pid, os.WNOHANG)
        if done:
            status = os.waitstatus_to_exitcode(raw)
    if status is None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    os.close(slave)
    while terminal.open:
        terminal.pump(0.2)
        if not select.select([terminal.fd], [], [], 0.1)[0]:
            break
    sys.stdout.buffer.write(terminal.seen)
    sys.stdout.flush()
    sys.exit(99 if status is None else status if status >= 0 else 128 - status)


main()
