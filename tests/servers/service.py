# SPDX-License-Identifier: Apache-2.0
"""A key service that answers every request with the same bytes: as much of
HTTP/2 as that takes."""

import socket
import struct
import threading

DATA, HEADERS, SETTINGS, PING = 0, 1, 4, 6


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + \
        struct.pack(">I", stream) + payload


def fields(*pairs):
    """A header block of literals."""
    return b"".join(b"\0" + bytes((len(n),)) + n + bytes((len(v),)) + v
                    for n, v in pairs)


class Service:
    def __init__(self):
        self.answer = b""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = "tcp://127.0.0.1:%d" % self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def set(self, data, field=1, wire=2):
        """The only field of the response."""
        size, n = b"", len(data)
        while n > 127:
            size += bytes((n & 127 | 128,))
            n >>= 7
        self.answer = bytes((field << 3 | wire,)) + size + bytes((n,)) + data

    def accept(self):
        while True:
            s, _ = self.socket.accept()
            threading.Thread(target=self.serve, args=(s,),
                             daemon=True).start()

    def serve(self, s):
        try:
            with s, s.makefile("rb") as f:
                self.talk(s, f)
        except OSError:
            pass

    def talk(self, s, f):
        f.read(24)
        s.sendall(frame(SETTINGS, 0, 0))
        while True:
            head = f.read(9)
            if len(head) < 9:
                return
            size, kind, flags = head[:3], head[3], head[4]
            stream = struct.unpack(">I", head[5:])[0]
            payload = f.read(int.from_bytes(size, "big"))
            if kind == SETTINGS and not flags & 1:
                s.sendall(frame(SETTINGS, 1, 0))
            elif kind == PING and not flags & 1:
                s.sendall(frame(PING, 1, 0, payload))
            elif kind in (DATA, HEADERS) and flags & 1:
                s.sendall(
                    frame(HEADERS, 4, stream, fields(
                        (b":status", b"200"),
                        (b"content-type", b"application/grpc"))) +
                    frame(DATA, 0, stream, struct.pack(
                        ">BI", 0, len(self.answer)) + self.answer) +
                    frame(HEADERS, 5, stream, fields((b"grpc-status",
                                                      b"0"))))
