# SPDX-License-Identifier: Apache-2.0
"""Send a command a signal once a file is there.

    signalled.py FILE SIGNAL CMD [ARG...]

SIGNAL is a number, or a name without SIG. Ends with the command's exit status,
128 + the signal that ended it, or 99 when it does not end.
"""

import os
import resource
import signal
import subprocess
import sys
import time

SECONDS = 30


def usual():
    # A shell's background jobs ignore INT and QUIT.
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main():
    path, name, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    number = int(name) if name.isdigit() else getattr(signal, "SIG" + name)
    end = time.monotonic() + SECONDS
    process = subprocess.Popen(command, preexec_fn=usual,
                               start_new_session=True)
    while not os.path.exists(path) and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(number)
    try:
        code = process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        code = 99
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    sys.exit(code if code >= 0 else 128 - code)


main()
