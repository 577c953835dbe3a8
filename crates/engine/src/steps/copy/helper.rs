//! The helper: the external stream on the target through which a stream is pulled (protocol.md E).

use ferry_model::messages::engine as messages;
use ferry_model::{CapturedColumn, Definition, ResourceName};

use super::with_the_way_on;
use crate::making::{self, Made};
use crate::steps::{StepContext, StepError};

/// How often the read test is repeated where the source moves.
const N_READ_TESTS: usize = 3;

/// A helper: recognisable by its name, recorded like everything else that a run makes (copy-safety 6).
#[derive(Debug, Clone)]
pub(crate) struct Helper {
    pub(crate) name: ResourceName,
    pub(crate) definition: Definition,
}

impl Helper {
    /// Makes the helper exist. What an earlier try left is used again.
    pub(crate) async fn ensure(&self, context: &StepContext) -> Result<(), StepError> {
        match self.find(context).await? {
            Made::Here { .. } => Ok(()),
            Made::Not => making::make(context, context.step, &self.name, &self.definition).await.map(drop),
        }
    }

    pub(crate) async fn find(&self, context: &StepContext) -> Result<Made, StepError> {
        making::find(context, context.step, &self.name).await
    }

    pub(crate) async fn remove(&self, context: &StepContext) -> Result<(), StepError> {
        match self.find(context).await? {
            Made::Here { server_id } => making::remove(context, &self.name, server_id.as_deref()).await,
            Made::Not => Ok(()),
        }
    }

    /// Makes the helper and reads through it once, whatever the number.
    pub(crate) async fn try_to_pull(&self, context: &StepContext) -> Result<(), StepError> {
        self.ensure(context).await.map_err(with_the_way_on)?;
        let counted = context.target().count(&self.name).await;
        let counted = counted.map(drop).map_err(|error| context.trouble(messages::trying_to_pull(), &error));
        counted.map_err(with_the_way_on)
    }

    /// Counts the rows through the helper: they must be the source's own (copy-safety 7). A wrong shard count
    /// would double rows here, before anything is written. Gives the count.
    pub(crate) async fn read_test(&self, context: &StepContext, stream: &ResourceName) -> Result<u64, StepError> {
        let (source, target) = (context.source()?, context.target());
        let trouble = |error| context.trouble(messages::read_testing(stream), &error);
        let mut found = (0, 0, 0);
        for _ in 0..N_READ_TESTS {
            let before = source.count(stream).await.map_err(trouble)?;
            let through = target.count(&self.name).await.map_err(trouble)?;
            let after = source.count(stream).await.map_err(trouble)?;
            // Where rows arrive, or keys replace each other, in between, the helper must see a number between.
            if (before.min(after)..=before.max(after)).contains(&through) {
                if before != after {
                    context.note(messages::source_moves(stream)).await?;
                }
                return Ok(through);
            }
            found = (before, through, after);
        }
        Err(messages::read_test_failed(stream, found.2, found.1).into())
    }

    /// Compares the columns that will be copied on both sides (copy-safety 13).
    pub(crate) async fn compare_columns(
        &self,
        context: &StepContext,
        stream: &ResourceName,
        columns: &[String],
    ) -> Result<(), StepError> {
        let trouble = |error| context.trouble(messages::comparing_columns(stream), &error);
        let source = context.source()?.columns(stream).await.map_err(trouble)?;
        let target = context.target().columns(stream).await.map_err(trouble)?;
        let differing: Vec<String> =
            columns.iter().filter(|name| type_of(&source, name) != type_of(&target, name)).cloned().collect();
        match differing.is_empty() {
            true => Ok(()),
            false => Err(messages::columns_differ(stream, &differing).into()),
        }
    }
}

fn type_of<'a>(columns: &'a [CapturedColumn], name: &str) -> Option<&'a str> {
    columns.iter().find(|column| column.name == name).map(|column| column.data_type.as_str())
}
