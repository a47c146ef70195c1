"""A small client of Ixion's protocol, written from docs/PROTOCOL.md: standard library and msgpack.

    with Connection("127.0.0.1", 7488) as connection:
        mail = connection.register("Mail", "MediaServer")
        done = mail.ask("RequestSubmit", route=("queue", "demo.menu"), Queue="demo.menu",
                        MediaType="email", InteractionType="Inbound", UserData={"Subject": "Hi"})
        print(done["Extension"]["InteractionId"])

It blocks, and keeps the answers of others until they are asked for. Numbers of messages, flags and
route kinds come from protocol.json, which is made from the server's own tables.
"""

import json
import os
import socket
import struct
import time
from collections import deque
from pathlib import Path

import msgpack

TABLES = json.loads(Path(__file__).resolve().parents[2].joinpath("protocol.json").read_text())
REQUESTS = {m["name"]: m for m in TABLES["messages"] if m["direction"] == "request"}
ANSWERS = {m["number"]: m for m in TABLES["messages"] if m["direction"] != "request"}
ERRORS = {e["code"]: e["name"] for e in TABLES["errors"]}
KINDS = TABLES["frame"]["routeKinds"]
FLAGS = TABLES["frame"]["flags"]
HEADER = struct.Struct(">IHHIIBB")


class Refused(Exception):
    """An EventError. `code` and `name` are of the table of errors; `retry_after_ms` of Busy."""

    def __init__(self, body):
        self.code = body["ErrorCode"]
        self.name = ERRORS.get(self.code, "unknown")
        self.retry_after_ms = body.get("RetryAfterMs")
        super().__init__(f"{self.code} {self.name}: {body['ErrorDescription']}")


class Frame:
    """One frame that came."""

    def __init__(self, number, flags, reference, proxy_client, body):
        self.number = number
        self.flags = flags
        self.reference = reference
        self.proxy_client = proxy_client
        self.body = body

    @property
    def name(self):
        """Name of the message; one that this client does not know has none."""
        return ANSWERS[self.number]["name"] if self.number in ANSWERS else None

    @property
    def is_event(self):
        return self.reference == 0


def frame(number, body, reference=0, proxy_client=0, flags=0, kind=0, key=b""):
    """The bytes of a frame. `body` is a dict, or bytes as they are."""
    packed = body if isinstance(body, bytes) else msgpack.packb(body, datetime=True)
    length = HEADER.size + len(key) + len(packed)
    head = HEADER.pack(length, number, flags, reference, proxy_client, kind, len(key))
    return head + key + packed


class Connection:
    """A TCP connection that carries logical clients."""

    def __init__(self, host, port, timeout=20.0):
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.timeout = timeout
        self.buffer = bytearray()
        self.frames = deque()
        self.next_reference = 1
        self.next_proxy_client = 1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def reference(self):
        self.next_reference += 1
        return self.next_reference - 1

    def read(self, timeout=None):
        """The next frame that came, whatever it is; None when the server has closed."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while True:
            if len(self.buffer) >= 4:
                (length,) = struct.unpack_from(">I", self.buffer)
                if len(self.buffer) >= length:
                    data = bytes(self.buffer[:length])
                    del self.buffer[:length]
                    return self._parse(data)
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            chunk = self.socket.recv(65536)
            if not chunk:
                return None
            self.buffer += chunk

    @staticmethod
    def _parse(data):
        _, number, flags, reference, proxy_client, _, key_length = HEADER.unpack_from(data)
        body = msgpack.unpackb(data[HEADER.size + key_length :], timestamp=3)
        return Frame(number, flags, reference, proxy_client, body)

    def take(self, matches, timeout=None):
        """The first frame, kept or to come, for which `matches(frame)` holds."""
        for kept in self.frames:
            if matches(kept):
                self.frames.remove(kept)
                return kept
        while True:
            came = self.read(timeout)
            if came is None:
                raise ConnectionError("the server closed the connection")
            if matches(came):
                return came
            self.frames.append(came)

    def answer(self, reference, timeout=None):
        """The body of the answer to a request. Raises Refused."""
        came = self.take(lambda one: one.reference == reference, timeout)
        if came.name == "EventError":
            raise Refused(came.body)
        return came.body

    def register(self, client_name, client_type, proxy_client=None, **more):
        """Registers a logical client; `more` are further attributes, as SessionKey."""
        if proxy_client is None:
            proxy_client = self.next_proxy_client
            self.next_proxy_client += 1
        client = Client(self, proxy_client)
        attributes = {
            "ClientName": client_name,
            "ClientType": client_type,
            "ProtocolVersion": TABLES["version"],
            **more,
        }
        client.registration = client.ask("RequestRegisterClient", **attributes)["Extension"]
        return client


class Client:
    """A logical client on a connection."""

    def __init__(self, connection, proxy_client):
        self.connection = connection
        self.proxy_client = proxy_client
        self.registration = None

    def bytes_of(self, name, route=("none", ""), flags=0, reference=None, **attributes):
        """A reference, and the frame of a request under it."""
        reference = self.connection.reference() if reference is None else reference
        kind, key = route
        data = frame(
            REQUESTS[name]["number"],
            attributes,
            reference,
            self.proxy_client,
            flags,
            KINDS[kind],
            key.encode(),
        )
        return reference, data

    def start(self, name, **more):
        """Sends a request; its reference."""
        reference, data = self.bytes_of(name, **more)
        self.connection.send(data)
        return reference

    def ask(self, name, timeout=None, **more):
        """Sends a request and waits; the body of its answer. Raises Refused."""
        return self.connection.answer(self.start(name, **more), timeout)

    def event(self, name, timeout=None):
        """The next event of this name."""
        return self.connection.take(lambda one: one.is_event and one.name == name, timeout).body


def new_key():
    """16 random bytes, for a SessionKey or a RequestKey."""
    return os.urandom(16)
