//! Which step an event is about.

use super::EventBody;
use crate::StepNumber;

impl EventBody {
    /// The step that the event is about, if it is about one.
    pub fn step(&self) -> Option<StepNumber> {
        use EventBody as E;
        match self {
            E::StepWaiting { step, .. }
            | E::StepStarted { step, .. }
            | E::StepProbed { step, .. }
            | E::StepProgress { step, .. }
            | E::QuerySent { step, .. }
            | E::SlicesPlanned { step, .. }
            | E::SlicesReplanned { step, .. }
            | E::SliceEmptied { step, .. }
            | E::SliceStarted { step, .. }
            | E::SliceDone { step, .. }
            | E::SliceGrew { step, .. }
            | E::StepRetryRequested { step, .. }
            | E::StepSkipRequested { step, .. }
            | E::StepRecopyRequested { step, .. }
            | E::BucketsCompared { step, .. }
            | E::BucketDiffers { step, .. }
            | E::Verified { step, .. }
            | E::StepDone { step, .. }
            | E::StepSkipped { step, .. }
            | E::StepFailed { step, .. }
            | E::StepBlocked { step, .. }
            | E::StepDeferred { step, .. }
            | E::RowsCompared { step, .. }
            | E::CreateIntended { step, .. }
            | E::Created { step, .. }
            | E::CreateAbandoned { step, .. }
            | E::DropIntended { step, .. }
            | E::DropAbandoned { step, .. }
            | E::Dropped { step, .. }
            | E::Stopped { step, .. }
            | E::Restarted { step, .. } => Some(*step),
            E::Noted { step, .. } => *step,
            _ => None,
        }
    }
}
