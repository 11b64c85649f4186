# SPDX-License-Identifier: Apache-2.0
"""Several clients of one key service: a key that hangs keeps nobody else
waiting, and connections that are held idle make room."""

import os
import signal
import socket
import subprocess
import time

import harness as h
from base import Server
from vault import Vault

server = Server(h.FOLDER, Vault())
hung = socket.create_server(("127.0.0.1", 0), backlog=50)
HUNG = "http://127.0.0.1:%d" % hung.getsockname()[1]
PATH = os.path.join(h.FOLDER, "keys.sock")

keeper = h.Tool({"VAULT_TOKEN": "hvs.right",
                 "SOPS_HC_VAULT_ALLOWLIST": "all"})
made = keeper.encrypt(h.SEALEAF, "--hc-vault-transit",
                      server.url + "/v1/transit/keys/k")[1]
age = subprocess.run(["age-keygen"], capture_output=True, text=True)
lines = age.stdout.split("\n") if age.returncode == 0 else []
keeper.env["SOPS_AGE_KEY"] = "".join(x for x in lines if x.startswith("AGE-"))
client = h.Tool({"SOPS_KEYSERVICE": "unix://" + PATH,
                 "SOPS_ENABLE_LOCAL_KEYSERVICE": "false"})
client.write("hung.yaml", made.replace(server.url, HUNG))
client.write("good.yaml", made)


def start(*args, **more):
    if os.path.exists(PATH):
        os.unlink(PATH)
    p = subprocess.Popen([h.SEALEAF, "keyservice", "--network", "unix",
                          "--address", PATH, *args], env=keeper.env,
                         stderr=subprocess.PIPE, **more)
    for _ in range(200):
        if os.path.exists(PATH):
            break
        time.sleep(0.05)
    return p


def stop(name, p):
    p.send_signal(signal.SIGTERM)
    _, err = p.communicate(timeout=20)
    h.check("%s: it ends well" % name, p.returncode == 0 and
            b"Sanitizer" not in err, "%d %s" % (p.returncode, err))


def begin(name):
    return subprocess.Popen([h.SEALEAF, "decrypt", name], cwd=client.home,
                            env=client.env, text=True, stderr=subprocess.PIPE,
                            stdout=subprocess.PIPE)


def opened(name, p):
    out, err = p.communicate(timeout=60)
    h.check(name, p.returncode == 0 and out == h.PLAIN, out + err)


# Several wait for a server that never answers; others come and go.
p = start()
waiting = [begin("hung.yaml") for _ in range(5)]
taken = [hung.accept()[0] for _ in waiting]
for i in range(3):
    opened("beside hanging keys, %d" % i, begin("good.yaml"))
several = [begin("good.yaml") for _ in range(12)]
for i, q in enumerate(several):
    opened("at once, %d" % i, q)
h.check("the others still wait", all(q.poll() is None for q in waiting))
if lines:
    public = age.stdout.split("public key: ")[1].split("\n")[0]
    status, out, err = keeper.encrypt(h.SEALEAF, "--age", public)
    client.write("age.yaml", out)
    for i, q in enumerate([begin("age.yaml") for _ in range(8)]):
        opened("a key of this machine, %d" % i, q)
# One that gives up is not missed.
waiting[0].kill()
waiting[0].wait()
for s in taken:
    s.close()
for q in waiting[1:]:
    q.communicate(timeout=60)
    h.check("a broken server is an error", q.returncode == 128)
opened("afterwards", begin("good.yaml"))
stop("several", p)

# More connections than there is room for, which say nothing.
p = start()
idle = []
for _ in range(100):
    s = socket.socket(socket.AF_UNIX)
    s.connect(PATH)
    idle.append(s)
opened("behind a hundred idle ones", begin("good.yaml"))
waiting = begin("hung.yaml")
taken = hung.accept()[0]
for _ in range(100):
    s = socket.socket(socket.AF_UNIX)
    s.connect(PATH)
    idle.append(s)
opened("behind more", begin("good.yaml"))
h.check("one that waits is not sent away", waiting.poll() is None)
waiting.kill()
waiting.wait()
taken.close()
for s in idle:
    s.close()
stop("idle", p)

# A person is asked one thing at a time, and the rest goes on.
p = start("--prompt", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
first, second = begin("good.yaml"), begin("good.yaml")
said = b""
while not said.endswith(b"(y/n): "):
    said += os.read(p.stdout.fileno(), 4096)
h.check("one question", said.count(b"(y/n)") == 1, said)
p.stdin.write(b"y\n")
p.stdin.flush()
said = b""
while not said.endswith(b"(y/n): "):
    said += os.read(p.stdout.fileno(), 4096)
p.stdin.write(b"y\n")
p.stdin.flush()
opened("the first", first)
opened("the second", second)
stop("questions", p)
h.finish("clients")
