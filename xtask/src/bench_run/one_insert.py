"""One INSERT .. SELECT of a whole stream through an external stream; prints the seconds until its rows are seen."""

import sys
import time

from proton_driver import client

target, source, user, password, definition, n_rows, block_rows = sys.argv[1:]


def connect(address):
    host, port = address.rsplit(":", 1)
    return client.Client(host, port=int(port), user=user, password=password)


def wait_for_rows(connection):
    while connection.execute("SELECT count() FROM table(bench.orders)")[0][0] < int(n_rows):
        time.sleep(0.05)


# A sandbox serves before its last rows have been flushed.
wait_for_rows(connect(source))
connection = connect(target)
connection.execute("CREATE DATABASE bench")
connection.execute(definition)
connection.execute(
    "CREATE EXTERNAL STREAM bench.helper SETTINGS type = 'timeplus', "
    f"hosts = '{source}', db = 'bench', stream = 'orders', user = '{user}', password = '{password}'"
)
settings = {
    "max_insert_threads": 8,
    "max_block_size": int(block_rows),
    "min_insert_block_size_rows": int(block_rows),
    "min_insert_block_size_bytes": 0,
    "max_execution_time": 0,
    "insert_null_as_default": 0,
}
columns = "id, who, paid, price, _tp_time"
began = time.monotonic()
connection.execute(
    f"INSERT INTO bench.orders ({columns}) SELECT {columns} FROM table(bench.helper)", settings=settings
)
wait_for_rows(connection)
print(time.monotonic() - began)
