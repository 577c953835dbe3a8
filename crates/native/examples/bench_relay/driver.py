"""Reads rows with the official driver and writes them with it; prints the seconds that it took."""

import sys
import time

from proton_driver.client import Client


def client(address):
    host, port = address.rsplit(":", 1)
    return Client(host=host, port=int(port), compression=False)


source, target = client(sys.argv[1]), client(sys.argv[2])
source.connection.connect()
target.connection.connect()
began = time.monotonic()
rows = (row for row in source.execute_iter("SELECT"))
target.execute("INSERT INTO t (id, at, plate, speed, city, hops, tags, is_on) VALUES", rows)
print(time.monotonic() - began)
