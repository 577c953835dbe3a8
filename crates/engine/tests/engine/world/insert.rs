//! What an INSERT does to these deployments, and what goes wrong with it.

use std::time::Duration;

use ferry_engine::{InsertEnd, InsertSelect, ProgressSink, SiteError, Written};
use ferry_model::{ResourceKind, ResourceName};

use super::{Rows, World};

/// What goes wrong with one INSERT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Half of the rows are written, then the connection is gone and the query goes on until it is cancelled.
    LostWhileRunning,
    /// All rows are written, and the answer is lost.
    LostAfterwards,
    /// Says that it finished, and half of the rows never appear.
    FinishedShort,
    /// Ends with an error after half of the rows.
    RefusedHalfway,
    /// Refuses blocks of more rows than this.
    TooLargeAbove(u64),
    /// Ends with an error after half of the rows, and the query goes on until it is cancelled.
    BrokenAtSource,
    /// Goes on until it is cancelled.
    NeverEnds,
}

impl World {
    /// Counts how many INSERTs there are at once, and holds them where a test wants that.
    pub(super) async fn counted(&self, insert: impl Future<Output = InsertEnd>) -> InsertEnd {
        {
            let mut state = self.state();
            state.n_at_once += 1;
            state.most_at_once = state.most_at_once.max(state.n_at_once);
        }
        while self.state().inserts_are_held {
            tokio::task::yield_now().await;
        }
        let end = insert.await;
        self.state().n_at_once -= 1;
        end
    }

    pub(super) async fn insert(&self, insert: &InsertSelect, progress: ProgressSink<'_>) -> InsertEnd {
        let helper = ResourceName { kind: ResourceKind::ExternalStream, ..name_read(&insert.sql) };
        match self.visible_in(&helper, &insert.rows) {
            Ok(rows) => self.take(insert, rows, progress).await,
            Err(_) => InsertEnd::Refused(self.unknown(&helper)),
        }
    }

    pub(super) async fn relay(&self, source: &World, insert: &InsertSelect, progress: ProgressSink<'_>) -> InsertEnd {
        let read = &insert.relay.as_ref().expect("a relay").stream;
        match source.visible_in(read, &insert.rows) {
            Ok(rows) => self.take(insert, rows, progress).await,
            Err(_) => InsertEnd::Refused(source.unknown(read)),
        }
    }

    /// Takes the rows of an INSERT, whichever way they came.
    async fn take(&self, insert: &InsertSelect, rows: Vec<Rows>, progress: ProgressSink<'_>) -> InsertEnd {
        let stream = name_written(&insert.sql);
        self.state().statements.push(insert.clone());
        let n_rows: u64 = rows.iter().map(|rows| rows.n).sum();
        let half = half_of(&rows);
        let fault = self.state().faults.pop_front().flatten();
        self.state().running.push(insert.query.clone());
        progress(Written { rows: n_rows, bytes: n_rows * 8 });
        tokio::time::sleep(Duration::from_millis(1)).await;
        let lost = || SiteError::Unknown { text: "connection reset".into() };
        let end = match fault {
            None => {
                self.write(&stream, &rows);
                InsertEnd::Finished
            }
            Some(Fault::LostWhileRunning) => {
                self.write(&stream, &half);
                return InsertEnd::Unknown(lost());
            }
            Some(Fault::LostAfterwards) => {
                self.write(&stream, &rows);
                InsertEnd::Unknown(lost())
            }
            Some(Fault::FinishedShort) => {
                self.write(&stream, &half);
                InsertEnd::Finished
            }
            Some(Fault::RefusedHalfway) => {
                self.write(&stream, &half);
                InsertEnd::Refused(SiteError::Refused {
                    code: 241,
                    text: "memory limit, password='s3cret-word'".into(),
                })
            }
            Some(Fault::BrokenAtSource) => {
                self.write(&stream, &half);
                return InsertEnd::Refused(SiteError::Refused { code: 241, text: "memory limit".into() });
            }
            Some(Fault::TooLargeAbove(limit)) if block_size(insert) > limit => {
                self.state().faults.push_front(Some(Fault::TooLargeAbove(limit)));
                self.write(&stream, &half);
                InsertEnd::Refused(SiteError::Refused { code: 0, text: "TOO_LARGE_RECORD".into() })
            }
            Some(Fault::TooLargeAbove(_)) => {
                self.write(&stream, &rows);
                InsertEnd::Finished
            }
            Some(Fault::NeverEnds) => {
                self.write(&stream, &half);
                insert.cancel.cancelled().await;
                InsertEnd::Cancelled
            }
        };
        self.state().running.retain(|query| *query != insert.query);
        end
    }
}

/// The first half of rows.
fn half_of(rows: &[Rows]) -> Vec<Rows> {
    let mut left = rows.iter().map(|rows| rows.n).sum::<u64>() / 2;
    let mut half = Vec::new();
    for rows in rows {
        let n = rows.n.min(left);
        left -= n;
        half.push(Rows { n, ..*rows });
    }
    half
}

/// The stream that an INSERT writes.
fn name_written(sql: &str) -> ResourceName {
    let parts: Vec<&str> = sql.split('`').collect();
    ResourceName::in_database(ResourceKind::Stream, parts[1], parts[3])
}

/// The stream that a SELECT reads.
fn name_read(sql: &str) -> ResourceName {
    let read = sql.split("table(`").nth(1).expect("it reads a table").split('`').collect::<Vec<_>>();
    ResourceName::in_database(ResourceKind::Stream, read[0], read[2])
}

/// The rows of one block that an INSERT asks for.
pub fn block_size(insert: &InsertSelect) -> u64 {
    let setting = insert.settings.iter().find(|(name, _)| name == "max_block_size").expect("a block size");
    setting.1.parse().expect("a number")
}
