//! The app server's path: `POST /exec`, and before 2.8 `POST /queries` (rest.md 3).

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{InsertOutcome, InsertProgress, InsertSelect};
use crate::rest::{Answer, Request, Rest};
use crate::{Deployment, Error, assumed, string_literal};

const WHAT: &str = "the INSERT .. SELECT through the app server";
/// How often the running statement is looked at for its progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(500);
/// How much longer than the app server this side waits for its answer.
const GRACE: Duration = Duration::from_secs(10);

impl Deployment {
    pub(super) async fn insert_over_http(
        &self,
        insert: InsertSelect<'_>,
        timeout_ms: u64,
        mut on_progress: impl FnMut(InsertProgress) + Send,
    ) -> InsertOutcome {
        let rest = match self.app_server(WHAT) {
            Ok(rest) => rest,
            Err(error) => return InsertOutcome::Refused(error),
        };
        let sql = statement(&insert);
        let mut done = InsertProgress::default();
        let mut is_cancelled = false;
        let mut request = std::pin::pin!(send(rest, &sql, timeout_ms));
        let mut every = tokio::time::interval(PROGRESS_EVERY);
        let mut seen = Instant::now();
        let answer = loop {
            tokio::select! {
                answer = &mut request => break answer,
                () = insert.cancel.cancelled(), if !is_cancelled => {
                    is_cancelled = true;
                    every.reset_immediately();
                }
                _ = every.tick() => {
                    // The request is still waited for: only its end proves that the statement ended. It may not have
                    // reached timeplusd yet, so its end is asked for again and again.
                    if is_cancelled && let Err(error) = self.cancel(insert.query_id).await {
                        tracing::warn!(error = %error.chain(), "a copy could not be cancelled");
                    }
                    match self.progress_of(insert).await {
                        Ok(Some(now)) => {
                            done = now;
                            seen = Instant::now();
                            on_progress(done);
                        }
                        // A user who may not look waits for the answer alone.
                        Err(error) if error.is_refusal() => seen = Instant::now(),
                        // The answer is lost, or both are gone: the connection could stay silent for ever.
                        _ if seen.elapsed() >= self.wire().silence_limit() => {
                            return InsertOutcome::Unknown(no_answer(seen.elapsed()));
                        }
                        _ => {}
                    }
                }
            }
        };
        match answer {
            Ok(()) if is_cancelled => InsertOutcome::Cancelled(done),
            Ok(()) => InsertOutcome::Finished(done),
            Err(error) if is_cancelled && error.is_refusal() => InsertOutcome::Cancelled(done),
            Err(error) if is_time_out(&error) => InsertOutcome::Unknown(error),
            Err(error @ (Error::Refused { .. } | Error::NotReachable { .. } | Error::SignInRefused { .. })) => {
                InsertOutcome::Refused(error)
            }
            Err(error) => InsertOutcome::Unknown(error),
        }
    }

    /// What the running statement has done so far; nothing if it does not run.
    async fn progress_of(&self, insert: InsertSelect<'_>) -> Result<Option<InsertProgress>, Error> {
        let sql = "SELECT query, read_rows, written_rows, written_bytes FROM system.processes";
        let rows = self.rows(sql).await?;
        let tag = assumed::tag(insert.query_id.as_str());
        let running = rows.iter().find(|row| row.text("query").contains(&tag));
        Ok(running.map(|row| {
            let number = |column: &str| row.text(column).parse().unwrap_or(0);
            InsertProgress {
                read_rows: number("read_rows"),
                written_rows: number("written_rows"),
                written_bytes: number("written_bytes"),
            }
        }))
    }
}

fn no_answer(silent_for: Duration) -> Error {
    let why = format!("for {} s timeplusd was not seen to run it, and no answer came", silent_for.as_secs());
    Error::UnknownOutcome { what: WHAT.to_owned(), source: why.into() }
}

/// The statement with its settings and the comment by which it is found. The API takes no settings of its own.
fn statement(insert: &InsertSelect<'_>) -> String {
    let mut sql = insert.sql.to_owned();
    for (n, (name, value)) in insert.settings.iter().enumerate() {
        sql.push_str(if n == 0 { " SETTINGS " } else { ", " });
        let is_number = value.parse::<i64>().is_ok();
        let value = if is_number { value.clone() } else { string_literal(value) };
        sql.push_str(&format!("{name} = {value}"));
    }
    // At the end, because the app server may look at a statement's first word.
    format!("{sql} {}", assumed::tag(insert.query_id.as_str()))
}

async fn send(rest: &Rest, sql: &str, timeout_ms: u64) -> Result<(), Error> {
    let body = assumed::exec_body_for_insert(sql, timeout_ms);
    let answer = post(rest, &["v1beta2", "exec"], body, timeout_ms).await?;
    if answer.status != StatusCode::NOT_FOUND {
        answer.ok()?;
        return Ok(());
    }
    let answer = post(rest, &["v1beta2", "queries"], json!({ "sql": sql }), timeout_ms).await?.ok()?;
    check_events(&answer.text())
}

async fn post(rest: &Rest, path: &[&str], body: Value, timeout_ms: u64) -> Result<Answer, Error> {
    let timeout = Some(Duration::from_millis(timeout_ms) + GRACE);
    rest.send(Request { method: Method::POST, path, database: None, body: Some(body), timeout, what: WHAT }).await
}

/// A statement that counts as a query ends with an event that tells its status (rest.md 3, SSE contract).
fn check_events(text: &str) -> Result<(), Error> {
    let mut last = None;
    let mut is_query = false;
    for line in text.lines() {
        if let Some(event) = line.strip_prefix("event:") {
            is_query = event.trim() == "query";
        } else if let (true, Some(data)) = (is_query, line.strip_prefix("data:")) {
            last = serde_json::from_str::<Value>(data.trim()).ok();
            is_query = false;
        }
    }
    // 204 without events is what DDL gives.
    let Some(query) = last else { return Ok(()) };
    let text_of = |key: &str| query.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    match text_of("status").as_str() {
        "failed" | "canceled" => {
            Err(Error::Refused { what: WHAT.to_owned(), code: None, status: None, message: text_of("message") })
        }
        _ => Ok(()),
    }
}

/// An app server that gives up says nothing about the statement on timeplusd (copy-safety 16).
fn is_time_out(error: &Error) -> bool {
    const TIMEOUT_EXCEEDED: i32 = 159;
    matches!(error, Error::Refused { status: Some(408 | 502 | 503 | 504), .. })
        || error.code() == Some(TIMEOUT_EXCEEDED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_query_in_the_last_event_is_an_error() {
        let events = "event: query\ndata: {\"id\":\"1\",\"status\":\"running\"}\n\n\
                      event: query\ndata: {\"id\":\"1\",\"status\":\"failed\",\"message\":\"no such stream\"}\n\n";
        let error = check_events(events).expect_err("failed");
        assert_eq!(error.to_string(), "no such stream");
        assert!(check_events("").is_ok());
        assert!(check_events("event: query\ndata: {\"status\":\"finished\"}\n\n").is_ok());
    }
}
