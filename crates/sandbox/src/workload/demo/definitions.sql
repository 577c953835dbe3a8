-- The demo: a trading desk, a vehicle fleet and a ledger that depend on each other.

CREATE DATABASE market COMMENT 'Trades, quotes and orders of the desk';
CREATE DATABASE fleet;
CREATE DATABASE ledger;
CREATE DATABASE reference;

CREATE FORMAT SCHEMA trade_event AS $$
syntax = "proto3";

message TradeEvent {
  uint64 trade_id = 1;
  string symbol = 2;
  double price = 3;
  double quantity = 4;
}
$$ TYPE Protobuf;

CREATE FORMAT SCHEMA vehicle_event AS $$
{"type": "record", "name": "VehicleEvent", "fields": [{"name": "vehicle", "type": "string"}, {"name": "speed_kmh", "type": "float"}]}
$$ TYPE Avro;

CREATE FUNCTION notional AS (price, quantity) -> price * quantity;
CREATE FUNCTION mid_price AS (bid, ask) -> (bid + ask) / 2;
CREATE FUNCTION kmh_to_mph AS speed -> speed * 0.621371;

CREATE FUNCTION risk_score(quantity float64, price float64) RETURNS float64 LANGUAGE JAVASCRIPT AS $$
function risk_score(quantity, price) {
  return quantity.map((each, index) => Math.log(1 + each * price[index]));
}
$$;

CREATE AGGREGATE FUNCTION weighted_price(price float64, quantity float64) RETURNS float64 LANGUAGE JAVASCRIPT AS $$
{
  initialize: function() { this.value = 0; this.weight = 0; },
  process: function(price, quantity) {
    for (let i = 0; i < price.length; i++) { this.value += price[i] * quantity[i]; this.weight += quantity[i]; }
  },
  finalize: function() { return this.weight === 0 ? 0 : this.value / this.weight; },
  serialize: function() { return JSON.stringify([this.value, this.weight]); },
  deserialize: function(text) { [this.value, this.weight] = JSON.parse(text); },
  merge: function(text) { const other = JSON.parse(text); this.value += other[0]; this.weight += other[1]; }
}
$$;

CREATE FUNCTION plate_country(plate string) RETURNS string LANGUAGE PYTHON AS $$
def plate_country(plate):
    return [each[:2] for each in plate]
$$;

CREATE REMOTE FUNCTION headline_sentiment(headline string) RETURNS float32
URL 'http://models.example.net:8700/sentiment' AUTH_METHOD 'none';

-- Streams with rows.

CREATE STREAM market.trades
(
  trade_id uint64,
  symbol low_cardinality(string),
  venue enum8('XNAS' = 1, 'XNYS' = 2, 'BATS' = 3, 'XLON' = 4),
  price decimal(18, 4),
  quantity float64,
  taker nullable(string),
  order_id uuid,
  tags array(string),
  traded_at datetime64(6, 'UTC')
)
SETTINGS shards = 3, event_time_column = 'traded_at'
COMMENT 'Every trade, from the venues\' feeds';

CREATE STREAM market.quotes
(
  symbol low_cardinality(string),
  bid float64,
  ask float64,
  bid_size uint32,
  ask_size uint32,
  feed_address ipv4
)
TTL to_datetime(_tp_time) + INTERVAL 3650 DAY;

CREATE STREAM market.orders
(
  order_id uuid,
  account string,
  symbol low_cardinality(string),
  side enum8('buy' = 1, 'sell' = 2),
  limit_price nullable(decimal(18, 4)),
  placed_at datetime64(3, 'UTC')
)
PRIMARY KEY order_id
SETTINGS mode = 'changelog_kv';

CREATE STREAM market.positions
(
  account string,
  symbol string,
  quantity int64,
  average_price float64,
  revision uint32
)
PRIMARY KEY (account, symbol)
SETTINGS mode = 'versioned_kv';

CREATE STREAM fleet.telemetry
(
  vehicle string,
  position tuple(latitude float64, longitude float64),
  speed_kmh float32,
  heading nullable(uint16),
  sensors map(string, float64),
  gateway ipv6
);

CREATE STREAM fleet.`trip events`
(
  `trip id` uint32,
  vehicle string,
  kind enum16('departed' = 1, 'stopped' = 20, 'arrived' = 300),
  stops array(nullable(string)),
  note string COMMENT 'free text of the driver',
  day date
);

CREATE STREAM ledger.adjustments
(
  account string,
  amount decimal(38, 6),
  reason low_cardinality(nullable(string)),
  booked bool
)
SETTINGS mode = 'changelog';

CREATE STREAM reference.instruments
(
  symbol string,
  isin fixed_string(12),
  name string,
  lot_size int32,
  listed date32
)
PRIMARY KEY symbol
SETTINGS mode = 'versioned_kv';

-- Streams that views and sources write.

CREATE STREAM market.large_trades
(
  trade_id uint64,
  symbol string,
  notional float64
);

CREATE STREAM market.trade_values
(
  symbol string,
  venue string,
  value float64
);

CREATE STREAM fleet.speeding
(
  vehicle string,
  speed_mph float64
);

CREATE STREAM ledger.large_adjustments
(
  account string,
  amount decimal(38, 6)
);

CREATE MUTABLE STREAM fleet.vehicle_state
(
  vehicle string,
  latitude float64,
  longitude float64,
  speed_kmh float32
)
PRIMARY KEY vehicle
SETTINGS flush_ms = 1000;

CREATE STREAM device_heartbeats
(
  device string,
  temperature float64,
  is_online bool
);

CREATE STREAM login_attempts
(
  user_name string,
  attempts uint16
);

CREATE RANDOM STREAM fleet.synthetic_positions
(
  vehicle string DEFAULT 'V-' || to_string(rand() % 100),
  latitude float64 DEFAULT 47 + rand() % 1000 / 1000
)
SETTINGS eps = 10;

-- What lives elsewhere.

CREATE EXTERNAL STREAM market.kafka_trades
(
  trade_id uint64,
  symbol string,
  price float64,
  quantity float64
)
SETTINGS type = 'kafka', brokers = 'kafka.example.net:9092', topic = 'trades', data_format = 'ProtobufSingle', format_schema = 'trade_event:TradeEvent';

CREATE EXTERNAL STREAM market.kafka_large_trades
(
  raw string
)
SETTINGS type = 'kafka', brokers = 'kafka.example.net:9092', topic = 'large_trades'
COMMENT 'read by the risk department';

CREATE EXTERNAL STREAM fleet.kafka_vehicles
(
  vehicle string,
  speed_kmh float32
)
SETTINGS type = 'kafka', brokers = 'kafka.example.net:9092', topic = 'vehicles', data_format = 'Avro', format_schema = 'vehicle_event';

CREATE EXTERNAL TABLE ledger.archive
SETTINGS type = 'clickhouse', address = 'clickhouse.example.net:9000', user = 'reader', database = 'ledger', table = 'adjustments';

CREATE EXTERNAL TABLE ledger.accounts
SETTINGS type = 'mysql', address = 'mysql.example.net:3306', user = 'reader', database = 'crm', table = 'accounts';

CREATE EXTERNAL TABLE reference.instrument_master
SETTINGS type = 'clickhouse', address = 'clickhouse.example.net:9000', user = 'reader', database = 'reference', table = 'instruments';

-- Views, some on views.

CREATE VIEW market.v_notional AS
SELECT
  trade_id, symbol, venue, to_float64(price) AS price, quantity, notional(to_float64(price), quantity) AS value, _tp_time
FROM
  market.trades;

CREATE VIEW market.v_spread AS
SELECT
  symbol, mid_price(bid, ask) AS mid, ask - bid AS spread, _tp_time
FROM
  market.quotes;

CREATE VIEW market.v_wide_spread AS
SELECT
  symbol, mid, spread
FROM
  market.v_spread
WHERE
  spread > 0.5;

CREATE VIEW market.v_turnover AS
SELECT
  symbol, sum(value) AS turnover, count() AS trades
FROM
  market.v_notional
GROUP BY
  symbol
COMMENT 'Turnover of every symbol';

CREATE VIEW market.v_buy_orders AS
SELECT
  order_id, account, symbol, limit_price
FROM
  market.orders
WHERE
  side = 'buy';

CREATE VIEW market.v_exposure AS
SELECT
  account, symbol, quantity * average_price AS exposure
FROM
  market.positions;

CREATE VIEW market.v_risk AS
SELECT
  trade_id, risk_score(quantity, to_float64(price)) AS risk
FROM
  market.trades;

CREATE VIEW market.`v order book` AS
SELECT
  symbol, max(bid) AS `best bid`, min(ask) AS `best ask`
FROM
  market.quotes
GROUP BY
  symbol;

CREATE VIEW fleet.v_positions AS
SELECT
  vehicle, position.latitude AS latitude, position.longitude AS longitude, speed_kmh, _tp_time
FROM
  fleet.telemetry;

CREATE VIEW fleet.v_mph AS
SELECT
  vehicle, kmh_to_mph(speed_kmh) AS speed_mph, _tp_time
FROM
  fleet.telemetry;

CREATE VIEW fleet.`trips per day` AS
SELECT
  day, count() AS trips
FROM
  fleet.`trip events`
WHERE
  kind = 'departed'
GROUP BY
  day;

CREATE VIEW ledger.v_balance AS
SELECT
  account, sum(amount) AS balance
FROM
  ledger.adjustments
GROUP BY
  account;

CREATE VIEW reference.v_listed AS
SELECT
  symbol, name, lot_size
FROM
  reference.instruments
WHERE
  lot_size > 0;

-- Materialized views and their targets.

CREATE MATERIALIZED VIEW market.mv_large_trades INTO market.large_trades AS
SELECT
  trade_id, symbol, value AS notional, _tp_time
FROM
  market.v_notional
WHERE
  value > 60000;

CREATE MATERIALIZED VIEW market.mv_trade_values INTO market.trade_values AS
SELECT
  symbol, to_string(venue) AS venue, value, _tp_time
FROM
  market.v_notional
WHERE
  value > 75000;

CREATE MATERIALIZED VIEW fleet.mv_speeding INTO fleet.speeding AS
SELECT
  vehicle, speed_mph, _tp_time
FROM
  fleet.v_mph
WHERE
  speed_mph > 85;

CREATE MATERIALIZED VIEW fleet.mv_vehicle_state INTO fleet.vehicle_state AS
SELECT
  vehicle, latitude, longitude, speed_kmh, _tp_time
FROM
  fleet.v_positions;

CREATE MATERIALIZED VIEW ledger.mv_large_adjustments INTO ledger.large_adjustments AS
SELECT
  account, amount, _tp_time
FROM
  ledger.adjustments
WHERE
  amount > 9000
COMMENT 'seen by the auditors every morning';
