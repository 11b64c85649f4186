# SPDX-License-Identifier: Apache-2.0
"""A server that misbehaves as the path says, for tests/unit/test_http.c.
Prints its port, serves until its standard input closes."""

import http.server
import sys
import threading
import time

flaky = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        word, _, rest = self.path.lstrip("/").partition("/")
        if word == "status":
            self.answer(int(rest), b"no\n")
        elif word == "hang":
            time.sleep(30)
        elif word == "drip":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.2)
        elif word == "flaky":  # /flaky/NAME/STATUS: two failures, then well
            name, status = rest.split("/")
            flaky[name] = flaky.get(name, 0) + 1
            if flaky[name] < 3:
                self.answer(int(status), b"later")
            else:
                self.answer(200, b"at last")
        elif word == "big":
            self.send_response(200)
            self.send_header("Content-Length", str(10 << 20))
            self.end_headers()
            for _ in range(160):
                self.wfile.write(b"x" * 65536)
        elif word == "headers":
            self.send_response(200)
            for i in range(90):
                self.send_header("X-%d" % i, "y" * 1000)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif word == "redirect":
            self.answer(302, b"", [("Location", "/echo")])
        elif word == "close":
            self.close_connection = True
            self.connection.close()
        elif word == "garbage":
            self.wfile.write(b"this is not HTTP\r\n\r\n")
            self.close_connection = True
        elif word == "echo":
            text = "%s %s\n%s\n" % (self.command, self.path,
                                    str(self.headers).replace("\r", ""))
            self.answer(200, text.encode() + body, [("X-Case", " Kept ")])
        else:
            self.answer(404, b"")

    do_GET = do_POST = do_PUT = do

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
server.handle_error = lambda *args: None
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
