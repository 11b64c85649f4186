# SPDX-License-Identifier: Apache-2.0
"""A server on loopback that is many hosts: plain HTTP on its port, and behind
CONNECT, as an HTTPS proxy, TLS for whatever name is asked for, with a
certificate of a CA made here. Both SOPS and sealeaf honour HTTPS_PROXY and
SSL_CERT_FILE, so they talk to kms.REGION.amazonaws.com as they would there.

A service is a function request -> (status, headers, body) that is given a
Request and returns None for what it does not know."""

import base64
import datetime
import http.server
import ipaddress
import json
import os
import ssl
import threading
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID


class Request:
    def __init__(self, host, method, target, headers, body):
        self.host, self.method, self.target = host, method, target
        self.path, _, self.query = target.partition("?")
        self.headers = {k.lower(): v for k, v in headers.items()}
        self.body = body

    def json(self):
        return json.loads(self.body)

    def form(self):
        return {k: v[0] for k, v in urllib.parse.parse_qs(
            self.body.decode(), keep_blank_values=True).items()}

    def args(self):
        return {k: v[0] for k, v in urllib.parse.parse_qs(
            self.query, keep_blank_values=True).items()}


def reply(status, value, headers=()):
    return status, [("Content-Type", "application/json"), *headers], \
        json.dumps(value).encode()


class Sealer:
    """What a key service does: seal under a named key, with a context."""

    def __init__(self):
        self.key = AESGCM(os.urandom(32))

    def seal(self, plain, name, context=""):
        nonce = os.urandom(12)
        label = (name + "\0" + context).encode()
        return nonce + self.key.encrypt(nonce, plain, label)

    def open(self, blob, name, context=""):
        label = (name + "\0" + context).encode()
        return self.key.decrypt(blob[:12], blob[12:], label)


def b64(data):
    return base64.b64encode(data).decode()


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authority:
    """A CA, and certificates for names on demand."""

    def __init__(self, folder):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(
            NameOID.COMMON_NAME, "sealeaf test CA")])
        self.cert = self.build(self.name, self.key.public_key(), None)
        self.path = os.path.join(folder, "ca.pem")
        with open(self.path, "wb") as f:
            f.write(self.cert.public_bytes(serialization.Encoding.PEM))
        self.contexts = {}
        self.lock = threading.Lock()

    def build(self, subject, public, host):
        now = datetime.datetime.now(datetime.timezone.utc)
        b = (x509.CertificateBuilder().subject_name(subject)
             .issuer_name(self.name).public_key(public)
             .serial_number(x509.random_serial_number())
             .not_valid_before(now - datetime.timedelta(days=1))
             .not_valid_after(now + datetime.timedelta(days=9)))
        if host is None:
            b = b.add_extension(x509.BasicConstraints(True, None), True)
            b = b.add_extension(x509.SubjectKeyIdentifier.from_public_key(
                public), False)
        else:
            try:
                alt = x509.IPAddress(ipaddress.ip_address(host))
            except ValueError:
                alt = x509.DNSName(host)
            b = b.add_extension(x509.SubjectAlternativeName([alt]), False)
            b = b.add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(
                    self.key.public_key()), False)
        return b.sign(self.key, hashes.SHA256())

    def files(self, host):
        """Certificate and key of a host in one file."""
        path = os.path.join(self.folder, host.replace(":", "_") + ".pem")
        key = ec.generate_private_key(ec.SECP256R1())
        cert = self.build(x509.Name([]), key.public_key(), host)
        with open(path, "wb") as f:
            f.write(cert.public_bytes(serialization.Encoding.PEM))
            f.write(key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption()))
        return path

    def context(self, host, client=False):
        with self.lock:
            if (host, client) not in self.contexts:
                c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                c.load_cert_chain(self.files(host))
                if client:
                    c.load_verify_locations(self.path)
                    c.verify_mode = ssl.CERT_REQUIRED
                self.contexts[host, client] = c
            return self.contexts[host, client]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    tunnel = None

    def log_message(self, *args):
        pass

    def do_CONNECT(self):
        self.send_response(200)
        self.end_headers()
        self.tunnel = self.path.rsplit(":", 1)[0]
        self.connection = self.server.owner.authority.context(
            self.tunnel).wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = http.server.socketserver._SocketWriter(self.connection)
        self.close_connection = False

    def do(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        host = self.headers.get("Host", "")
        request = Request(host, self.command, self.path, self.headers, body)
        request.secure = self.tunnel is not None
        request.peer_tunnel = self.tunnel
        owner = self.server.owner
        owner.log.append("%s %s%s" % (self.command, host, self.path))
        answer = None
        for service in owner.services:
            answer = service(request)
            if answer is not None:
                break
        status, headers, body = answer or (404, [], b"no such thing")
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if "Date" not in dict(headers):
            self.send_header("Date", self.date_time_string())
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do

    def handle(self):
        try:
            super().handle()
        except (OSError, ValueError):
            pass


class Server:
    def __init__(self, folder, *services):
        self.authority = Authority(folder)
        self.services = list(services)
        self.log = []
        self.http = self.listen(None)
        self.port = self.http.server_port
        self.url = "http://127.0.0.1:%d" % self.port

    def listen(self, context):
        s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        s.daemon_threads = True
        s.owner = self
        s.handle_error = lambda *args: None
        if context is not None:
            s.socket = context.wrap_socket(s.socket, server_side=True)
        threading.Thread(target=s.serve_forever, daemon=True).start()
        return s

    def listen_tls(self, host="127.0.0.1", client=False):
        """Another port, with TLS from the start; its number."""
        return self.listen(self.authority.context(host, client)).server_port

    def environment(self):
        """How a client gets here whatever host it wants."""
        return {"HTTPS_PROXY": self.url, "SSL_CERT_FILE": self.authority.path}
