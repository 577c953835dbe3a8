//! Which steps the table shows: an address chooses a group, a phase, both or nothing.

use leptos_router::params::ParamsMap;

use crate::live::{Group, Placed};

/// How many rows of one group are drawn at most as long as nobody asks for more.
const FEW: usize = 200;

/// The choice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shown {
    /// Only this group.
    pub group: Option<Group>,
    /// Only this phase, counted from 0.
    pub phase: Option<usize>,
    /// Every row of a group, however many there are.
    pub is_long: bool,
}

impl Shown {
    /// The choice in an address: `?show=failed&phase=2&all=1`. Phases are counted from 1 there.
    pub fn of(query: &ParamsMap) -> Self {
        let group = query.get_str("show").and_then(|word| Group::ALL.into_iter().find(|group| group.address() == word));
        let phase = query.get_str("phase").and_then(|text| text.parse::<usize>().ok()?.checked_sub(1));
        Self { group, phase, is_long: query.get_str("all").is_some() }
    }

    /// Whether everything is shown.
    pub fn is_everything(self) -> bool {
        self.group.is_none() && self.phase.is_none()
    }

    /// The same choice with another group.
    pub fn with_group(self, group: Option<Group>) -> Self {
        Self { group, is_long: false, ..self }
    }

    /// The same choice with another phase.
    pub fn with_phase(self, phase: Option<usize>) -> Self {
        Self { phase, is_long: false, ..self }
    }

    /// The address of the choice.
    pub fn href(self) -> String {
        let group = self.group.map(|group| format!("show={}", group.address()));
        let phase = self.phase.map(|phase| format!("phase={}", phase + 1));
        let long = self.is_long.then(|| "all=1".to_owned());
        let parts: Vec<String> = [group, phase, long].into_iter().flatten().collect();
        format!("?{}", parts.join("&"))
    }

    /// Whether a step is among what is shown.
    pub fn includes(self, placed: &Placed) -> bool {
        self.group.is_none_or(|group| group == placed.group) && self.phase.is_none_or(|phase| phase == placed.phase)
    }

    /// How many rows of one group are drawn.
    pub const fn n_rows(self) -> usize {
        if self.is_long { usize::MAX } else { FEW }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_survives_the_way_through_its_address() {
        for group in [None, Some(Group::Failed), Some(Group::Done)] {
            for phase in [None, Some(0), Some(3)] {
                for is_long in [false, true] {
                    let shown = Shown { group, phase, is_long };
                    let mut query = ParamsMap::new();
                    for (name, value) in
                        shown.href().trim_start_matches('?').split('&').filter_map(|part| part.split_once('='))
                    {
                        query.insert(name.to_owned(), value.to_owned());
                    }
                    assert_eq!(Shown::of(&query), shown, "{}", shown.href());
                }
            }
        }
    }
}
