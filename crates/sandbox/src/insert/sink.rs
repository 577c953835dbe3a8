//! Where inserted rows go: a stream, and from there through its materialized views.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;

use crate::catalog::{Entry, EntryKind, QualifiedName};
use crate::deployment::{Deployment, names::column_defs};
use crate::engine::{ColumnDef, QueryContext};
use crate::fault::{Fault, FaultCode};
use crate::materialized;
use crate::storage::Stream;

/// A view may write into a stream that another view reads; a longer chain is a circle.
const MAX_DEPTH: usize = 16;

/// One stream that is written.
pub struct Sink {
    deployment: Arc<Deployment>,
    name: QualifiedName,
    columns: Vec<ColumnDef>,
    stream: Option<Arc<Stream>>,
    /// Streams that views have written meanwhile: they must be made durable too.
    touched: Mutex<HashMap<String, Arc<Stream>>>,
}

impl Sink {
    /// Opens what `entry` is; what cannot be written is refused.
    pub fn open(deployment: &Arc<Deployment>, entry: &Entry) -> Result<Self, Fault> {
        let label = entry.kind.label();
        let stream = match entry.kind {
            EntryKind::Stream | EntryKind::MutableStream => deployment.stream_of(entry),
            EntryKind::NullStream => None,
            EntryKind::MaterializedView => {
                return Err(Fault::bad(format!("Cannot insert into materialized view {}", entry.name)));
            }
            _ => {
                return Err(Fault::refused(format!(
                    "INSERT into {}.{}, which is a {}",
                    entry.database,
                    entry.name,
                    label.to_lowercase()
                )));
            }
        };
        Self::of(deployment, entry, stream)
    }

    /// The inner stream of a materialized view.
    pub fn inner(deployment: &Arc<Deployment>, entry: &Entry) -> Result<Self, Fault> {
        Self::of(deployment, entry, deployment.stream_of(entry))
    }

    fn of(deployment: &Arc<Deployment>, entry: &Entry, stream: Option<Arc<Stream>>) -> Result<Self, Fault> {
        if stream.is_none() && entry.kind != EntryKind::NullStream {
            return Err(Fault::unknown_stream(&entry.database, &entry.name));
        }
        Ok(Self {
            deployment: Arc::clone(deployment),
            name: entry.qualified(),
            columns: column_defs(entry)?,
            stream,
            touched: Mutex::default(),
        })
    }

    /// All columns of the stream.
    pub fn columns(&self) -> &[ColumnDef] {
        &self.columns
    }

    /// Writes whole rows, and what materialized views make of them.
    pub async fn write(&self, block: RecordBatch, context: &QueryContext) -> Result<(), Fault> {
        let mut waiting = vec![(self.name.clone(), self.columns.clone(), self.stream.clone(), block)];
        for _ in 0..MAX_DEPTH {
            let mut next = Vec::new();
            for (name, columns, stream, block) in waiting {
                let views = materialized::readers(&self.deployment, &name);
                if let Some(stream) = &stream {
                    stream.append(block.clone())?;
                }
                for view in &views {
                    let made = materialized::run(&self.deployment, view, &name, &columns, &block, context).await?;
                    for (target, rows) in made {
                        let sink = target;
                        if let Some(stream) = &sink.stream {
                            let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
                            touched.insert(format!("{}.{}", sink.name.database, sink.name.name), Arc::clone(stream));
                        }
                        next.push((sink.name.clone(), sink.columns.clone(), sink.stream.clone(), rows));
                    }
                }
            }
            if next.is_empty() {
                return Ok(());
            }
            waiting = next;
        }
        Err(Fault::new(
            FaultCode::Other(49),
            format!("The materialized views behind {} write in a circle", self.name.name),
        ))
    }

    /// Makes what was written durable; called once before a statement is acknowledged.
    pub fn finish(&self) -> Result<(), Fault> {
        if let Some(stream) = &self.stream {
            stream.sync()?;
        }
        let touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        for stream in touched.values() {
            stream.sync()?;
        }
        Ok(())
    }
}
