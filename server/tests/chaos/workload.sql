CREATE DATABASE sales;
CREATE FUNCTION add_one AS (x) -> x + 1;

CREATE STREAM sales.orders (id uint64, who nullable(string), paid nullable(uint8), price decimal(10, 2))
    SETTINGS flush_threshold_ms = 50;
CREATE STREAM sales.cheap_orders (id uint64, price decimal(10, 2)) SETTINGS flush_threshold_ms = 50, shards = 3;
CREATE STREAM sales.customers (id uint64, name nullable(string), version uint64) PRIMARY KEY id
    SETTINGS mode = 'versioned_kv', version_column = 'version', flush_threshold_ms = 50;
CREATE STREAM sales.stock (id uint64, n int64) PRIMARY KEY id
    SETTINGS mode = 'changelog_kv', flush_threshold_ms = 50;
CREATE STREAM sales.moves (id uint64, n int64) SETTINGS mode = 'changelog', flush_threshold_ms = 50;
CREATE MUTABLE STREAM sales.prices (id uint64, note nullable(string), price int64) PRIMARY KEY id
    SETTINGS flush_ms = 50;

CREATE VIEW sales.open_orders AS SELECT id, who FROM sales.orders WHERE paid IS NULL;
CREATE MATERIALIZED VIEW sales.to_cheap INTO sales.cheap_orders AS SELECT id, price, _tp_time FROM sales.orders WHERE price < 100;
CREATE MATERIALIZED VIEW sales.big_orders AS SELECT id, who, price FROM sales.orders WHERE price > 900;

INSERT INTO sales.orders (id, who, paid, price, _tp_time)
    SELECT number, if(number % 7 = 0, NULL, concat('who ', to_string(number))), if(number % 3 = 0, NULL, 1),
        (number % 1000) + 0.5,
        from_unix_timestamp64_milli(to_int64(1767225600000 + (number % 12) * 86400000 + int_div(number, 12) * 977))
    FROM numbers({50000});
INSERT INTO sales.customers (id, name, version, _tp_time)
    SELECT number % {8000}, if(number % 5 = 0, NULL, concat('name ', to_string(number))), number,
        from_unix_timestamp64_milli(to_int64(1767225600000 + number * 1009))
    FROM numbers({12000});
INSERT INTO sales.stock (id, n, _tp_delta, _tp_time)
    SELECT number, number * 3, 1, from_unix_timestamp64_milli(to_int64(1767225600000 + number * 331))
    FROM numbers({10000});
INSERT INTO sales.stock (id, n, _tp_delta, _tp_time)
    SELECT number * 10, number * 30, -1, from_unix_timestamp64_milli(to_int64(1767325600000 + number * 331))
    FROM numbers({1000});
INSERT INTO sales.moves (id, n, _tp_delta, _tp_time)
    SELECT int_div(number, 2), number, if(number % 2 = 0, 1, -1),
        from_unix_timestamp64_milli(to_int64(1767225600000 + number * 331))
    FROM numbers({12000});
INSERT INTO sales.prices (id, note, price, _tp_time)
    SELECT number % {9000}, if(number % 4 = 0, NULL, 'a note'), number,
        from_unix_timestamp64_milli(to_int64(1767225600000 + number * 331))
    FROM numbers({11000});
