//! The app server's REST API and timeplusd's HTTP.

use super::support::{connect, run, start_with, texts, until};
use ferry_model::Secret;
use ferry_sandbox::{Edition, Sandbox};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

struct Api {
    sandbox: Sandbox,
    client: Client,
}

impl Api {
    async fn start() -> Self {
        let sandbox = start_with(|options| options.users = vec![("ada".to_owned(), Secret::new(""))]).await;
        // The client wants a TLS provider although everything is plain on loopback; a second install is refused.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().expect("a client");
        let api = Self { sandbox, client };
        api.exec("CREATE STREAM s (a int32, b string) SETTINGS flush_threshold_ms = 50").await;
        api
    }

    fn url(&self, path: &str) -> String {
        let address = self.sandbox.addresses().app.expect("an app server");
        format!("http://{address}/default/api{path}")
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, self.url(path)).basic_auth("ada", Some(""))
    }

    async fn get(&self, path: &str) -> Value {
        self.request(Method::GET, path).send().await.expect("an answer").json().await.expect("JSON")
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let answer = self.request(method, path).json(&body).send().await.expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    async fn exec(&self, sql: &str) {
        let (status, body) = self.send(Method::POST, "/v1beta2/exec", json!({"sql": sql, "type": "ddl"})).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{sql}: {body}");
    }
}

#[tokio::test]
async fn info_names_product_and_components_to_those_who_may_know() {
    let api = Api::start().await;
    let info = api.get("/info").await;
    assert_eq!(info["product_name"], "Timeplus Enterprise");
    assert_eq!(info["product_version"], Edition::enterprise().product_version);
    let wrong = api.client.get(api.url("/info")).basic_auth("ada", Some("wrong")).send().await.expect("an answer");
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    let nobody = api.client.get(api.url("/info")).send().await.expect("an answer");
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_created_source_starts_at_once_writes_and_hides_its_secrets() {
    let api = Api::start().await;
    let body = json!({"name": "made up", "type": "stream_generator", "stream": "s",
        "properties": {"interval": "10ms", "api_token": "hunter2"}});
    let (status, source) = api.send(Method::POST, "/v1beta2/sources", body.clone()).await;
    assert_eq!((status, &source["status"]), (StatusCode::CREATED, &json!("running")));
    assert_eq!(source["properties"], json!({"interval": "10ms"}));
    until(async || texts(&mut support_connect(&api).await, "SELECT count() FROM table(s)").await != [["0"]]).await;
    let path = format!("/v1beta2/sources/{}", source["id"].as_str().expect("an id"));
    let (status, _) = api.send(Method::PUT, &path, body.clone()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "only stopped sources can be updated");
    let (status, _) = api.send(Method::POST, &format!("{path}/stop"), json!({})).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(api.get(&path).await["status"], "stopped");
    let (status, twin) = api.send(Method::POST, "/v1beta2/sources", body).await;
    assert_eq!(status, StatusCode::CREATED, "duplicate names are accepted");
    assert_ne!(twin["id"], source["id"]);
    let missing = json!({"name": "x", "type": "stream_generator", "stream": "nowhere"});
    assert_eq!(api.send(Method::POST, "/v1beta2/sources", missing).await.0, StatusCode::BAD_REQUEST);
}

async fn support_connect(api: &Api) -> ferry_native::Connection {
    let options = ferry_native::ConnectOptions::new(api.sandbox.addresses().native.to_string());
    ferry_native::Connection::connect(options.credentials("ada", Secret::new(""))).await.expect("connected")
}

#[tokio::test]
async fn a_dashboard_keeps_its_panels_word_for_word() {
    let api = Api::start().await;
    let panels =
        json!([{"id": "p1", "title": "é", "viz_config": {"labelWidth": "80", "yAxis": ["a"]}, "position": {"x": 0}}]);
    let (status, created) = api.send(Method::POST, "/v1beta2/dashboards", json!({"name": "d", "panels": panels})).await;
    assert_eq!(status, StatusCode::CREATED);
    let path = format!("/v1beta2/dashboards/{}", created["id"].as_str().expect("an id"));
    assert_eq!(api.get(&path).await["panels"], panels);
    let (status, _) = api.send(Method::DELETE, &path, Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(api.send(Method::GET, &path, Value::Null).await, (StatusCode::NOT_FOUND, Value::Null));
}

#[tokio::test]
async fn a_removed_endpoint_is_404_without_a_body() {
    let api = Api::start().await;
    for path in ["/v1beta2/streams", "/v1beta2/udfs", "/v1beta2/views", "/v1beta2/nothing"] {
        let answer = api.request(Method::POST, path).json(&json!({"name": "x"})).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.text().await.expect("a body"), "", "{path}");
    }
}

#[tokio::test]
async fn exec_gives_rows_for_historical_and_204_for_ddl_and_says_no_to_a_mix() {
    let api = Api::start().await;
    api.exec("INSERT INTO s (a, b) VALUES (1, 'x')").await;
    let historical = |sql: &str| json!({"sql": sql, "type": "historical", "unknown": true});
    let (status, body) =
        api.send(Method::POST, "/v1beta2/exec", historical("SELECT 1 AS a, 'x' AS b, 1 / 0 AS c")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["data"], json!([[1, "x", "inf"]]));
    assert_eq!(body["columns"][2], json!({"name": "c", "type": "float64"}));
    let (status, error) = api.send(Method::POST, "/v1beta2/exec", historical("SELECT * FROM table(nowhere)")).await;
    assert_eq!((status, &error["code"], &error["system"]), (StatusCode::BAD_REQUEST, &json!(60), &json!("timeplusd")));
    let (status, _) = api.send(Method::POST, "/v1beta2/exec", json!({"sql": "SELECT 1", "type": "ddl"})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_time_out_of_exec_does_not_end_the_query() {
    let api = Api::start().await;
    let values: Vec<String> = (0..3_000).map(|number| format!("({number}, 'x')")).collect();
    api.exec(&format!("INSERT INTO s (a, b) VALUES {}", values.join(", "))).await;
    until(async || texts(&mut support_connect(&api).await, "SELECT count() FROM table(s)").await == [["3000"]]).await;
    api.exec("CREATE STREAM t (a int32) SETTINGS flush_threshold_ms = 50").await;
    let slow = "INSERT INTO t (a) SELECT x.a FROM table(s) AS x CROSS JOIN table(s) AS y WHERE x.a < 30 SETTINGS max_block_size = 10";
    let body = json!({"sql": slow, "type": "ddl", "timeout_ms": 1});
    let (status, error) = api.send(Method::POST, "/v1beta2/exec", body).await;
    assert_eq!((status, &error["code"]), (StatusCode::INTERNAL_SERVER_ERROR, &json!(159)));
    until(async || texts(&mut support_connect(&api).await, "SELECT count() FROM table(t)").await == [["90000"]]).await;
}

#[tokio::test]
async fn events_begin_and_end_with_the_query_and_follow_the_contract() {
    let api = Api::start().await;
    let body = json!({"sql": "SELECT 1 AS a, 'x' AS b"});
    let answer = api.request(Method::POST, "/v1beta2/queries").json(&body).send().await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["transfer-encoding"], "chunked");
    let text = answer.text().await.expect("events");
    assert!(text.starts_with("event: query\ndata: {\"id\":"), "{text}");
    let events: Vec<&str> = text.trim_end().split("\n\n").collect();
    assert!(events.contains(&"data: [[1,\"x\"]]"), "{text}");
    let last = events.last().and_then(|event| event.strip_prefix("event: query\ndata: ")).expect("a closing event");
    assert_eq!(serde_json::from_str::<Value>(last).expect("JSON")["status"], "finished");
    let (status, error) = api.send(Method::POST, "/v1beta2/queries", json!({"sql": "SELECT nothing"})).await;
    assert_eq!((status, &error["code"]), (StatusCode::BAD_REQUEST, &json!(47)));
    let (status, _) = api.send(Method::POST, "/v1beta2/queries", json!({"sql": "CREATE STREAM x (a int32)"})).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn definitions_can_be_read_by_kind_and_database() {
    let api = Api::start().await;
    for sql in [
        "CREATE DATABASE d",
        "CREATE STREAM d.`a b` (a int32)",
        "CREATE VIEW d.v AS SELECT a FROM d.`a b`",
        "CREATE REMOTE FUNCTION far(a string) RETURNS string URL 'http://h/f' AUTH_METHOD 'auth_header' AUTH_HEADER 'X' AUTH_KEY 'hunter2'",
        "CREATE FORMAT SCHEMA m AS $$message M { string a = 1; }$$ TYPE Protobuf",
    ] {
        api.exec(sql).await;
    }
    assert_eq!(api.get("/v1beta2/streams?db=d").await[0]["name"], "a b");
    assert_eq!(api.get("/v1beta2/streams/a%20b?db=d").await["columns"][0]["type"], "int32");
    assert!(
        api.get("/v1beta2/views/v?db=d").await["create_query"].as_str().expect("a text").starts_with("CREATE VIEW d.v")
    );
    let function = api.get("/v1beta2/udfs/far").await;
    assert_eq!(function["auth_context"], json!({"auth_header": "X", "auth_value": ""}));
    assert_eq!(api.get("/v1beta2/schemas").await[0]["type"], "Protobuf");
    let address = api.sandbox.addresses().http;
    let url = format!("http://{address}/proton/v1/udfs/far");
    let answer = api.client.get(&url).basic_auth("ada", Some("")).send().await.expect("an answer");
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(body["data"]["auth_context"]["key_value"], "hunter2");
    assert_eq!(api.client.get(&url).send().await.expect("an answer").status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_proton_has_no_app_server_and_cannot_pause() {
    let sandbox = start_with(|options| {
        options.edition = Edition::proton();
        options.app_addr = None;
    })
    .await;
    assert_eq!(sandbox.addresses().app, None);
    let mut connection = connect(&sandbox).await;
    run(&mut connection, "CREATE STREAM s (a int32)").await;
    assert_eq!(texts(&mut connection, "SELECT version()").await, [["1.6.9"]]);
    assert!(connection.execute("CREATE MUTABLE STREAM m (a int32) PRIMARY KEY a").await.is_err());
    assert!(connection.execute("SYSTEM PAUSE MATERIALIZED VIEW mv").await.is_err());
    assert!(!texts(&mut connection, "SHOW CREATE s").await[0][0].contains("_tp_sn"));
}
