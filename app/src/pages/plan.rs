//! The plan: what will be done, in one sentence, then what endangers it, then every step.

mod findings;
mod steps;

use ferry_model::messages::ui;
use ferry_model::{Permission, PlanOverview};
use leptos::prelude::*;

use self::findings::Findings;
use self::steps::PlanSteps;
use super::migration::{OneMigration, make_plan};
use crate::format;
use crate::parts::button::Weight;
use crate::parts::empty::Empty;
use crate::parts::frame::Me;
use crate::parts::loaded::Loaded;
use crate::parts::time::Ago;

/// The newest revision of the plan.
#[component]
pub fn PlanPage() -> impl IntoView {
    let shared = expect_context::<OneMigration>();
    let content = |plan: Option<PlanOverview>| match plan {
        Some(plan) => view! { <Revision plan=plan /> }.into_any(),
        None => view! { <Empty icon="list-checks" title=ui::NO_PLAN text=ui::NO_PLAN_REMEDY /> }.into_any(),
    };
    view! { <Loaded resource=shared.plan n_lines=12 content=content /> }
}

#[component]
fn Revision(plan: PlanOverview) -> impl IntoView {
    let PlanOverview { revision, made_by, made_at_ms, steps, findings, problems, left_out, .. } = plan;
    let sentence = ui::plan_sentence(&steps, &format::rows_to_copy(&steps));
    view! {
        <section class="stack" aria-labelledby="plan-sentence">
            <div class="section-head">
                <div>
                    <h2 class="sentence-title" id="plan-sentence">
                        {sentence}
                    </h2>
                    <p class="quiet">
                        {ui::revision(revision, &made_by)} " · " <Ago at_ms=made_at_ms />
                    </p>
                </div>
                <CaptureAgain />
            </div>
            <Findings findings=findings problems=problems left_out=left_out />
            <PlanSteps steps=steps />
        </section>
    }
}

#[component]
fn CaptureAgain() -> impl IntoView {
    let shared = expect_context::<OneMigration>();
    let me = expect_context::<Me>();
    view! {
        <div class="actions">
            {Suspend::new(async move {
                let may_plan = me.may(Permission::EditPlans).await;
                may_plan.then(|| make_plan(shared, shared.id.get_untracked(), ui::PLAN_AGAIN.into(), Weight::Outlined))
            })}
        </div>
    }
}
