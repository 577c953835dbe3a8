//! The way that rows take: pulled by the target through a helper, or moved by Ferry itself (copy-safety 8).

use ferry_model::messages::engine as messages;
use ferry_plan::CopyThrough;

use super::{Copy, settle};
use crate::sql::InsertSettings;
use crate::steps::{StepContext, StepError};
use crate::{InsertEnd, InsertSelect, ProgressSink, RelayRead, preflight};

impl Copy {
    /// Prepares the way that the plan wants. Gives the copy with the way that its rows take now, and how many there
    /// are: through a helper the count that the target reads (copy-safety 7), otherwise the source's own.
    pub(super) async fn choose_way(&self, context: &StepContext) -> Result<(Self, u64), StepError> {
        let decided = |through| Self { through, ..self.clone() };
        let why = match self.through {
            CopyThrough::Helper => {
                let n_rows = self.try_helper(context).await.map_err(with_the_way_on)?;
                return Ok((self.clone(), n_rows));
            }
            CopyThrough::Relay => messages::relay_is_planned(),
            CopyThrough::HelperOrRelay => match preflight::cannot_pull(context.target()) {
                Some(error) => messages::helper_is_no_use(&error),
                None => match self.try_helper(context).await {
                    Ok(n_rows) => return Ok((decided(CopyThrough::Helper), n_rows)),
                    Err(StepError::Failed(error)) => messages::helper_is_no_use(&error),
                    Err(other) => return Err(other),
                },
            },
        };
        // A helper that is of no use holds the source's password all the same (copy-safety 6).
        self.helper.remove(context).await?;
        settle::wait_for_source(context, &self.stream).await?;
        let counted = context.source()?.count(&self.stream).await;
        let n_rows = counted.map_err(|error| context.trouble(messages::counting(&self.stream), &error))?;
        context.note(messages::rows_take_the_relay(&self.stream, &why)).await?;
        Ok((decided(CopyThrough::Relay), n_rows))
    }

    async fn try_helper(&self, context: &StepContext) -> Result<u64, StepError> {
        self.helper.ensure(context).await?;
        settle::wait_for_source(context, &self.stream).await?;
        self.helper.read_test(context, &self.stream).await
    }

    /// What Ferry reads itself, where the rows of a slice take the relay.
    pub(super) fn relay_read(&self, settings: InsertSettings) -> Option<RelayRead> {
        (self.through == CopyThrough::Relay).then(|| RelayRead {
            stream: self.stream.clone(),
            columns: self.columns.clone(),
            order_by: self.order_by.clone(),
            settings: settings.of_relay_select(),
        })
    }
}

/// Moves the rows of one INSERT. Where it did not come to its end, it is proved to run no more before anything else is
/// done: what breaks a relay may break it on the source alone, and the target would not know (copy-safety 16).
pub(super) async fn run(context: &StepContext, insert: &InsertSelect, progress: ProgressSink<'_>) -> InsertEnd {
    let Ok(source) = context.source() else {
        let text = messages::no_source().to_string();
        return InsertEnd::Refused(crate::SiteError::Refused { code: 0, text });
    };
    match source.relay_into(context.target(), insert, progress).await {
        InsertEnd::Refused(error) => match settle::prove_ended(context).await {
            Ok(()) => InsertEnd::Refused(error),
            // Then nobody knows, and what follows proves it again or stops.
            Err(_) => InsertEnd::Unknown(error),
        },
        end => end,
    }
}

/// The error of a helper that is of no use, with the relay as the way on.
pub(crate) fn with_the_way_on(error: StepError) -> StepError {
    match error {
        StepError::Failed(error) => StepError::Failed(messages::or_take_the_relay(error)),
        other => other,
    }
}
