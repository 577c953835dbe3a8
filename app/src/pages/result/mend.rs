//! What can be done about a result: copy again what differs, and catch up with what came later.

use ferry_model::messages::{result as words, ui, verification};
use ferry_model::{CopyAgain, DifferingStream, LateRows, Permission, RunId, StepNumber};
use leptos::prelude::*;

use crate::api::runs::{CatchUpRun, RecopyStep};
use crate::pages::migration::OneMigration;
use crate::parts::badge::Tone;
use crate::parts::button::Weight;
use crate::parts::error::ActionError;
use crate::parts::form::{ActionForm, FormAction};
use crate::parts::frame::Me;
use crate::parts::notice::Notice;
use crate::parts::submit::Submit;

/// Streams whose rows are not the same on both sides: where, and how each would be copied again.
#[component]
pub fn Differing(
    /// The run that compared them.
    run: RunId,
    /// The address of the run.
    room: String,
    /// The streams.
    streams: Vec<DifferingStream>,
) -> impl IntoView {
    (!streams.is_empty()).then(|| {
        let one = move |stream| view! { <OneStream run=run.clone() room=room.clone() stream=stream /> };
        view! {
            <section class="stack-small" aria-labelledby="differing">
                <h3 id="differing">{words::DIFFERING}</h3>
                {streams.into_iter().map(one).collect_view()}
            </section>
        }
    })
}

#[component]
fn OneStream(run: RunId, room: String, stream: DifferingStream) -> impl IntoView {
    let DifferingStream { step, stream, differences, n_more, again } = stream;
    let buckets = differences.into_iter().map(|one| view! { <li>{verification::bucket_difference(&one)}</li> });
    let label = match again {
        CopyAgain::Parts => Some(words::COPY_AGAIN),
        CopyAgain::Whole => Some(words::COPY_WHOLE_AGAIN),
        CopyAgain::NotUnder(_) | CopyAgain::NotNow => None,
    };
    let form = label.map(|label| {
        let action = FormAction::of::<RecopyStep>();
        view! { <RunForm action=action run=run step=step label=label /> }
    });
    view! {
        <Notice tone=Tone::Blocks title=stream.to_string()>
            <ul>{buckets.collect_view()}</ul>
            <p hidden=n_more == 0>{words::more_buckets(n_more)}</p>
            <p>{words::copy_again(&again)} " " <a href=format!("{room}?step={step}#log")>{ui::SHOW_LOG}</a></p>
            {form}
        </Notice>
    }
}

/// Rows that reached the source after the copies, and the way to copy them.
#[component]
pub fn CatchUp(
    /// The run that copied.
    run: RunId,
    /// What its comparisons saw.
    late: LateRows,
) -> impl IntoView {
    let can_follow = late.n_open > 0;
    (can_follow || late.n_rows > 0).then(|| {
        let tone = if late.n_rows > 0 { Tone::Risk } else { Tone::Plain };
        let form = can_follow.then(|| {
            let action = FormAction::of::<CatchUpRun>();
            view! {
                <p>{words::CATCH_UP_HINT}</p>
                <RunForm action=action run=run label=words::CATCH_UP />
            }
        });
        view! {
            <section class="stack-small" aria-labelledby="not-covered">
                <h3 id="not-covered">{words::NOT_COVERED}</h3>
                <Notice tone=tone title=words::late_rows(&late)>
                    {form}
                </Notice>
            </section>
        }
    })
}

/// A button that asks something of a run, for who may.
#[component]
pub fn RunForm(
    /// What is asked.
    action: FormAction,
    /// Of which run.
    run: RunId,
    /// About which step.
    #[prop(optional, into)]
    step: Option<StepNumber>,
    /// The button's name.
    label: &'static str,
) -> impl IntoView {
    let me = expect_context::<Me>();
    let migration = expect_context::<OneMigration>().id;
    let form = move || {
        view! {
            <ActionForm action=action>
                <input type="hidden" name="migration" value=migration.get_untracked().to_string() />
                <input type="hidden" name="run" value=run.to_string() />
                {step.map(|step| view! { <input type="hidden" name="step" value=step.0.to_string() /> })}
                <Submit weight=Weight::Outlined label=label busy_label=label pending=action.pending() />
            </ActionForm>
            <ActionError value=action.value() />
        }
    };
    view! {
        {Suspend::new(async move {
            let may_run = me.may(Permission::OperateRuns).await;
            may_run.then(form)
        })}
    }
}
