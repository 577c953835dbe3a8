//! Exit codes, documented in `ferry --help`.

use std::process::ExitCode;

use ferry_model::{FerryError, RunState, RunView};

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: everything was done.
    Done,
    /// 1: something failed on the way.
    Failed,
    /// 2: the command, the configuration or the plan is wrong.
    Usage,
    /// 3: refused before any change.
    Refused,
    /// 4: needs `--yes`.
    NeedsYes,
    /// 5: everything was copied, and not all of it verified.
    Unverified,
    /// 6: everything else was done, and creations are deferred.
    Deferred,
    /// 7: everything was copied and compared, and the cut-over waits for a person's word.
    AwaitsWord,
    /// 130: interrupted or cancelled; the same command goes on.
    Interrupted,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::NeedsYes => 4,
            Self::Unverified => 5,
            Self::Deferred => 6,
            Self::AwaitsWord => 7,
            Self::Interrupted => 130,
        }
    }

    /// How a process ends whose run stands so.
    pub fn of_run(view: &RunView) -> Self {
        let untouched = view.steps.iter().all(|step| step.attempt == 0);
        match view.state {
            RunState::Done if !view.unverified().is_empty() => Self::Unverified,
            RunState::Done => Self::Done,
            RunState::Deferred => Self::Deferred,
            RunState::AwaitingCutOver => Self::AwaitsWord,
            RunState::Cancelled | RunState::Paused => Self::Interrupted,
            RunState::Failed if untouched => Self::Refused,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a command ends early: what is printed on standard error, and the code.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) text: String,
    pub(crate) exit: Exit,
}

impl Failure {
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self { text: text.into(), exit: Exit::Usage }
    }

    pub(crate) fn failed(text: impl Into<String>) -> Self {
        Self { text: text.into(), exit: Exit::Failed }
    }

    /// Something failed, with every cause that it names.
    #[cfg(feature = "sandbox")]
    pub(crate) fn of(error: &dyn std::error::Error) -> Self {
        let causes = std::iter::successors(error.source(), |cause| cause.source());
        Self::failed(causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}")))
    }

    pub(crate) fn needs_yes(text: impl Into<String>) -> Self {
        Self { text: text.into(), exit: Exit::NeedsYes }
    }
}

impl From<FerryError> for Failure {
    fn from(error: FerryError) -> Self {
        let exit = match &error {
            FerryError::Invalid { .. } | FerryError::NotFound { .. } => Exit::Usage,
            FerryError::Conflict { .. } | FerryError::Forbidden { .. } => Exit::Refused,
            _ => Exit::Failed,
        };
        let text = match &error {
            // One problem a line, each with its place, as compilers do it.
            FerryError::Invalid { what, problems } if problems.iter().any(|problem| problem.line > 0) => {
                let lines = problems.iter().map(|p| format!("{what}:{}:{}: {}", p.line, p.column, p.message));
                lines.collect::<Vec<_>>().join("\n")
            }
            other => other.to_string(),
        };
        Self { text, exit }
    }
}

#[cfg(test)]
mod tests {
    use ferry_model::Problem;

    use super::*;

    #[test]
    fn a_problem_with_a_place_is_printed_with_it() {
        let problems = vec![Problem { line: 3, column: 5, message: "unknown key".into() }];
        let failure = Failure::from(FerryError::Invalid { what: "c.yaml".into(), problems });
        assert_eq!(failure.text, "c.yaml:3:5: unknown key");
        assert_eq!(failure.exit, Exit::Usage);
    }

    #[test]
    fn a_run_that_failed_before_its_first_step_was_refused() {
        let view = RunView { state: RunState::Failed, ..RunView::default() };
        assert_eq!(Exit::of_run(&view), Exit::Refused);
    }
}
