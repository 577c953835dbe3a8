//! Resources by their own names: monospaced, cut in the middle where space is short, whole on hover and on copy.

use ferry_model::ResourceName;
use leptos::prelude::*;

use super::icon::{Icon, of_kind};

/// How much of the end of a name always stays visible.
const TAIL_LENGTH: usize = 12;
/// Names up to this length are never cut: they fit where the narrowest screen shows a name.
const SHORT_LENGTH: usize = 24;

/// The kind's icon and `database.name`.
#[component]
pub fn NameOf(
    /// Which resource.
    resource: ResourceName,
) -> impl IntoView {
    let path = resource.path();
    view! {
        <span class="name" title=format!("{} {path}", resource.kind.label())>
            <Icon name=of_kind(resource.kind) />
            <span class="visually-hidden">{resource.kind.label()} " "</span>
            {match cut(&path) {
                None => view! { <span class="name-path">{path.clone()}</span> }.into_any(),
                Some((head, tail)) => {
                    view! {
                        // Two boxes would be read as two words.
                        <span class="visually-hidden">{path.clone()}</span>
                        <span class="name-path is-long" aria-hidden="true">
                            <span class="name-head">{head.to_owned()}</span>
                            <span class="name-tail">{tail.to_owned()}</span>
                        </span>
                    }
                        .into_any()
                }
            }}
        </span>
    }
}

/// The part of a long name that may be cut, and the part that stays.
fn cut(path: &str) -> Option<(&str, &str)> {
    let n_characters = path.chars().count();
    let (at, _) = path.char_indices().nth(n_characters.saturating_sub(TAIL_LENGTH))?;
    (n_characters > SHORT_LENGTH).then(|| path.split_at(at))
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn the_end_of_a_name_stays_whole() {
        let long = "market.trades_of_every_venue_by_minute";
        assert_eq!(cut(long), Some(("market.trades_of_every_ven", "ue_by_minute")));
        assert_eq!(cut("größe.größengrößengrößengrößen_"), Some(("größe.größengrößeng", "rößengrößen_")));
        assert_eq!(cut("market.trades_by_minute"), None);
        assert_eq!(cut(""), None);
    }
}
