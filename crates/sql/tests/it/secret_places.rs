use ferry_sql::secrets::Secrecy;
use ferry_sql::{parse_one, secrets};

#[track_caller]
fn check(sql: &str, expected: &[(&str, &str)]) {
    let statement = parse_one(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let found = secrets(&statement, sql);
    let places: Vec<(&str, &str)> = found
        .iter()
        .filter(|secret| secret.secrecy == Secrecy::Secret)
        .map(|secret| (secret.key.as_str(), secret.span.text(sql)))
        .collect();
    assert_eq!(places, expected, "{sql}");
}

#[test]
fn every_place_of_a_secret_is_found() {
    check(
        "CREATE EXTERNAL STREAM s SETTINGS type = 'timeplus', user = 'u', password = 'p''w', secure = true",
        &[("password", "'p''w'")],
    );
    check(
        "CREATE EXTERNAL STREAM s SETTINGS http_header_Authorization = 'Bearer x', url = 'https://u:pw@h/p', token='t'",
        &[("http_header_Authorization", "'Bearer x'"), ("url", "pw"), ("token", "'t'")],
    );
    check("CREATE EXTERNAL STREAM s SETTINGS properties = 'a=b;sasl.password=c=d;e=f'", &[("sasl.password", "c=d")]);
    let escaped = r"CREATE EXTERNAL STREAM s SETTINGS properties = 'sasl.password=\'c'";
    check(escaped, &[("properties", r"'sasl.password=\'c'")]);
    check("CREATE EXTERNAL STREAM s SETTINGS properties = 'queued.min.messages=10'", &[]);
    check(
        "CREATE EXTERNAL TABLE t SETTINGS type = 'mongodb', uri = 'mongodb://user:p@ss@host:27017/db?x=1'",
        &[("uri", "p@ss")],
    );
    check("CREATE NAMED COLLECTION c AS type = 's3', x = 'y' NOT OVERRIDABLE", &[("type", "'s3'"), ("x", "'y'")]);
    check(
        "CREATE DISK d disk(type = 's3', secret_access_key = 'k', access_key_id = 'id')",
        &[("secret_access_key", "'k'")],
    );
    check(
        "CREATE DICTIONARY d (a int) PRIMARY KEY a SOURCE(MYSQL(USER 'root' PASSWORD 'my' DB 'x'))",
        &[("PASSWORD", "'my'")],
    );
    check(
        "CREATE DICTIONARY d (a int) PRIMARY KEY a SOURCE(HTTP(URL 'http://h' HEADERS(HEADER(NAME 'K' VALUE 'v'))))",
        &[("header", "'v'")],
    );
    check("CREATE USER u IDENTIFIED WITH sha256_password BY 'pw'", &[("identified by", "'pw'")]);
    check(
        "CREATE REMOTE FUNCTION f(a int) RETURNS int URL 'http://h' AUTH_METHOD 'auth_header' AUTH_HEADER 'h' AUTH_KEY 'k'",
        &[("auth_key", "'k'")],
    );
    check(
        "CREATE VIEW v AS SELECT * FROM s3('http://h', 'id', 'key', 'CSV') JOIN mysql('h', 'd', 't', 'u', 'pw') AS m ON 1",
        &[("s3", "'id'"), ("s3", "'key'"), ("mysql", "'pw'")],
    );
    check("ALTER NAMED COLLECTION c SET a = 'x', b = 'y'", &[("named collection", "'x'"), ("named collection", "'y'")]);
    check("CREATE STREAM s (password string DEFAULT 'x') SETTINGS mode = 'append'", &[]);
}

#[test]
fn a_masked_value_is_reported_wherever_it_stands() {
    let sql = "CREATE EXTERNAL STREAM s SETTINGS password = '[HIDDEN]', other = '[HIDDEN]'";
    let found = secrets(&parse_one(sql).unwrap(), sql);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|secret| secret.masked));
}

#[test]
fn accounts_are_told_from_secrets() {
    let sql = "CREATE EXTERNAL STREAM s SETTINGS username = 'u', password = 'p'";
    let found = secrets(&parse_one(sql).unwrap(), sql);
    let kinds: Vec<Secrecy> = found.iter().map(|secret| secret.secrecy).collect();
    assert_eq!(kinds, [Secrecy::Account, Secrecy::Secret]);
}

#[test]
fn secrets_stand_in_addresses_engines_and_properties_too() {
    check(
        "CREATE EXTERNAL STREAM s (text string) SETTINGS type = 'http', url = 'https://hooks.slack.com/services/T0/B0/abc'",
        &[("url", "T0/B0/abc")],
    );
    check(
        "CREATE EXTERNAL STREAM s (a string) SETTINGS type = 'http', url = 'https://h/v1?a=b&api_key=k1&x=2'",
        &[("url", "k1")],
    );
    check("CREATE EXTERNAL STREAM s (a string) SETTINGS type = 'http', url = 'https://h/key?a=b'", &[]);
    check("CREATE DATABASE d ENGINE = MySQL('h:3306', 'd', 'u', 'pw')", &[("MySQL", "'pw'")]);
    check("CREATE STREAM s (a int) ENGINE = MySQL('h:3306', 'd', 't', 'u', 'pw')", &[("MySQL", "'pw'")]);
    check(
        "CREATE DATABASE d SETTINGS type = 'iceberg', storage_credential = 'a:b', catalog_credential = 'c'",
        &[("storage_credential", "'a:b'"), ("catalog_credential", "'c'")],
    );
    check("CREATE DISK d disk(type = 'encrypted', disk = 's3_disk', key_hex = '00ff')", &[("key_hex", "'00ff'")]);
    check("ALTER USER u IDENTIFIED BY 'new'", &[("identified by", "'new'")]);
    check(
        "CREATE EXTERNAL STREAM k (a int) SETTINGS ssl_ca_pem = 'PEM', nats_jwt = 'j', nats_nkey_seed = 's', kafka_schema_registry_credentials = 'u:p', jwt = 'j2'",
        &[
            ("ssl_ca_pem", "'PEM'"),
            ("nats_jwt", "'j'"),
            ("nats_nkey_seed", "'s'"),
            ("kafka_schema_registry_credentials", "'u:p'"),
            ("jwt", "'j2'"),
        ],
    );
    check("EXPLAIN SELECT * FROM postgresql('h:1', 'd', 't', 'u', 'pw')", &[("postgresql", "'pw'")]);
}

/// Every secret of the corpus: the statements that were read by hand, with the keys that must be found. Templates in the
/// place of a value are found too: the value that is filled in would be one.
#[test]
fn the_secrets_of_real_statements_are_found() {
    let Some(samples) = crate::support::samples() else { return };
    let mut found: Vec<String> = Vec::new();
    for sample in &samples {
        let Ok(statement) = parse_one(&sample.sql) else { continue };
        let secret = secrets(&statement, &sample.sql).into_iter().filter(|one| one.secrecy == Secrecy::Secret);
        let keys: Vec<String> = secret.map(|one| one.key.to_lowercase()).collect();
        if !keys.is_empty() {
            found.push(format!("{} {}", sample.id, keys.join(" ")));
        }
    }
    found.sort();
    let expected: Vec<String> = REAL_SECRETS.iter().map(|line| (*line).to_owned()).collect();
    assert_eq!(found, expected, "{}", found.join("\n"));
}

#[test]
fn secrets_that_are_written_into_code_are_found() {
    check(
        "CREATE EXTERNAL STREAM p (a string) AS $$\nimport os\ntoken = 'ghp_1'\nkey = os.getenv('TOKEN')\nself.api_key: str = 'x'\nSECRET=\"s\"\nemptytoken = ''\n$$ SETTINGS type = 'python'",
        &[("token", "ghp_1"), ("SECRET", "s")],
    );
    check(
        "CREATE FUNCTION f(a string) RETURNS string LANGUAGE PYTHON AS $$\ndef f(a):\n    post(\"https://hooks.slack.com/services/T1/B2/x\", a)\n$$",
        &[("webhook", "T1/B2/x")],
    );
    check(
        "CREATE EXTERNAL TABLE t SETTINGS type = 's3', aws_secret_access_key = 'k', use_environment_credentials = 1",
        &[("aws_secret_access_key", "'k'")],
    );
}

/// Ids and keys, read by hand.
const REAL_SECRETS: [&str; 64] = [
    "database-1c3f615d3a credential catalog_credential storage_credential",
    "database-e808184311 credential catalog_credential storage_credential",
    "dictionary-0f6c6b9ec9 password",
    "dictionary-673c02d9e7 password",
    "dictionary-783f36f533 password",
    "dictionary-8859560468 password",
    "dictionary-a89ee15685 password",
    "dictionary-d63902135f password",
    "dictionary-dc9f5eb92a password",
    "dictionary-e73a1e5517 password",
    "dictionary-ec3b8693d3 password",
    "disk-05f0bd8b88 secret_access_key",
    "disk-122f5653f4 secret_access_key",
    "disk-7987be67a1 secret_access_key",
    "disk-8ab0d02315 key_hex",
    "disk-bc40e65fd8 key_hex",
    "external_stream-0905277184 password",
    "external_stream-336594621a init_function_parameters",
    "external_stream-3367546fb0 http_header_authorization",
    "external_stream-3e4b5b567d password",
    "external_stream-4065b377e8 password",
    "external_stream-4d610414ba token",
    "external_stream-516efe384d kafka_schema_registry_credentials",
    "external_stream-51ea4c4a18 aws_access_key_id aws_secret_access_key",
    "external_stream-59fe95c431 password",
    "external_stream-5ece4f7a8a password",
    "external_stream-70c0a185fc password",
    "external_stream-734058d881 token",
    "external_stream-930d3eefb4 password",
    "external_stream-9365b2ed30 http_header_authorization",
    "external_stream-94cd10de15 password",
    "external_stream-a4e888068b jwt",
    "external_stream-a75aafd646 password",
    "external_stream-a9a34f8ad2 aws_access_key_id aws_secret_access_key",
    "external_stream-b4c7c4a219 password",
    "external_stream-d527907a3e init_function_parameters",
    "external_stream-f60f8ae3b2 password ssl_ca_pem",
    "external_table-0434ccbf73 password",
    "external_table-2125659e82 password",
    "external_table-40c40e3951 password",
    "external_table-58347acbc6 password",
    "external_table-62bbc674b2 password",
    "external_table-78a684c943 password",
    "external_table-96248e3a7e password",
    "external_table-b7fbe9a41b aws_secret_access_key",
    "external_table-bc5dd71779 password",
    "external_table-be585130bf password",
    "external_table-c0f881179b secret_access_key",
    "external_table-e3c4428292 secret_access_key",
    "function-41a1c034a4 webhook",
    "function-a61ef08bf4 webhook_url",
    "function-a7d08fce6d api_key",
    "function-e1935ef9f6 api_key",
    "named_collection-076377a59a endpoint access_key_id secret_access_key",
    "named_collection-082704920c nats_jwt nats_nkey_seed",
    "named_collection-117e038eb5 init_function_parameters",
    "named_collection-2bc0648312 init_function_parameters",
    "named_collection-3bdfaf99f3 access_key_id secret_access_key",
    "named_collection-3bf5bc3f2c type endpoint access_key_id secret_access_key",
    "named_collection-47852aa5b7 brokers data_format",
    "named_collection-e9e217860c access_key_id secret_access_key",
    "remote_function-4132651747 url",
    "stream-a8723752ef http_header_authorization",
    "user-a27a2379f9 identified by",
];
