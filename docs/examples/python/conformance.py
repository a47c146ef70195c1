#!/usr/bin/env python3
"""Walks docs/PROTOCOL.md against a running server and says which of its rules hold.

    ixion start --demo --data ./data &
    python3 conformance.py 127.0.0.1:7488

The server needs the queues of --demo and no credentials. Each rule S1, S2 ... of the page has a check
here; the exit code is 1 when one fails. What it submits it also ends.
"""

import struct
import sys
import time
from datetime import datetime, timezone

import msgpack

from ixion import FLAGS, HEADER, KINDS, REQUESTS, TABLES, Connection, Refused, frame, new_key

HOST, PORT = "127.0.0.1", 7488
HOME, BESIDE, APART = "demo.PS", "demo.PE", "demo.IN"
CHECKS = []


def rule(number, about):
    """Marks a function as the check of a rule of the page."""

    def add(check):
        CHECKS.append((number, about, check))
        return check

    return add


def connect():
    return Connection(HOST, PORT)


def refused(expected, act):
    """`act` must be refused with one of the codes in `expected`."""
    codes = expected if isinstance(expected, tuple) else (expected,)
    try:
        answer = act()
    except Refused as error:
        assert error.code in codes, f"refused with {error}, not {expected}"
        return error
    raise AssertionError(f"answered with {answer}, not refused with {expected}")


def submit(client, queue=HOME, identifier=None, **more):
    """Hands one in; its identifier."""
    route = ("queue", queue) if identifier is None else ("id", identifier)
    if identifier is not None:
        more["InteractionId"] = identifier
    answer = client.ask(
        "RequestSubmit",
        route=route,
        Queue=queue,
        MediaType=more.pop("MediaType", "email"),
        InteractionType="Inbound",
        **more,
    )
    return answer["Extension"]["InteractionId"]


def by_id(client, name, identifier, **more):
    return client.ask(name, route=("id", identifier), InteractionId=identifier, **more)


def stop(client, identifier, **more):
    return by_id(client, "RequestStopProcessing", identifier, **more)


def place(client, identifier, queue, **more):
    return by_id(client, "RequestPlaceInQueue", identifier, Queue=queue, **more)


def read(client, identifier):
    return by_id(client, "RequestGetInteractionProperties", identifier)["Interaction"]


def pull(client, queue=HOME, **more):
    """The interactions of one pull."""
    answer = client.ask("RequestPull", route=("queue", queue), ViewId=queue, **more)
    return answer["Interactions"]


def media(connection, name="conformance.media"):
    return connection.register(name, "MediaServer")


def agent(connection, name="conformance.agent", **more):
    return connection.register(name, "AgentApplication", **more)


@rule("S1", "every request is answered once, with its reference and its proxy client")
def answered_once():
    with connect() as connection:
        first = media(connection)
        second = connection.register("other", "MediaServer", proxy_client=4_294_967_295)
        expected = {}
        data = b""
        for number, client in enumerate([first, second] * 50):
            reference, one = client.bytes_of("RequestPing", reference=4_294_967_295 - number)
            expected[reference] = client.proxy_client
            data += one
        connection.send(data)
        while expected:
            came = connection.read()
            assert came.name == "EventPing", came.name
            assert expected.pop(came.reference) == came.proxy_client


@rule("S2", "where framing is lost the answer is 1012 with reference 0, and the connection ends")
def framing_lost():
    heads = {
        "a length below the header": struct.pack(">I", 17),
        "a length above the limit": struct.pack(">I", 0xFFFFFFFF),
        "a route key longer than its frame": HEADER.pack(18, 175, 0, 1, 1, 0, 9),
    }
    for what, data in heads.items():
        with connect() as connection:
            media(connection)
            connection.send(data)
            came = connection.read()
            assert came is not None and came.name == "EventError", what
            assert came.body["ErrorCode"] == 1012, f"{what}: {came.body}"
            assert (came.reference, came.proxy_client) == (0, 0), what
            assert connection.read() is None, f"{what}: the connection goes on"


@rule("S3", "any other fault is answered under its reference, and the connection goes on")
def goes_on():
    with connect() as connection:
        client = media(connection)
        for number in (0, 99, 125, 65_535):
            reference = connection.reference()
            connection.send(frame(number, {}, reference, client.proxy_client))
            refused(1004, lambda: connection.answer(reference))
        assert "ServerTime" in client.ask("RequestPing")


@rule("S4", "a client registers first, once, with a version that the server speaks")
def registration():
    with connect() as connection:
        reference = connection.reference()
        connection.send(frame(REQUESTS["RequestPing"]["number"], {}, reference, 7))
        refused(1001, lambda: connection.answer(reference))
        client = connection.register("conformance", "MediaServer", proxy_client=7)
        assert client.registration["ProxyClientId"] == 7
        refused(1002, lambda: connection.register("conformance", "MediaServer", proxy_client=7))
        wrong = {"ClientName": "x", "ClientType": "MediaServer", "ProtocolVersion": 9}
        refused(1003, lambda: _register_raw(connection, wrong))
        unknown = {"ClientName": "x", "ClientType": "Toaster", "ProtocolVersion": 1}
        refused((1007, 1013), lambda: _register_raw(connection, unknown))
        for name in ("", "a\nb"):
            named = {"ClientName": name, "ClientType": "MediaServer", "ProtocolVersion": 1}
            refused((1029, 1030), lambda named=named: _register_raw(connection, named))


def _register_raw(connection, body):
    reference = connection.reference()
    connection.send(frame(REQUESTS["RequestRegisterClient"]["number"], body, reference, 900))
    return connection.answer(reference)


@rule("S5", "requests may follow a registration at once, before it is answered")
def early_requests():
    with connect() as connection:
        early = {"ClientName": "early", "ClientType": "MediaServer", "ProtocolVersion": 1}
        number = REQUESTS["RequestRegisterClient"]["number"]
        ping = REQUESTS["RequestPing"]["number"]
        connection.send(frame(number, early, 1, 3) + frame(ping, {}, 2, 3))
        connection.next_reference = 3
        assert connection.answer(1)["Extension"]["ProxyClientId"] == 3
        assert "ServerTime" in connection.answer(2)


@rule("S6", "a body that is not as its table says is refused, and names the attribute")
def bodies():
    with connect() as connection:
        client = media(connection)
        whole = {
            "Queue": HOME,
            "MediaType": "email",
            "InteractionType": "Inbound",
        }

        def send(body):
            reference = connection.reference()
            number = REQUESTS["RequestSubmit"]["number"]
            kind = KINDS["queue"]
            data = frame(number, body, reference, client.proxy_client, 0, kind, HOME.encode())
            connection.send(data)
            return connection.answer(reference)

        packed = msgpack.packb(whole)
        without = {key: value for key, value in whole.items() if key != "MediaType"}
        assert "MediaType" in str(refused(1006, lambda: send(without)))
        assert "Priority" in str(refused(1007, lambda: send({**whole, "Priority": "high"})))
        assert "Priority" in str(refused(1007, lambda: send({**whole, "Priority": 1.5})))
        refused(1007, lambda: send({**whole, "Priority": None}))
        refused(1007, lambda: send({**whole, "Priority": 2**31}))
        assert "Colour" in str(refused(1008, lambda: send({**whole, "Colour": "red"})))
        refused(1008, lambda: send({**without, "mediatype": "email"}))
        refused(1009, lambda: send({**whole, "MediaType": "x" * 256}))
        refused(1029, lambda: send({**whole, "MediaType": ""}))
        refused(1005, lambda: send(packed + b"\xc0"))
        refused(1005, lambda: send(packed[:-1]))
        refused(1005, lambda: send(b""))
        refused(1005, lambda: send(b"\x93\x01\x02\x03"))
        twice = b"\x84" + packed[1:] + msgpack.packb("Queue") + msgpack.packb(HOME)
        refused((1005, 1007, 1008), lambda: send(twice))
        bad = packed.replace(b"\xa5email", b"\xa5em\xffil")
        refused((1005, 1007), lambda: send(bad))


@rule("S7", "the order of attributes and the encoding of MessagePack do not matter")
def encodings():
    with connect() as connection:
        client = media(connection)

        def long_string(text):
            data = text.encode()
            return b"\xdb" + struct.pack(">I", len(data)) + data

        pairs = {"InteractionType": "Inbound", "MediaType": "email", "Queue": HOME}
        body = b"\xdf" + struct.pack(">I", len(pairs) + 1)
        for key, value in pairs.items():
            body += long_string(key) + long_string(value)
        body += long_string("Priority") + b"\xd3" + struct.pack(">q", 7)
        reference = connection.reference()
        number = REQUESTS["RequestSubmit"]["number"]
        kind = KINDS["queue"]
        connection.send(frame(number, body, reference, client.proxy_client, 0, kind, HOME.encode()))
        identifier = connection.answer(reference)["Extension"]["InteractionId"]
        assert read(client, identifier)["Priority"] == 7
        stop(client, identifier)


@rule("S8", "the route key is the attribute that it stands for, of a kind that the message takes")
def routes():
    with connect() as connection:
        client = media(connection)
        identifier = submit(client)
        name = "RequestStopProcessing"
        for route in (("id", "another"), ("queue", HOME), ("none", ""), ("id", "")):
            refused(1010, lambda r=route: client.ask(name, route=r, InteractionId=identifier))
        refused((1010, 1020), lambda: submit(client, queue="no.such.queue"))
        assert read(client, identifier)["InteractionState"] == 0
        stop(client, identifier)


@rule("S9", "flag bits that the page does not name are ignored")
def unknown_flags():
    with connect() as connection:
        client = media(connection)
        known = 0
        for bit in FLAGS.values():
            known |= bit
        assert "ServerTime" in client.ask("RequestPing", flags=0xFFFF & ~known)


@rule("S10", "identifiers compare byte for byte; one of a client's own is known again")
def identifiers():
    with connect() as connection:
        client = media(connection)
        other = connection.register("conformance.other", "MediaServer")
        name = f"Conformance.{time.time_ns()}"
        assert submit(client, identifier=name) == name
        answer = client.ask(
            "RequestSubmit",
            route=("id", name),
            InteractionId=name,
            Queue=HOME,
            MediaType="email",
            InteractionType="Inbound",
        )
        assert answer["Extension"]["Duplicate"] == 1
        refused(1021, lambda: submit(other, identifier=name))
        refused(43, lambda: read(client, name.lower()))
        for wrong in ("", "a b", "\u00e4", "x" * 65):
            refused((1009, 1022), lambda w=wrong: submit(client, identifier=w))
        made = submit(client)
        assert len(made) == 16 and set(made) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        stop(client, made)
        stop(client, name)
        refused(43, lambda: stop(client, name))


@rule("S11", "attached data come back as they were, in all their kinds")
def attached_data():
    with connect() as connection:
        client = media(connection)
        data = {
            "integer": -(2**63),
            "great": 2**63 - 1,
            "string": "Gr\u00fc\u00dfe \U0001f600",
            "empty": "",
            "binary": b"\x00\xff",
            "list": {"of": {"lists": 1}},
            "float": 1.5,
            "yes": True,
            "no": False,
            "time": datetime(2025, 10, 9, 8, 53, 20, tzinfo=timezone.utc),
        }
        identifier = submit(client, UserData=data)
        assert read(client, identifier)["UserData"] == data
        changes = {
            "AddedProperties": {"added": 1, "string": "new"},
            "ChangedProperties": {"list": {"other": 2}, "fresh": 3},
            "DeletedProperties": {"great": 0, "absent": 0},
        }
        by_id(client, "RequestChangeProperties", identifier, **changes)
        expected = {**data, "added": 1, "string": "new", "list": {"other": 2}, "fresh": 3}
        del expected["great"]
        assert read(client, identifier)["UserData"] == expected
        for wrong in ({"k": None}, {"k": [1]}, {"k": 2**63}):
            refused((1005, 1007, 1026), lambda w=wrong: submit(client, UserData=w))
        stop(client, identifier)


@rule("S12", "each request is possible in the states that the table of the life names")
def life():
    with connect() as connection:
        client, worker = media(connection), agent(connection)
        identifier = submit(client)
        by_id(client, "RequestHold", identifier)
        assert read(client, identifier)["IsHeld"] == 1
        place(client, identifier, BESIDE)
        assert read(client, identifier)["IsHeld"] == 1, "a placing keeps it on hold"
        assert pull(worker, BESIDE) == [], "what is on hold is passed over"
        by_id(client, "RequestResume", identifier)
        refused(1027, lambda: by_id(client, "RequestResume", identifier))
        (pulled,) = pull(worker, BESIDE)
        assert pulled["InteractionId"] == identifier and pulled["InteractionState"] == 3
        assert read(client, identifier)["InteractionState"] == 3
        rival = agent(connection, "conformance.rival")
        refused(1025, lambda: stop(rival, identifier))
        by_id(worker, "RequestChangeProperties", identifier, Priority=3)
        place(worker, identifier, APART)
        now = read(client, identifier)
        assert (now["InteractionState"], now["Queue"]) == (0, APART)
        stop(client, identifier)
        refused(43, lambda: read(client, identifier))
        own = submit(worker)
        assert read(client, own)["InteractionState"] == 3, "an agent has what it submits"
        stop(worker, own)


@rule("S13", "a change makes its events, in order, without a gap in Sequence")
def events():
    with connect() as connection, connect() as watching:
        client, worker = media(connection), agent(connection)
        reader = media(watching, "conformance.reader")
        started = reader.ask("RequestStartPlaceAgentStateReportingAll")["Extension"]
        identifier = submit(client)
        by_id(client, "RequestHold", identifier)
        by_id(client, "RequestResume", identifier)
        by_id(client, "RequestChangeProperties", identifier, Priority=2_000_000_000)
        pull(worker)
        place(worker, identifier, APART)
        pull(worker, APART)
        stop(client, identifier, ReasonSystemName="Normal")
        expected = [
            ("EventInteractionSubmitted", 0),
            ("EventHeld", 0),
            ("EventResumed", 0),
            ("EventPropertiesChanged", 0),
            ("EventTakenFromQueue", 3),
            ("EventPartyAdded", 3),
            ("EventPartyRemoved", 0),
            ("EventPlacedInQueue", 0),
            ("EventTakenFromQueue", 3),
            ("EventPartyAdded", 3),
            ("EventPartyRemoved", 3),
            ("EventProcessingStopped", 3),
        ]
        came = []
        while len(came) < len(expected):
            one = watching.take(lambda each: each.is_event)
            if one.body.get("InteractionId") == identifier:
                assert one.body["SubscriptionId"] == started["SubscriptionId"]
                came.append(one)
        told = [(one.name, one.body["InteractionState"]) for one in came]
        # Those of two partitions come in any order to each other.
        assert sorted(told) == sorted(expected), told
        for partition in {one.body["Partition"] for one in came}:
            of = [one.body for one in came if one.body["Partition"] == partition]
            assert [one["Sequence"] for one in of] == sorted(one["Sequence"] for one in of)
            versions = [one["InteractionVersion"] for one in of]
            assert versions == sorted(versions), versions


@rule("S14", "a reader goes on where its resume token says, and misses nothing")
def resume():
    with connect() as connection:
        client = media(connection)
        with connect() as watching:
            reader = media(watching, "conformance.reader")
            started = reader.ask("RequestStartPlaceAgentStateReportingAll")["Extension"]
        identifier = submit(client)
        stop(client, identifier)
        token = {key: started[key] for key in ("ResumeToken", "Timeline") if key in started}
        with connect() as watching:
            reader = media(watching, "conformance.reader")
            name = "RequestStartPlaceAgentStateReportingAll"
            resumed = reader.ask(name, **token)["Extension"]
            names = []
            while "EventProcessingStopped" not in names:
                one = watching.take(lambda each: each.is_event)
                if one.body.get("InteractionId") == identifier:
                    names.append(one.name)
            assert names == ["EventInteractionSubmitted", "EventProcessingStopped"], names
            ending = "RequestStopPlaceAgentStateReportingAll"
            subscription = {"SubscriptionId": resumed["SubscriptionId"]}
            reader.ask(ending, **subscription)
            refused(1015, lambda: reader.ask(ending, **subscription))
            wrong = {**token, "ResumeToken": [1]}
            refused(1016, lambda: reader.ask(name, **wrong))


@rule("S15", "requests with one route key are executed in the order sent; a fence orders all")
def order():
    with connect() as connection:
        client = media(connection)
        worker = agent(connection)
        for _ in range(20):
            identifier = submit(client)
            first, hold = client.bytes_of(
                "RequestHold", route=("id", identifier), InteractionId=identifier
            )
            second, resume_it = client.bytes_of(
                "RequestResume", route=("id", identifier), InteractionId=identifier
            )
            connection.send(hold + resume_it)
            connection.answer(first)
            connection.answer(second)
            stop(client, identifier)
        if "fence" not in FLAGS:
            return
        for number in range(20):
            name = f"fence.{time.time_ns()}.{number}"
            attributes = {"MediaType": "email", "InteractionType": "Inbound", "Queue": HOME}
            first, submitted = worker.bytes_of(
                "RequestSubmit", route=("id", name), InteractionId=name, **attributes
            )
            second, placed = worker.bytes_of(
                "RequestPlaceInQueue", route=("id", name), InteractionId=name, Queue=APART
            )
            third, pulled = worker.bytes_of(
                "RequestPull", route=("queue", APART), ViewId=APART, flags=FLAGS["fence"]
            )
            connection.send(submitted + placed + pulled)
            connection.answer(first)
            connection.answer(second)
            taken = connection.answer(third)["Interactions"]
            assert [one["InteractionId"] for one in taken] == [name]
            stop(worker, name)


@rule("S16", "a request that is repeated with its key is executed once and answered the same")
def retry_keys():
    with connect() as connection:
        client = media(connection)
        key = new_key()
        attributes = {"MediaType": "email", "InteractionType": "Inbound", "Queue": HOME}
        attributes["RequestKey"] = key
        first = client.ask("RequestSubmit", route=("queue", HOME), **attributes)
        again = client.ask(
            "RequestSubmit", route=("queue", HOME), flags=FLAGS["retry"], **attributes
        )
        identifier = first["Extension"]["InteractionId"]
        assert again["Extension"]["InteractionId"] == identifier
        if any(error["code"] == 1048 for error in TABLES["errors"]):
            refused(1048, lambda: stop(client, identifier, RequestKey=key))
            assert read(client, identifier)["InteractionState"] == 0
        changed = new_key()
        for _ in range(3):
            place(client, identifier, APART, RequestKey=changed)
        assert read(client, identifier)["InteractionVersion"] == 2
        ended = new_key()
        stop(client, identifier, RequestKey=ended)
        stop(client, identifier, RequestKey=ended)


@rule("S17", "a pull takes in the order of the queue, waits as long as it says, and takes by name")
def pulls():
    with connect() as connection:
        client, worker = media(connection), agent(connection)
        low = submit(client, BESIDE, Priority=1)
        high = submit(client, BESIDE, Priority=9)
        older = submit(client, BESIDE, Priority=9, ReceivedAt=1_000)
        taken = [one["InteractionId"] for one in pull(worker, BESIDE, Count=10)]
        assert taken == [older, high, low], taken
        for identifier in taken:
            stop(worker, identifier)
        refused(1028, lambda: pull(worker, "no.such.queue"))
        refused((1013, 1071), lambda: pull(client, BESIDE))
        before = time.monotonic()
        assert pull(worker, BESIDE, WaitTimeoutMs=200) == []
        assert time.monotonic() - before >= 0.15
        reference = worker.start(
            "RequestPull", route=("queue", BESIDE), ViewId=BESIDE, WaitTimeoutMs=20_000
        )
        identifier = submit(client, BESIDE)
        (given,) = connection.answer(reference)["Interactions"]
        assert given["InteractionId"] == identifier
        stop(worker, identifier)
        held = submit(client, BESIDE, Hold=True)

        def known(**more):
            return worker.ask(
                "RequestPull",
                route=("id", held),
                ViewId="_system_",
                PullParameters={held: ""},
                **more,
            )["Interactions"]

        refused(1024, known)
        assert known(IgnoreHold=True)[0]["InteractionId"] == held
        stop(worker, held)


@rule("S18", "what a session has comes back to its key, on any connection; an older one is ended")
def sessions():
    key = new_key()
    with connect() as connection:
        client = media(connection)
        identifier = submit(client)
        with connect() as lost:
            worker = agent(lost, SessionKey=key)
            while identifier not in [one["InteractionId"] for one in pull(worker, Count=100)]:
                pass
        with connect() as back, connect() as rival:
            again = agent(back, SessionKey=key)
            assert identifier in again.registration["HeldInteractions"]
            replacing = agent(rival, SessionKey=key)
            assert identifier in replacing.registration["HeldInteractions"]
            assert again.event("EventForcedDisconnect") is not None
            refused(1001, lambda: again.ask("RequestPing"))
            replacing.ask("RequestUnregisterClient")
            assert read(client, identifier)["InteractionState"] == 0, "given back at once"
        stop(client, identifier)


@rule("S19", "an unregistration follows all that was sent before, and ends pulls that wait")
def unregister():
    with connect() as connection, connect() as other:
        client, watcher = media(connection), media(other)
        worker = agent(connection)
        waiting = worker.start(
            "RequestPull", route=("queue", "demo.TT"), ViewId="demo.TT", WaitTimeoutMs=60_000
        )
        data, references = b"", []
        for _ in range(20):
            reference, one = worker.bytes_of(
                "RequestSubmit",
                route=("queue", HOME),
                Queue=HOME,
                MediaType="email",
                InteractionType="Inbound",
            )
            references.append(reference)
            data += one
        last, one = worker.bytes_of("RequestUnregisterClient")
        connection.send(data + one)
        made = [connection.answer(each)["Extension"]["InteractionId"] for each in references]
        assert connection.answer(waiting)["Interactions"] == []
        connection.answer(last)
        for identifier in made:
            assert read(watcher, identifier)["InteractionState"] == 0
            stop(client, identifier)


@rule("S20", "totals, listings and searches are told in parts that follow one another")
def pages():
    with connect() as connection:
        client = media(connection)
        identifier = submit(client)
        names, after = [], {}
        while True:
            page = client.ask("RequestQueueStatistics", **after)
            names += [row["Queue"] for row in page["Queues"]]
            if "Next" not in page:
                break
            after = {"After": page["Next"]}
        assert HOME in names and len(names) == len(set(names)), names
        reporter = connection.register("conformance.reporter", "ReportingEngine")
        found, partition, partitions = False, 0, 1
        while partition < partitions:
            after = {}
            while True:
                page = reporter.ask("RequestListInteractions", Partition=partition, **after)
                partitions = page["Partitions"]
                listed = msgpack.unpackb(page["Interactions"], timestamp=3)
                found = found or any(one["InteractionId"] == identifier for one in listed)
                if "Next" not in page:
                    break
                after = {"After": page["Next"]}
            partition += 1
        assert found
        seen, after = [], {}
        while True:
            part = reporter.ask("RequestFindInteractions", Queue=HOME, InteractionState=0, **after)
            seen += [one["InteractionId"] for one in part["Interactions"]]
            if "Next" not in part:
                break
            after = {"After": part["Next"]}
        assert identifier in seen and len(seen) == len(set(seen)), seen
        stop(client, identifier)


def main(arguments):
    global HOST, PORT
    if len(arguments) != 1 or ":" not in arguments[0]:
        sys.stderr.write("usage: conformance.py HOST:PORT\n")
        return 64
    HOST, _, port = arguments[0].rpartition(":")
    PORT = int(port)
    failed = 0
    for number, about, check in CHECKS:
        try:
            check()
            print(f"ok - {number} {about}")
        except Exception as error:  # a check that cannot run has failed
            failed += 1
            print(f"not ok - {number} {about}\n  {type(error).__name__}: {error}")
    print(f"# {len(CHECKS) - failed} of {len(CHECKS)} rules hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
