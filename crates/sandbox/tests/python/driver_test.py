"""The official Python driver against a sandbox: connect, every type both ways, exceptions."""

import datetime
import decimal
import ipaddress
import os
import time
import unittest
import uuid

from proton_driver import client, errors

HOST = os.environ.get("FERRY_HOST", "127.0.0.1")
PORT = int(os.environ.get("FERRY_PORT", "8463"))
USER = os.environ.get("FERRY_USER", "default")
PASSWORD = os.environ.get("FERRY_PASSWORD", "")

UTC = datetime.timezone.utc
AUTHENTICATION_FAILED = 516
UNKNOWN_STREAM = 60

# A type, and values that must come back as they were sent.
TYPES = [
    ("int8", [-128, 0, 127]),
    ("int16", [-32768, 0, 32767]),
    ("int32", [-(2**31), 0, 2**31 - 1]),
    ("int64", [-(2**63), 0, 2**63 - 1]),
    ("int128", [-(2**127), 0, 2**127 - 1]),
    ("int256", [-(2**255), 0, 2**255 - 1]),
    ("uint8", [0, 255]),
    ("uint16", [0, 65535]),
    ("uint32", [0, 2**32 - 1]),
    ("uint64", [0, 2**64 - 1]),
    ("uint128", [0, 2**128 - 1]),
    ("uint256", [0, 2**256 - 1]),
    ("float32", [0.0, -1.5, 3.25]),
    ("float64", [0.0, -1.1, 1e300]),
    ("bool", [True, False]),
    ("decimal(9, 2)", [decimal.Decimal("0.00"), decimal.Decimal("-1234567.89")]),
    ("decimal(18, 4)", [decimal.Decimal("12345678901234.5678")]),
    ("decimal(38, 6)", [decimal.Decimal("-12345678901234567890123456789012.345678")]),
    ("string", ["", "text", "é ☃ '\\"]),
    ("fixed_string(4)", ["abcd"]),
    ("enum8('low' = -1, 'high' = 100)", ["low", "high"]),
    ("enum16('one' = 1, 'many' = 1000)", ["one", "many"]),
    ("uuid", [uuid.UUID(int=0), uuid.UUID("6f1c3b5e-93f1-4f0c-8f9f-0a9d5c3b7e21")]),
    ("ipv4", [ipaddress.IPv4Address("10.20.30.40"), ipaddress.IPv4Address("255.255.255.255")]),
    ("ipv6", [ipaddress.IPv6Address("2001:db8::1"), ipaddress.IPv6Address("::")]),
    ("date", [datetime.date(1970, 1, 1), datetime.date(2026, 11, 22)]),
    ("date32", [datetime.date(1969, 7, 20), datetime.date(2100, 1, 1)]),
    ("datetime('UTC')", [datetime.datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)]),
    ("datetime64(3, 'UTC')", [datetime.datetime(2026, 11, 22, 1, 2, 3, 456000, tzinfo=UTC)]),
    ("datetime64(6, 'UTC')", [datetime.datetime(2026, 11, 22, 1, 2, 3, 456789, tzinfo=UTC)]),
    ("nullable(int32)", [None, 7]),
    ("nullable(string)", [None, "", "x"]),
    ("array(int32)", [[], [1, 2, 3]]),
    ("array(nullable(string))", [["a", None], []]),
    ("array(array(int8))", [[[1], []], []]),
    ("map(string, int64)", [{}, {"a": 1, "b": -1}]),
    ("tuple(int32, string)", [(1, "x"), (-1, "")]),
    ("low_cardinality(string)", ["a", "b", "a"]),
    ("low_cardinality(nullable(string))", ["a", None]),
]


class Case(unittest.TestCase):
    """What both kinds of tests need."""

    def connect(self, **options):
        """A client of the sandbox, which is disconnected when the test ends."""
        given = {"host": HOST, "port": PORT, "user": USER, "password": PASSWORD}
        one = client.Client(**{**given, **options})
        self.addCleanup(one.disconnect)
        return one


class Connection(Case):
    """Signing in, and what goes wrong."""

    def test_the_right_password_is_let_in(self):
        self.assertEqual(self.connect().execute("SELECT 1 AS one"), [(1,)])

    def test_a_wrong_password_is_refused(self):
        with self.assertRaises(errors.ServerException) as refused:
            self.connect(password="certainly not " + PASSWORD).execute("SELECT 1")
        self.assertEqual(refused.exception.code, AUTHENTICATION_FAILED)

    def test_an_exception_keeps_the_connection_usable(self):
        one = self.connect()
        with self.assertRaises(errors.ServerException) as refused:
            one.execute("SELECT * FROM table(there_is_no_such_stream)")
        self.assertEqual(refused.exception.code, UNKNOWN_STREAM)
        self.assertEqual(one.execute("SELECT 2 AS two"), [(2,)])

    def test_a_failed_insert_keeps_the_connection_usable(self):
        one = self.connect()
        with self.assertRaises(errors.ServerException):
            one.execute("INSERT INTO there_is_no_such_stream (a) VALUES", [(1,)])
        self.assertEqual(one.execute("SELECT 3 AS three"), [(3,)])


class Types(Case):
    """Every type, sent as blocks and read back, plain and with LZ4."""

    def round_trip(self, compression):
        one = self.connect(compression=compression)
        for number, (type_name, values) in enumerate(TYPES):
            with self.subTest(type=type_name, compression=compression):
                stream = f"driver_{'lz4' if compression else 'plain'}_{number}"
                one.execute(
                    f"CREATE STREAM {stream} (n int32, v {type_name}) SETTINGS flush_threshold_ms = 20"
                )
                one.execute(f"INSERT INTO {stream} (n, v) VALUES", list(enumerate(values)))
                self.assertEqual(self.read(one, stream, len(values)), values)
                one.execute(f"DROP STREAM {stream}")

    def read(self, one, stream, n_rows):
        """The values in order, once all rows are visible: rows appear after the flush interval."""
        deadline = time.monotonic() + 10
        while True:
            rows = one.execute(f"SELECT v FROM table({stream}) ORDER BY n")
            if len(rows) == n_rows:
                return [value for (value,) in rows]
            self.assertLess(time.monotonic(), deadline, f"{len(rows)} of {n_rows} rows are visible")

    def test_every_type_comes_back_as_it_was_sent(self):
        self.round_trip(compression=False)

    def test_every_type_comes_back_as_it_was_sent_with_lz4(self):
        self.round_trip(compression="lz4")


if __name__ == "__main__":
    unittest.main()
