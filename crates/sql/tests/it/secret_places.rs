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
