//! The table of steps of a run, in groups: what failed, what runs, what waits, what is to come, what is done. A row
//! moves only when its step comes into another group, and never while somebody is in the table.

use ferry_model::StepNumber;
use ferry_model::messages::{room, ui};
use leptos::ev::FocusEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::row::StepRow;
use super::shown::Shown;
use crate::live::{Group, Placed, RunStore};
use crate::parts::table::TableFrame;

const N_COLUMNS: &str = "6";

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// The heading of a group.
    Heading(Group),
    /// A step.
    Step(StepNumber),
    /// How many more steps the group has.
    More(Group, usize),
}

impl Line {
    /// What tells lines apart: one number for each.
    fn key(&self) -> u64 {
        match self {
            Self::Heading(group) => group.index() as u64,
            Self::More(group, _) => 10 + group.index() as u64,
            Self::Step(number) => 100 + u64::from(number.0),
        }
    }
}

/// The steps in groups.
#[component]
pub fn RunSteps(
    /// The run.
    store: RunStore,
    /// The step whose log is shown.
    chosen: Memo<Option<StepNumber>>,
    /// Which steps are shown.
    shown: Memo<Shown>,
) -> impl IntoView {
    let is_pointed_at = RwSignal::new(false);
    let is_focused = RwSignal::new(false);
    let is_held = Signal::derive(move || is_pointed_at.get() || is_focused.get());
    let order = Memo::new(move |before: Option<&Vec<Placed>>| {
        let order = store.order.get();
        match before {
            // New steps are no movement.
            Some(before) if is_held.get() && before.len() == order.len() => before.clone(),
            _ => order,
        }
    });
    let is_old = Memo::new(move |_| is_held.get() && order.with(|drawn| store.order.with(|order| drawn != order)));
    let lines = Memo::new(move |_| order.with(|order| lines(order, shown.get(), chosen.get())));
    let draw = move |line: Line| match line {
        Line::Heading(group) => view! { <Heading group=group store=store /> }.into_any(),
        Line::Step(number) => store.step(number).map(|step| view! { <StepRow step=step chosen=chosen /> }).into_any(),
        Line::More(group, n_more) => {
            let href = Shown { group: Some(group), is_long: true, ..shown.get_untracked() }.href();
            view! {
                <tr class="more">
                    <td colspan=N_COLUMNS>
                        <a href=href>{room::show_more(n_more, group.label())}</a>
                    </td>
                </tr>
            }
            .into_any()
        }
    };
    view! {
        <div class="held">
            <p class="quiet held-note" hidden=move || !is_old.get()>
                {room::ORDER_HELD}
            </p>
            <TableFrame label=ui::STEPS>
                <table class="table table-run">
                    <thead>
                        <tr>
                            <th scope="col" class="number">{ui::STEP}</th>
                            <th scope="col">{ui::STATE}</th>
                            <th scope="col">{ui::RESOURCE}</th>
                            <th scope="col">{ui::PROGRESS}</th>
                            <th scope="col" class="number">{ui::SPEED}</th>
                            <th scope="col" class="number">{ui::ELAPSED}</th>
                        </tr>
                    </thead>
                    <tbody
                        on:pointerenter=move |_| is_pointed_at.set(true)
                        on:pointerleave=move |_| is_pointed_at.set(false)
                        on:focusin=move |event| is_focused.set(is_keyboard_focus(&event))
                        on:focusout=move |_| is_focused.set(false)
                    >
                        <For each=move || lines.get() key=Line::key children=draw />
                    </tbody>
                </table>
            </TableFrame>
            <p class="quiet" hidden=move || lines.with(|lines| !lines.is_empty())>
                {room::NO_STEPS_SHOWN}
            </p>
        </div>
    }
}

#[component]
fn Heading(group: Group, store: RunStore) -> impl IntoView {
    let n_steps = Memo::new(move |_| store.head.with(|head| head.n_in[group.index()]));
    view! {
        <tr class="phase group" data-group=group.address()>
            <th colspan=N_COLUMNS scope="rowgroup">
                <span class="group-name">{group.label()}</span>
                " "
                <span class="count">{move || n_steps.get()}</span>
            </th>
        </tr>
    }
}

/// Whether the focus came from the keyboard: a reader who went there by pointer has left with it.
fn is_keyboard_focus(event: &FocusEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| element.matches(":focus-visible").unwrap_or(false))
}

/// What the table shows: each group under its heading, long ones cut. The chosen step is always there.
fn lines(order: &[Placed], shown: Shown, chosen: Option<StepNumber>) -> Vec<Line> {
    let mut lines = Vec::new();
    for group in Group::ALL {
        let in_group: Vec<&Placed> =
            order.iter().filter(|placed| placed.group == group && shown.includes(placed)).collect();
        if in_group.is_empty() {
            continue;
        }
        lines.push(Line::Heading(group));
        let drawn = |(place, placed): &(usize, &&Placed)| *place < shown.n_rows() || chosen == Some(placed.number);
        let steps = in_group.iter().enumerate().filter(drawn).map(|(_, placed)| Line::Step(placed.number));
        lines.extend(steps);
        let n_more = in_group.len().saturating_sub(shown.n_rows());
        if n_more > 0 {
            lines.push(Line::More(group, n_more));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(group: Group, number: u32) -> Placed {
        Placed { group, phase: 0, number: StepNumber(number) }
    }

    #[test]
    fn groups_follow_each_other_under_their_headings() {
        let order = [placed(Group::Failed, 7), placed(Group::Running, 3), placed(Group::Done, 1)];
        let expected = [
            Line::Heading(Group::Failed),
            Line::Step(StepNumber(7)),
            Line::Heading(Group::Running),
            Line::Step(StepNumber(3)),
            Line::Heading(Group::Done),
            Line::Step(StepNumber(1)),
        ];
        assert_eq!(lines(&order, Shown::default(), None), expected);
        let only_running = Shown::default().with_group(Some(Group::Running));
        assert_eq!(lines(&order, only_running, None), expected[2..4]);
    }

    #[test]
    fn a_long_group_is_cut_and_keeps_the_chosen_step() {
        let order: Vec<Placed> = (1..=1_000).map(|number| placed(Group::Done, number)).collect();
        let few = lines(&order, Shown::default(), Some(StepNumber(900)));
        assert_eq!(few.len(), 203);
        assert!(few.contains(&Line::Step(StepNumber(900))));
        assert_eq!(few.last(), Some(&Line::More(Group::Done, 800)));
        let all = Shown { is_long: true, ..Shown::default() };
        assert_eq!(lines(&order, all, None).len(), 1_001);
    }

    #[test]
    fn lines_are_told_apart() {
        let order = [placed(Group::Failed, 1), placed(Group::Running, 2), placed(Group::Done, 10)];
        let mut keys: Vec<u64> = lines(&order, Shown::default(), None).iter().map(Line::key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 6);
    }
}
