//! Resources by their own names: monospaced, cut in the middle where space is short, whole on hover and on copy.

use ferry_model::ResourceName;
use leptos::prelude::*;

use super::icon::{Icon, of_kind};

/// How much of the end of a name always stays visible.
const TAIL_LENGTH: usize = 12;

/// The kind's icon and `database.name`.
#[component]
pub fn NameOf(
    /// Which resource.
    resource: ResourceName,
) -> impl IntoView {
    let path = resource.path();
    let (head, tail) = cut(&path);
    view! {
        <span class="name" title=format!("{} {path}", resource.kind.label())>
            <Icon name=of_kind(resource.kind) />
            <span class="visually-hidden">{resource.kind.label()} " "</span>
            <span class="name-path">
                {(!head.is_empty()).then(|| view! { <span class="name-head">{head.to_owned()}</span> })}
                <span class="name-tail">{tail.to_owned()}</span>
            </span>
        </span>
    }
}

/// The part that may be cut, and the part that stays.
fn cut(path: &str) -> (&str, &str) {
    let n_characters = path.chars().count();
    let n_head = n_characters.saturating_sub(TAIL_LENGTH);
    let at = path.char_indices().nth(n_head).map_or(path.len(), |(index, _)| index);
    path.split_at(at)
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn the_end_of_a_name_stays_whole() {
        assert_eq!(cut("market.trades_by_minute"), ("market.trad", "es_by_minute"));
        assert_eq!(cut("short"), ("", "short"));
        assert_eq!(cut("größe.größengrößen"), ("größe.", "größengrößen"));
    }
}
