//! Showing a run on the terminal: bars where somebody looks, lines in a pipe.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use ferry_console::{Begun, Console};
use ferry_model::messages::cli as text;
use ferry_model::{Caller, Event, EventBody, FerryError, RunState, RunView, StepAction, StepNumber, StepState};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::interrupt::Interrupts;

/// In a pipe, the copy of one step is told at most this often.
const LINE_INTERVAL_MS: i64 = 5_000;

/// Shows a run until it is over or let go. Ctrl-C pauses it; a second Ctrl-C leaves at once.
pub(crate) async fn watch(console: &Console, caller: &Caller, begun: &Begun) -> Result<RunView, FerryError> {
    let past = console.run_events(caller, &begun.run, 0).await?;
    let mut view = RunView::fold(past.iter().take_while(|event| event.seq <= begun.after_seq));
    let mut follower = console.follow(caller, &begun.run, begun.after_seq).await?;
    let mut display = Display::new();
    let mut interrupts = Interrupts::listen();
    let mut leaves = false;
    let ended = console.work_ended(&begun.run);
    tokio::pin!(ended);
    loop {
        tokio::select! {
            biased;
            event = follower.next() => {
                let event = event?;
                view.apply(&event);
                display.show(&event, &view);
                if view.state.is_over() {
                    break;
                }
                // Nobody waits here for a word: it is given with a command of its own, or in a browser.
                if leaves && view.state == RunState::Paused || view.state == RunState::AwaitingCutOver {
                    console.let_go(caller, &begun.run)?;
                }
            }
            () = interrupts.next() => {
                if leaves {
                    console.let_go(caller, &begun.run)?;
                } else {
                    leaves = true;
                    display.say(text::PAUSING);
                    console.run_pause(caller, &begun.run).await?;
                }
            }
            // Over without an event: let go, or the record cannot be written.
            trouble = &mut ended => {
                if let Some(error) = trouble {
                    display.finish();
                    crate::say::err(error);
                }
                break;
            }
        }
    }
    let view = console.run_view(caller, &begun.run).await?;
    display.finish();
    crate::say::out(text::run_end(&view));
    if !view.state.is_over() && view.state != RunState::AwaitingCutOver {
        crate::say::err(text::GO_ON_LATER);
    }
    Ok(view)
}

enum Display {
    Bars(Bars),
    Lines(Lines),
}

struct Bars {
    all: MultiProgress,
    steps: ProgressBar,
    copies: BTreeMap<StepNumber, ProgressBar>,
}

#[derive(Default)]
struct Lines {
    told_at_ms: BTreeMap<StepNumber, i64>,
}

impl Display {
    fn new() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self::Lines(Lines::default());
        }
        let all = MultiProgress::new();
        let steps = all.add(ProgressBar::new(0).with_style(style("{bar:30} {pos}/{len} steps  {elapsed}")));
        Self::Bars(Bars { all, steps, copies: BTreeMap::new() })
    }

    fn show(&mut self, event: &Event, view: &RunView) {
        if let Some(line) = text::event_line(event, view) {
            self.say(&line);
        }
        match self {
            Self::Bars(bars) => bars.show(event, view),
            Self::Lines(lines) => lines.show(event, view),
        }
    }

    fn say(&self, line: &str) {
        match self {
            // The terminal may be gone; the run goes on all the same.
            Self::Bars(bars) => drop(bars.all.println(line)),
            Self::Lines(_) => crate::say::out(line),
        }
    }

    fn finish(&self) {
        if let Self::Bars(bars) = self {
            drop(bars.all.clear());
        }
    }
}

impl Bars {
    fn show(&mut self, event: &Event, view: &RunView) {
        self.steps.set_length(view.steps.len() as u64);
        self.steps.set_position(view.steps.iter().filter(|step| step.state.is_over()).count() as u64);
        let Some(step) = event.body.step().and_then(|number| view.step(number)) else { return };
        if step.action != StepAction::Copy {
            return;
        }
        if step.state != StepState::Running {
            if let Some(bar) = self.copies.remove(&step.number) {
                bar.finish_and_clear();
            }
            return;
        }
        let bar = self.copies.entry(step.number).or_insert_with(|| {
            let bar = ProgressBar::new(0).with_style(style("{bar:30} {human_pos}/{human_len} rows  {msg}"));
            self.all.add(bar)
        });
        bar.set_length(step.rows_total.value.max(step.rows_done.value));
        bar.set_position(step.rows_done.value);
        bar.set_message(format!("{} rows/s  {}", step.rows_per_second, step.resource.path()));
    }
}

impl Lines {
    fn show(&mut self, event: &Event, view: &RunView) {
        let EventBody::StepProgress { step, .. } = event.body else { return };
        let Some(step) = view.step(step) else { return };
        let told = self.told_at_ms.entry(step.number).or_insert(event.at_ms);
        if event.at_ms - *told >= LINE_INTERVAL_MS {
            *told = event.at_ms;
            crate::say::out(text::copy_line(step, view));
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
