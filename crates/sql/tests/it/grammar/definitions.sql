CREATE LIVE VIEW lv AS SELECT count() FROM s
---
CREATE LIVE VIEW lv WITH TIMEOUT 15 AS SELECT count() FROM s
---
CREATE LIVE VIEW lv WITH REFRESH 5 AS SELECT now()
---
CREATE LIVE VIEW lv WITH TIMEOUT 15 AND REFRESH 5 AS SELECT now()
---
CREATE MATERIALIZED VIEW mv REFRESH EVERY 1 DAY INTO t AS SELECT * FROM s
---
CREATE MATERIALIZED VIEW mv REFRESH EVERY 1 DAY OFFSET 2 HOUR RANDOMIZE FOR 1 HOUR DEPENDS ON a, b.c APPEND TO t AS SELECT * FROM s
---
CREATE MATERIALIZED VIEW mv REFRESH AFTER 10 MINUTE SETTINGS refresh_retries = 3 INTO t EMPTY AS SELECT * FROM s
---
CREATE TASK t SCHEDULE 5s AS INSERT INTO x SELECT * FROM table(y)
---
CREATE TASK IF NOT EXISTS db.t SCHEDULE 1h TIMEOUT 10m INTO db.x AS SELECT count() FROM table(y) WHERE _tp_time > {{last}}
---
CREATE TASK t SCHEDULE '0 0 * * *' TIMEOUT 10s CHECKPOINT '{"last":0}' INTO x AS SELECT 1
---
CREATE TASK t SCHEDULE INTERVAL 5 MINUTE INTO x AS WITH a AS (SELECT 1) SELECT * FROM a
---
CREATE OR REPLACE TASK t SCHEDULE 5s AS WITH a AS (SELECT 1) INSERT INTO x SELECT * FROM a
---
CREATE TASK t SCHEDULE EVERY 5 MINUTE INTO x AS SELECT 1
---
CREATE STREAM IF NOT EXISTS db.s (id int32 DEFAULT 1 COMMENT 'x' CODEC(ZSTD(1)) TTL ts + INTERVAL 1 DAY, ts datetime64(3, 'UTC') DEFAULT now64(3), b string ALIAS concat(a, 'x'), c int MATERIALIZED id + 1, d int EPHEMERAL, e nullable(string), f low_cardinality(string), INDEX i (id, b) TYPE bloom_filter(0.01) GRANULARITY 4, CONSTRAINT c1 CHECK id > 0) PARTITION BY to_YYYYMM(ts) PRIMARY KEY id ORDER BY (id, ts) SAMPLE BY id TTL ts + INTERVAL 1 DAY DELETE, ts + INTERVAL 1 HOUR TO VOLUME 'slow' SETTINGS mode = 'versioned_kv', version_column = '_tp_time', shards = 3 COMMENT 'hi'
---
CREATE STREAM s (a int) COMMENT 'x' SETTINGS shards = 1
---
CREATE STREAM s AS other
---
CREATE STREAM s AS db.other SETTINGS shards = 1
---
CREATE STREAM s ENGINE = Stream(1, 1, rand()) AS SELECT 1 AS a
---
CREATE STREAM s CLONE AS t
---
CREATE STREAM s (a int) EMPTY AS SELECT 1 AS a
---
CREATE STREAM s AS numbers(10)
---
CREATE TEMPORARY STREAM s (a int)
---
CREATE MUTABLE STREAM m (id string, v float64, ts datetime64, INDEX i (v) UNIQUE STORING (ts), INDEX j (ts), FAMILY f1 (id, v), FAMILY f2 (ts)) PRIMARY KEY (id) SETTINGS coalesced = true, ttl_seconds = 60, version_column = 'ts', shards = 3, log_kvstore = true
---
CREATE MUTABLE STREAM m (id uint64 AUTO_INCREMENT, v string) PRIMARY KEY id
---
CREATE MUTABLE STREAM m (id int, PRIMARY KEY (id, x), x int) SETTINGS a = 1
---
CREATE MUTABLE STREAM m (id int PRIMARY KEY, x int) PARTITION BY x
---
CREATE RANDOM STREAM r (a string DEFAULT 'x' || to_string(rand() % 10), b float64 DEFAULT rand_normal(1, 2)) SETTINGS eps = 10, interval_time = 200
---
CREATE NULL STREAM n (a int)
---
CREATE EXTERNAL STREAM k (raw string, _tp_message_key string, _tp_message_headers map(string, string)) SETTINGS type = 'kafka', brokers = 'a:9092,b:9092', topic = 't', data_format = 'ProtobufSingle', format_schema = 'sch:Msg', security_protocol = 'SASL_SSL', sasl_mechanism = 'SCRAM-SHA-256', username = 'u', password = 'p', properties = 'a=b;c=d', skip_ssl_cert_check = true, kafka_schema_registry_url = 'http://x', kafka_schema_registry_credentials = 'a:b', one_message_per_row = true, sharding_expr = 'weak_hash32(a)', message_key = 'a', local_file_path = 'x'
---
CREATE EXTERNAL STREAM p (a int) SETTINGS type = 'pulsar', service_url = 'pulsar+ssl://x:6651', topic = 'persistent://a/b/c', jwt = 'x', validate_hostname = true, ca_cert = 'x', client_cert = 'a', client_key = 'b'
---
CREATE EXTERNAL STREAM n SETTINGS type = 'nats_jetstream', url = 'nats://x:4222', stream_name = 'S', subject = 'a.>', username = 'u', password = 'p', nats_nkey_seed = 'x'
---
CREATE EXTERNAL STREAM t SETTINGS type = 'timeplus', hosts = 'a:8463,b:8463', db = 'default', stream = 'x', user = 'u', password = 'p', secure = true
---
CREATE EXTERNAL STREAM l (raw string) SETTINGS type = 'log', log_files = '*.log', log_dir = '/var/log', timestamp_regex = '^(\\d{4})', row_delimiter = '(\\d{4})\\n'
---
CREATE EXTERNAL STREAM h (a int) SETTINGS type = 'http', url = 'https://x', data_format = 'JSONEachRow', method = 'POST', http_header_Authorization = 'Bearer x', http_header_X-Api-Key = 'y', write_method = 'PUT'
---
CREATE EXTERNAL STREAM py (a int) AS $$
def read():
    yield [1]
$$ SETTINGS type = 'python', mode = 'streaming', read_function_name = 'read', init_function_name = 'init', init_function_parameters = '{}'
---
CREATE EXTERNAL STREAM sh (event string) SETTINGS type = 'splunk-hec-output', url = 'https://x', token = 'y'
---
CREATE EXTERNAL STREAM ws (raw string) SETTINGS type = 'websocket', url = 'wss://x'
---
CREATE EXTERNAL TABLE ch SETTINGS type = 'clickhouse', address = 'x:9000', user = 'u', password = 'p', database = 'd', secure = true, table = 't'
---
CREATE EXTERNAL TABLE IF NOT EXISTS db.m SETTINGS type = 'mysql', address = 'x', config_file = 'etc/x.ini', pooled_connections = 16
---
CREATE EXTERNAL TABLE pg SETTINGS type = 'postgresql', address = 'x', named_collection = 'nc'
---
CREATE EXTERNAL TABLE mg (a string) SETTINGS type = 'mongodb', uri = 'mongodb://u:p@h/d', collection = 'c', oid_columns = '_id'
---
CREATE EXTERNAL TABLE s3t (a string, b int) PARTITION BY b SETTINGS type = 's3', endpoint = 'x', access_key_id = 'a', secret_access_key = 'b', region = 'r', bucket = 'b', data_format = 'Parquet', read_from = 'x/*.parquet', write_to = 'x_{{ _partition_id }}.parquet', use_environment_credentials = false
---
CREATE EXTERNAL TABLE sen (a string) SETTINGS type = 'sentinel', tenant_id = 'x', client_id = 'x', client_secret = 'x', data_collection_endpoint = 'x', data_collection_rule_id = 'y', stream_name = 'Custom-x'
---
CREATE EXTERNAL TABLE ice (a string) ENGINE = Iceberg SETTINGS type = 'iceberg'
---
CREATE DATABASE d
---
CREATE DATABASE IF NOT EXISTS d ENGINE = Atomic COMMENT 'x'
---
CREATE DATABASE d ENGINE = Replicated('/x', '{shard}', '{replica}')
---
CREATE DATABASE demo SETTINGS type = 'iceberg', catalog_uri = 'https://x', catalog_type = 'rest', warehouse = 'w', storage_endpoint = 'e', rest_catalog_sigv4_enabled = true, rest_catalog_signing_region = 'us'
---
CREATE DATABASE d SETTINGS type = 'mysql', address = 'x:3306', user = 'u', password = 'p', database = 'd'
---
CREATE VIEW v AS SELECT * FROM s
---
CREATE OR REPLACE VIEW IF NOT EXISTS db.v AS SELECT * FROM s WHERE a = {p:string} COMMENT 'x'
---
CREATE VIEW v (a int, b string) AS SELECT a, b FROM s
---
CREATE VIEW v COMMENT 'x' AS SELECT 1
---
CREATE VIEW v AS (SELECT 1) COMMENT 'x'
---
CREATE VIEW v AS SELECT 1 UNION ALL SELECT 2
---
CREATE VIEW v AS WITH a AS (SELECT 1) SELECT * FROM a SETTINGS x = 1
---
CREATE MATERIALIZED VIEW IF NOT EXISTS db.mv INTO db.t AS SELECT a FROM s EMIT PERIODIC 1s SETTINGS checkpoint_interval = 5, pause_on_start = true STORAGE_SETTINGS shards = 1 TTL _tp_time + INTERVAL 1 DAY COMMENT 'x'
---
CREATE SCHEDULED MATERIALIZED VIEW mv INTO t AS SELECT 1 FROM s SETTINGS checkpoint_settings = 'replication_type=shared;shared_disk=d', memory_weight = 5
---
CREATE MATERIALIZED VIEW mv INTO t (a int, _tp_time datetime64(3, 'UTC') DEFAULT now64(3, 'UTC'), _tp_sn int64) AS SELECT a FROM s
---
CREATE MATERIALIZED VIEW mv COMMENT 'a' INTO t AS SELECT 1
---
CREATE MATERIALIZED VIEW mv PARTITION BY a ORDER BY b TTL c + INTERVAL 1 DAY SETTINGS x = 1 AS SELECT a, b, c FROM s
---
CREATE MATERIALIZED VIEW mv AS SELECT 1 FROM s STORAGE_SETTINGS index_granularity = 1 SETTINGS x = 1
---
CREATE MATERIALIZED VIEW mv UUID '12345678-0000-0000-0000-000000000000' INTO INNER UUID '12345678-0000-0000-0000-000000000001' (a int) AS SELECT a FROM s
---
ATTACH MATERIALIZED VIEW mv UUID 'x' INTO t AS SELECT a FROM s
---
CREATE DICTIONARY d (id uint64, name string DEFAULT '' EXPRESSION concat('a', 'b') HIERARCHICAL INJECTIVE IS_OBJECT_ID) PRIMARY KEY id SOURCE(TIMEPLUS(STREAM 's' DB 'default' USER 'u' PASSWORD 'p' HOST 'x' PORT 8463 SECURE 0 WHERE 'a=1')) LAYOUT(HASHED()) LIFETIME(MIN 0 MAX 300)
---
CREATE DICTIONARY d (id uint64, b date, e date) PRIMARY KEY id SOURCE(MYSQL(PORT 3306 USER 'u' PASSWORD 'p' REPLICA(HOST 'h' PRIORITY 1) DB 'd' TABLE 't' WHERE 'id=10' INVALIDATE_QUERY 'q' FAIL_ON_CONNECTION_LOSS 'true')) LAYOUT(RANGE_HASHED(range_lookup_strategy 'max')) RANGE(MIN b MAX e) LIFETIME(300) SETTINGS(format_csv_allow_single_quotes = 0) COMMENT 'x'
---
CREATE OR REPLACE DICTIONARY IF NOT EXISTS db.d (k string, v string) PRIMARY KEY k SOURCE(HTTP(URL 'http://x' FORMAT 'CSV' CREDENTIALS(USER 'u' PASSWORD 'p') HEADERS(HEADER(NAME 'API-KEY' VALUE 'key')))) LAYOUT(COMPLEX_KEY_CACHE(SIZE_IN_CELLS 1000)) LIFETIME(MIN 1 MAX 2)
---
CREATE DICTIONARY d (k int) PRIMARY KEY k SOURCE(FILE(path '/x.csv' format 'CSV')) LAYOUT(SSD_CACHE(BLOCK_SIZE 4096 FILE_SIZE 16777216 READ_BUFFER_SIZE 1048576 PATH '/x')) LIFETIME(0)
---
CREATE DICTIONARY d (k int) PRIMARY KEY k SOURCE(EXECUTABLE(COMMAND 'cat x' FORMAT 'TabSeparated' IMPLICIT_KEY false)) LAYOUT(FLAT(INITIAL_ARRAY_SIZE 50000 MAX_ARRAY_SIZE 5000000)) LIFETIME(MAX 5 MIN 1)
---
CREATE DICTIONARY d (k int) PRIMARY KEY (k, j) SOURCE(NULL()) LAYOUT(MUTABLE_CACHE(DB 'default' STREAM 'm' UPDATE_FROM_SOURCE true))
---
CREATE DICTIONARY d (prefix string, asn uint32) PRIMARY KEY prefix SOURCE(POSTGRESQL(HOST 'h' PORT 5432 USER 'u' PASSWORD '' DB 'd' TABLE 't' SCHEMA 's')) LAYOUT(IP_TRIE(ACCESS_TO_KEY_FROM_ATTRIBUTES 1)) LIFETIME(3600)
---
CREATE DICTIONARY d (k int) PRIMARY KEY k SOURCE(TIMEPLUS(QUERY 'SELECT k FROM x' )) LAYOUT(HYBRID_HASH_CACHE(PATH '/x' TTL 10)) LIFETIME(1)
---
CREATE DICTIONARY d (k int) PRIMARY KEY k SOURCE(CLICKHOUSE(HOST 'h' TABLE 't')) LAYOUT(DIRECT)
---
CREATE DICTIONARY d (regexp string, name string) PRIMARY KEY(regexp) SOURCE(YAMLRegExpTree(PATH '/x.yaml')) LAYOUT(regexp_tree) LIFETIME(0)
---
CREATE FUNCTION f AS (a, b) -> a + b
---
CREATE OR REPLACE FUNCTION IF NOT EXISTS f AS x -> x * 2
---
CREATE FUNCTION f AS () -> 5
---
CREATE FUNCTION f(a float32, b array(string)) RETURNS string LANGUAGE JAVASCRIPT AS $$
function f(a, b) { return a; }
$$ EXECUTION_TIMEOUT 1000
---
CREATE AGGREGATE FUNCTION f(a float32) RETURNS float32 LANGUAGE JAVASCRIPT AS $${ initialize: function() {} }$$
---
CREATE OR REPLACE FUNCTION f(a int) RETURNS tuple(x int, y string) LANGUAGE PYTHON AS $$def f(a): return a$$ SETTINGS init_function_name = 'i', init_function_parameters = '{"a":1}', named_collection = 'nc'
---
CREATE AGGREGATE FUNCTION f(a int, ts datetime64(3)) RETURNS int LANGUAGE PYTHON AS 'class f: pass'
---
CREATE REMOTE FUNCTION f(ip string) RETURNS string URL 'https://x' AUTH_METHOD 'auth_header' AUTH_HEADER 'auth' AUTH_KEY 'k' EXECUTION_TIMEOUT 60000
---
CREATE OR REPLACE REMOTE FUNCTION f(ip string) RETURNS string URL 'https://x' AUTH_METHOD 'none'
---
CREATE FORMAT SCHEMA IF NOT EXISTS sch AS '
syntax = "proto3";' TYPE Protobuf
---
CREATE OR REPLACE FORMAT SCHEMA sch TYPE Avro AS $${"type":"record"}$$
---
CREATE FORMAT SCHEMA sch AS 'x' TYPE 'Avro'
---
CREATE NAMED COLLECTION nc AS a = 'b', c = 1 OVERRIDABLE, d = true NOT OVERRIDABLE
---
CREATE NAMED COLLECTION IF NOT EXISTS nc ON CLUSTER c AS a = 'b'
---
CREATE DISK d disk(type = 's3', endpoint = 'http://x', access_key_id = 'a', secret_access_key = 'b', use_environment_credentials = false)
---
CREATE DISK IF NOT EXISTS d disk(type = 'cache', disk = 's3d', path = '/x', max_size = '10Gi')
---
CREATE DISK d DISK(type = encrypted, disk = base, key_hex = 'x')
---
CREATE DISK d disk(type='local_blob_storage', path='/x/')
---
CREATE STORAGE POLICY hot_cold AS $$
volumes:
  hot:
    disk: default
move_factor: 0.1
$$
---
CREATE STORAGE POLICY IF NOT EXISTS p AS 'volumes: {}'
---
CREATE ALERT IF NOT EXISTS db.a BATCH 10 EVENTS WITH TIMEOUT 5s LIMIT 1 ALERTS PER 15s CALL notify AS SELECT a FROM s WHERE b > 1
---
CREATE ALERT a CALL notify AS SELECT a FROM s SETTINGS x = 1
---
CREATE OR REPLACE ALERT a LIMIT 5 ALERTS PER 1m CALL f(x, y) AS SELECT x, y FROM s COMMENT 'hi'
---
CREATE ALERT a BATCH 1 EVENT LIMIT 1 ALERT PER INTERVAL 1 MINUTE CALL f AS SELECT 1 FROM s
---
CREATE INPUT i SETTINGS type = 'splunk-hec', tcp_port = 8088, target_stream = 's', listen_host = '0.0.0.0' COMMENT 'x'
---
CREATE INPUT IF NOT EXISTS db.i SETTINGS type = 'otel', logs_target_stream = 'l', metrics_gauge_target_stream = 'm', traces_target_stream = 't'
---
CREATE INPUT i UUID 'x' SETTINGS type = 'syslog', udp_port = 514, target_stream = 'db.s'
---
CREATE OR REPLACE INPUT i SETTINGS type = 'netflow'
---
CREATE USER u
---
CREATE USER IF NOT EXISTS u1, u2@'host' IDENTIFIED WITH sha256_password BY 'x' HOST IP '10.0.0.0/8', LOCAL, NAME 'x', REGEXP '.*', LIKE '%x' DEFAULT ROLE r1, r2 DEFAULT DATABASE d GRANTEES ANY EXCEPT u3 SETTINGS max_memory_usage = 10 MIN 1 MAX 100 READONLY, PROFILE 'p'
---
CREATE USER u NOT IDENTIFIED
---
CREATE USER u IDENTIFIED WITH plaintext_password BY 'x', sha256_hash BY 'y'
---
CREATE USER u IDENTIFIED WITH ssl_certificate CN 'a', 'b'
---
CREATE USER u IDENTIFIED WITH kerberos REALM 'x'
---
CREATE USER u IDENTIFIED WITH ldap SERVER 'x'
---
CREATE USER u IDENTIFIED WITH ssh_key BY KEY 'x' TYPE 'ssh-rsa'
---
CREATE USER u IDENTIFIED WITH sha256_hash BY 'x' SALT 'y' VALID UNTIL '2030-01-01' IN local_directory
---
CREATE USER OR REPLACE u HOST ANY DEFAULT ROLE NONE
---
CREATE ROLE IF NOT EXISTS r1, r2 SETTINGS max_threads = 1 CONST
---
CREATE ROLE r SETTINGS PROFILE p
---
CREATE ROW POLICY IF NOT EXISTS p ON db.s FOR SELECT USING a = 1 AND b = current_user() AS RESTRICTIVE TO r1, u1
---
CREATE ROW POLICY p ON db.* USING 1 AS PERMISSIVE TO ALL EXCEPT u
---
CREATE ROW POLICY p1 ON a.b, p2 ON c.d USING 1 TO ALL
---
CREATE POLICY p ON s USING x IN (SELECT y FROM t) TO CURRENT_USER
---
CREATE QUOTA IF NOT EXISTS q KEYED BY user_name, ip_address FOR INTERVAL 1 HOUR MAX queries = 100, errors = 5, FOR RANDOMIZED INTERVAL 1 DAY NO LIMITS TO r1
---
CREATE QUOTA q NOT KEYED FOR INTERVAL 30 MINUTE MAX execution_time 0.5, FOR 5 quarter TRACKING ONLY TO ALL
---
CREATE SETTINGS PROFILE IF NOT EXISTS p SETTINGS max_memory_usage = 1 MIN 0 MAX 5 CHANGEABLE_IN_READONLY, a = 1 WRITABLE, INHERIT 'default' TO u1, r1
---
CREATE PROFILE p SETTINGS readonly = 1 TO ALL EXCEPT admin
---
ATTACH STREAM s
---
ATTACH DICTIONARY d
---
ATTACH DATABASE d
---
CREATE STREAM s (a tuple(x int, y string), b nested(c int, d array(string)), e map(string, array(nullable(int))), f enum8('a' = 1, 'b' = -2), g decimal(10, 2), h datetime64(9, 'Asia/Shanghai'), i fixed_string(5), j json, k json(max_dynamic_types = 5, a.b uint32, SKIP c, SKIP REGEXP 'x'), l dynamic, m dynamic(max_types = 3), n variant(int, string), o aggregate_function(sum, int), p simple_aggregate_function(max, float64), q low_cardinality(nullable(string)), r int256, s ipv4, t uuid, u bool, v point, w interval_day, x object('json'), y aggregate_function(quantiles(0.5, 0.9), float64), z int unsigned)
---
CREATE STREAM s (`a b` int, "c d" string, `e``f` int, _tp_time datetime64(3, 'UTC') DEFAULT ts CODEC(DoubleDelta, LZ4), _tp_sn int64 CODEC(Delta(8), LZ4), INDEX _tp_time_index _tp_time TYPE minmax GRANULARITY 32) ENGINE = Stream(1, rand())
---
CREATE STREAM `s-1`.`t.2` (a int DEFAULT 5 CODEC(NONE) COMMENT 'a', b int COMMENT 'x' DEFAULT 3)
---
CREATE STREAM s (a int) TTL ts + INTERVAL 1 DAY GROUP BY a SET b = max(b), c = sum(c)
---
CREATE STREAM s (a int) ORDER BY tuple() PRIMARY KEY ()
---
CREATE TABLE t (a int) ENGINE = MergeTree ORDER BY a
---
CREATE TABLE t (a int) ENGINE = Memory()
---
CREATE TABLE t ENGINE MergeTree() ORDER BY a AS SELECT 1 AS a
---
CREATE STREAM s (a int) ENGINE = Distributed('c', 'db', 't', rand())
---
CREATE STREAM s ON CLUSTER '{cluster}' (a int)
---
REPLACE STREAM s (a int)
---
CREATE OR REPLACE STREAM s (a int)
---
CREATE VERSIONED_KV STREAM s (a int) PRIMARY KEY a
---
CREATE CHANGELOG STREAM s (a int)
---
CREATE STREAM s(i int, ts datetime64(3) default now64(3), key string, value float64, type string, comment string, index int, ttl int, primary int, format string, date date)
---
CREATE STREAM s (`index` int, `primary` string, constraint int, projection string, family string)
---
CREATE STREAM IF NOT EXISTS s (a int,) SETTINGS x = 1
---
create stream s (a int) settings shards=1, replication_factor=3, sharding_expr='weak_hash32(a)', event_time_column='to_datetime(ts)', logstore_retention_bytes=-1, ingest_mode='async', ack='local', storage_type='hybrid', placement_policies='a=b'
---
CREATE STREAM default.s (a int) ENGINE = Stream(3, 1, weak_hash32(a)) PARTITION BY to_YYYYMMDD(_tp_time) ORDER BY (to_start_of_hour(_tp_time), a) TTL to_datetime(_tp_time) + INTERVAL 7 DAY SETTINGS index_granularity = 8192
---
CREATE STREAM s (a array(tuple(x int32, y array(string))), b map(low_cardinality(string), nullable(float64)), c tuple(int, string), d nullable(decimal(38, 10)), e enum('a', 'b'), f enum16('x' = 1), g datetime('UTC'), h date32, i ipv6, j float32, k array(array(int)), l int128, m uint256, n fixed_string(16), o bool, p bfloat16, q time64(3))
---
CREATE STREAM s (a int CODEC(Delta(4), LZ4HC(9)), b float CODEC(Gorilla, ZSTD), c int CODEC(T64('bit')), d string CODEC(AES_128_GCM_SIV), e int CODEC(DEFAULT))
---
CREATE STREAM s (a int DEFAULT if(b > 1, 2, 3), b int DEFAULT (SELECT 1), c string DEFAULT 'x' || 'y', d array(int) DEFAULT [1, 2], e int DEFAULT -1, f string DEFAULT dict_get('d', 'x', a), g datetime DEFAULT now() + INTERVAL 1 DAY, h uuid DEFAULT generate_uuid_v4())
---
CREATE STREAM s (a int, INDEX i1 a TYPE minmax, INDEX i2 lower(a) TYPE ngrambf_v1(3, 256, 2, 0) GRANULARITY 4, INDEX i3 a TYPE set(0), INDEX i4 a TYPE tokenbf_v1(256, 2, 0), INDEX i5 (a, b) TYPE hypothesis, INDEX i6 a TYPE inverted(0), CONSTRAINT c CHECK a > 0, CONSTRAINT d ASSUME a < 10, PRIMARY KEY a)
---
CREATE STREAM s (a int) TTL a + 5d DELETE WHERE a > 1, a + 1d TO VOLUME 'cold', a + 30d RECOMPRESS CODEC(ZSTD(3))
---
CREATE MUTABLE STREAM IF NOT EXISTS db.m (a int, b string, _tp_time datetime64(3,'UTC') DEFAULT now64(), PRIMARY KEY (a, b)) SETTINGS shards = 1, logstore_retention_bytes = 1
---
CREATE MUTABLE STREAM m (a int) PRIMARY KEY a TTL to_datetime(_tp_time) + INTERVAL 1 DAY COMMENT 'x'
---
CREATE MUTABLE STREAM m ENGINE = MutableStream(1, 3) AS SELECT 1
---
CREATE EXTERNAL STREAM IF NOT EXISTS ext(raw string) SETTINGS type='kafka', brokers='localhost:9092', topic='t' COMMENT 'x'
---
CREATE EXTERNAL STREAM ext (raw string) COMMENT 'x' SETTINGS type='kafka'
---
CREATE EXTERNAL STREAM ext (a int, b string) PRIMARY KEY a SETTINGS type = 'kafka'
---
CREATE EXTERNAL TABLE t (a int) SETTINGS type = 's3', credentials.x = 'y'
---
CREATE EXTERNAL STREAM x SETTINGS type='timeplus', hosts='a', config_file='etc/x'
---
CREATE EXTERNAL STREAM py (a int) AS 'def x(): pass' SETTINGS type = 'python'
---
CREATE EXTERNAL STREAM py AS $code$
def f(): return $$x$$
$code$ SETTINGS type = 'python'
---
CREATE EXTERNAL STREAM py (a int) SETTINGS type = 'python' AS $$ x $$
---
CREATE VIEW v AS SELECT * FROM s WHERE a = {a:int} AND b IN ({b:string}, 'x') LIMIT {n:uint64}
---
CREATE VIEW db.v (a, b) AS SELECT 1, 2
---
CREATE VIEW IF NOT EXISTS v COMMENT 'hello' AS SELECT 1
---
CREATE OR REPLACE VIEW v AS SELECT 1 SETTINGS a = 1 COMMENT 'x'
---
CREATE MATERIALIZED VIEW mv AS SELECT window_start, count() FROM tumble(s, 5s) GROUP BY window_start EMIT AFTER WATERMARK SETTINGS seek_to = 'earliest'
---
CREATE MATERIALIZED VIEW mv INTO db.t (a, b) AS SELECT a, b FROM s
---
CREATE MATERIALIZED VIEW mv INTO t SETTINGS x = 1 AS SELECT 1 FROM s
---
CREATE MATERIALIZED VIEW mv INTO t COMMENT 'x' AS WITH a AS (SELECT * FROM s) SELECT * FROM a UNION ALL SELECT * FROM b SETTINGS y = 2
---
CREATE MATERIALIZED VIEW mv AS (SELECT 1 FROM s) SETTINGS x = 1 STORAGE_SETTINGS y = 2 TTL _tp_time + 1d COMMENT 'z'
---
CREATE MATERIALIZED VIEW mv AS SELECT 1 FROM s STORAGE_SETTINGS logstore_retention_bytes = 1, shards = 2 TTL to_datetime(_tp_time) + INTERVAL 1 HOUR
---
CREATE MATERIALIZED VIEW mv ON CLUSTER c INTO t AS SELECT 1
---
CREATE OR REPLACE MATERIALIZED VIEW mv INTO t AS SELECT 1 FROM s
---
CREATE SCHEDULED MATERIALIZED VIEW IF NOT EXISTS db.mv INTO t AS SELECT 1 FROM s COMMENT 'x'
---
CREATE DICTIONARY IF NOT EXISTS d (id uint64, v string DEFAULT 'x') PRIMARY KEY id SOURCE(TIMEPLUS(DB 'default' TABLE 't' USER 'u' PASSWORD 'p' SECURE true)) LAYOUT(HASHED(SHARDS 10 SHARD_LOAD_QUEUE_BACKLOG 1000 MAX_LOAD_FACTOR 0.5)) LIFETIME(MIN 0 MAX 1000)
---
CREATE DICTIONARY d (id uint64) PRIMARY KEY id SOURCE(MONGODB(HOST 'h' PORT 27017 USER '' PASSWORD '' DB 'd' COLLECTION 'c' OPTIONS 'ssl=true')) LAYOUT(SPARSE_HASHED) LIFETIME(1)
---
CREATE DICTIONARY d (id uint64) PRIMARY KEY id SOURCE(REDIS(host 'h' port 6379 storage_type 'simple' db_index 0)) LAYOUT(CACHE(SIZE_IN_CELLS 10)) LIFETIME(1)
---
CREATE DICTIONARY d (id uint64) PRIMARY KEY id SOURCE(ODBC(connection_string 'DSN=x' db 'd' table 't')) LAYOUT(HASHED_ARRAY()) LIFETIME(1)
---
CREATE DICTIONARY d (a string, b uint32) PRIMARY KEY a, b LAYOUT(COMPLEX_KEY_HASHED_ARRAY()) SOURCE(EXECUTABLE_POOL(COMMAND 'x' FORMAT 'TSV' SIZE 5)) LIFETIME(MIN 1 MAX 2)
---
CREATE DICTIONARY d (id uint64) PRIMARY KEY id SOURCE(LIBRARY(PATH '/x.so' SETTINGS(a 'b' c 'd'))) LAYOUT(POLYGON(STORE_POLYGON_KEY_COLUMN 1)) LIFETIME(0)
---
CREATE DICTIONARY d (id uint64) PRIMARY KEY id SOURCE(TIMEPLUS(NAME named_coll STREAM 's')) LAYOUT(COMPLEX_KEY_RANGE_HASHED()) RANGE(MIN a MAX b) LIFETIME(0)
---
CREATE FUNCTION f AS (x, y) -> if(x > y, x, y) * 2
---
CREATE OR REPLACE FUNCTION f(a int8, b map(string, int)) RETURNS array(tuple(a int, b string)) LANGUAGE javascript AS $$
  function f(a, b) { return `x ${a}`; }
$$
---
CREATE OR REPLACE AGGREGATE FUNCTION f(x float64, ts datetime64(3, 'UTC')) RETURNS nullable(float64) LANGUAGE PYTHON AS $$
class f:
    def __init__(self): self.x = 0
$$ SETTINGS init_function_name='x'
---
CREATE FUNCTION f(a int) RETURNS int LANGUAGE PYTHON EXECUTION_TIMEOUT 100 AS $$x$$
---
CREATE FUNCTION f() RETURNS string LANGUAGE PYTHON AS $$def f(): return 1$$
---
CREATE REMOTE FUNCTION IF NOT EXISTS f(a string, b int) RETURNS string URL 'https://x/y' EXECUTION_TIMEOUT 5000 AUTH_METHOD 'none'
---
CREATE FUNCTION IF NOT EXISTS f ON CLUSTER c AS x -> x
---
CREATE FORMAT SCHEMA s AS $$
syntax = "proto3"; message X { string a = 1; }
$$ TYPE Protobuf
---
CREATE NAMED COLLECTION nc AS type = 'kafka', brokers = 'x', `a b` = 'c', port = 9092, secure = true, ratio = 0.5
---
CREATE OR REPLACE DISK d disk(type='s3_plain_rewritable', endpoint='http://x/', access_key_id='x', named_collection='nc', region = 'us-east-1')
---
CREATE DISK d disk(name = 'x', type = object_storage, object_storage_type = s3, metadata_type = local)
---
CREATE STORAGE POLICY p AS $$volumes:
  hot: {disk: a, max_data_part_size_bytes: 1Gi}
  cold: {disks: [b, c]}
$$
---
CREATE TASK IF NOT EXISTS t SCHEDULE 1m TIMEOUT 30s CHECKPOINT '{"a":1}' INTO db.x AS SELECT * FROM table(s) WHERE _tp_time > to_datetime({{a}}) SETTINGS max_threads = 1 COMMENT 'x'
---
CREATE ALERT a BATCH 100 EVENTS WITH TIMEOUT 1m LIMIT 10 ALERTS PER 1h CALL alert_udf AS SELECT id, name FROM s WHERE x > 1 SETTINGS a = 1 COMMENT 'c'
---
CREATE ALERT a LIMIT 1 ALERTS PER 15s BATCH 5 EVENTS WITH TIMEOUT 5s CALL f AS SELECT 1 FROM s
---
CREATE INPUT IF NOT EXISTS i SETTINGS type='datadog', logs_target_stream='a', metrics_target_stream='b', named_collection='nc', tcp_port=8126 COMMENT 'x'
---
CREATE INPUT db.i COMMENT 'x' SETTINGS type='elastic', target_stream='db.s'
---
CREATE USER 'a b' IDENTIFIED BY 'x'
---
CREATE USER u IDENTIFIED WITH bcrypt_password BY 'x' SETTINGS PROFILE 'p', max_threads = 5
---
CREATE USER u IDENTIFIED WITH no_password HOST NONE
---
CREATE USER u IDENTIFIED WITH double_sha1_hash BY 'X' HOST LOCAL GRANTEES NONE
---
CREATE ROLE IF NOT EXISTS r
---
CREATE ROW POLICY IF NOT EXISTS p ON db.s AS RESTRICTIVE FOR SELECT USING x = 1 TO u
---
CREATE ROW POLICY OR REPLACE p ON s USING NONE TO NONE
---
CREATE QUOTA q FOR INTERVAL 15 MONTH MAX queries 5 TO CURRENT_USER
---
CREATE QUOTA q KEYED BY client_key FOR 1 HOUR MAX queries = 5, result_rows = 1e6, read_bytes = '1G'
---
CREATE SETTINGS PROFILE p SETTINGS INHERIT 'default', a = 1 READONLY
---
CREATE DATABASE d COMMENT 'x' SETTINGS type = 'postgresql', address = 'h:5432'
---
CREATE DATABASE d ENGINE = Atomic SETTINGS a = 1 COMMENT 'x'
---
CREATE DATABASE d ENGINE = PostgreSQL('h:5432', 'db', 'u', 'p', 'schema', 1)
---
CREATE DATABASE IF NOT EXISTS `a-b` ON CLUSTER c
---
CREATE TABLE IF NOT EXISTS t (a Int32, b Nullable(String), c LowCardinality(String), d DateTime64(3), e Array(UInt8)) ENGINE = ReplacingMergeTree(a) PARTITION BY toYYYYMM(d) ORDER BY (a, d) PRIMARY KEY a SETTINGS index_granularity = 8192
---
CREATE TABLE t (a int) ENGINE = ReplicatedMergeTree('/x/{shard}', '{replica}') ORDER BY tuple()
---
CREATE TABLE t (a int) ENGINE = Kafka SETTINGS kafka_broker_list = 'x'
---
CREATE TABLE t (a int) ENGINE = MySQL('h', 'd', 't', 'u', 'p')
---
CREATE TABLE t (a int) ENGINE = Buffer(db, t, 16, 10, 100, 10000, 1000000, 10000000, 100000000)
---
CREATE TABLE t AS SELECT * FROM s
---
CREATE TABLE t ENGINE = Memory AS SELECT number FROM numbers(10)
---
CREATE TEMPORARY TABLE t (a int)
---
CREATE TABLE t UUID '00000000-0000-0000-0000-000000000001' (a int) ENGINE = Null
---
CREATE STREAM s (a int, PROJECTION p (SELECT a, sum(b) GROUP BY a), b int)
---
CREATE STREAM s (a int) ENGINE = SummingMergeTree((a, b)) ORDER BY a
---
CREATE STREAM s ENGINE = Join(ANY, LEFT, k) AS SELECT 1 AS k
---
CREATE STREAM s AS SELECT * FROM t WHERE 0
---
CREATE STREAM s AS (SELECT 1)
---
CREATE STREAM s AS remote('h', db.t)
---
CREATE CHANGELOG_KV STREAM s (a int) PRIMARY KEY a
---
CREATE EXTERNAL TABLE IF NOT EXISTS t ON CLUSTER c SETTINGS type = 'mysql'
---
CREATE RANDOM STREAM IF NOT EXISTS db.r (a int DEFAULT rand() % 5, b string DEFAULT ['a', 'b'][rand() % 2 + 1], c datetime64(3) DEFAULT now64()) SETTINGS eps = 0.5, interval_time = 1000
---
CREATE RANDOM STREAM r (a int default rand()%5) ENGINE = Random
---
CREATE STREAM 123abc (a int)
---
CREATE STREAM db.02102_x (a int)
---
CREATE STREAM `sélect` (a int)
---
CREATE STREAM "q" ("a" int)
---
CREATE STREAM s (a int) SETTINGS a = 1 SETTINGS b = 2
---
CREATE STREAM s (a int comment 'it''s' default 5 codec(LZ4) ttl ts + interval 1 day)
---
CREATE STREAM s (a Int32 DEFAULT 1, b String MATERIALIZED upper(c), c String EPHEMERAL 'x', d ALIAS a + 1, e DEFAULT now())
---
CREATE STREAM s (a string COLLATE binary, b string COLLATE utf8_bin DEFAULT 'x' CODEC(LZ4), collate int)
---
CREATE STREAM s (a int STATISTICS(tdigest, uniq) CODEC(LZ4), statistics int, b string COMMENT 'c' STATISTICS(count_min))
---
CREATE VIEW v DEFINER = anna SQL SECURITY DEFINER AS SELECT 1
---
CREATE VIEW v SQL SECURITY INVOKER AS SELECT definer, sql FROM s
---
CREATE MATERIALIZED VIEW v INTO t DEFINER = CURRENT_USER SQL SECURITY NONE AS SELECT a FROM s
---
ATTACH TABLE t FROM 'path/to' (a int) ENGINE = MergeTree ORDER BY a
