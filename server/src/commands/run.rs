//! `ferry run`: carry a plan out, or go on with it.

use ferry_console::{Console, PlanFile, Wish};
use ferry_model::messages::cli as text;
use ferry_model::{FerryError, MigrationId, StepNumber};
use ferry_plan::{Config, PlanDocument};

use super::plan_file::{config_of, read};
use crate::cli::RunArgs;
use crate::exit::{Exit, Failure};
use crate::{progress, record};

pub(super) async fn run(args: RunArgs) -> Result<Exit, Failure> {
    if let Some(wish) = wish_of(&args) {
        return super::wish::carry_out(&args.plan, &args.record, wish).await;
    }
    let path = args.plan.display().to_string();
    let plan_text = read(&args.plan)?;
    let document = PlanDocument::parse(plan_text.as_str())
        .map_err(|problems| FerryError::Invalid { what: path.clone(), problems })?;
    let named = &document.plan().config;
    let config_file = config_of(&args.plan, &named.file, args.config.as_deref())?;
    let config_path = config_file.display().to_string();
    let config_text = read(&config_file)?;
    if Config::parse(&config_text).is_ok_and(|config| config.digest() != named.digest) {
        crate::say::err(text::config_changed(&config_path));
    }
    let file = PlanFile { path: &path, text: &plan_text, config_path: &config_path, config_text: &config_text };
    if args.dry_run {
        return super::dry_run::of_run(&args.record, &file).await;
    }
    let console = record::open_console(&args.record).await?;
    let outcome = watch_to_the_end(&console, &document.plan().migration, &file).await;
    console.shut_down().await;
    outcome
}

/// What is asked of the run that is there.
fn wish_of(args: &RunArgs) -> Option<Wish> {
    let skip = args
        .skip
        .map(|step| Wish::SkipStep { step: StepNumber(step), reason: args.reason.clone().unwrap_or_default() });
    let retry = || args.retry.map(|step| Wish::RetryStep(StepNumber(step)));
    let recopy = || args.recopy.map(|step| Wish::Recopy(StepNumber(step)));
    let cut_over = || args.cut_over.then_some(Wish::CutOver);
    skip.or_else(retry).or_else(recopy).or_else(|| args.catch_up.then_some(Wish::CatchUp)).or_else(cut_over)
}

async fn watch_to_the_end(console: &Console, migration: &MigrationId, file: &PlanFile<'_>) -> Result<Exit, Failure> {
    let caller = super::operator();
    super::wait_for_other_process(console, &caller, migration).await?;
    let begun = console.run_plan_file(&caller, file).await?;
    let view = progress::watch(console, &caller, &begun).await?;
    Ok(Exit::of_run(&view))
}
