//! Icons from the sprite `icons.svg`. An icon never stands without a word.

use ferry_model::ResourceKind;
use leptos::prelude::*;

/// One icon; it is hidden from screen readers, because the word beside it says the same.
#[component]
pub fn Icon(
    /// The icon's name in the sprite.
    #[prop(into)]
    name: Signal<&'static str>,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=move || format!("/icons.svg#{}", name.get())></use>
        </svg>
    }
}

/// The icon of a kind of resource: stable, without a colour.
pub const fn of_kind(kind: ResourceKind) -> &'static str {
    use ResourceKind as K;
    match kind {
        K::Database | K::Disk | K::StoragePolicy => "database",
        K::Stream | K::MutableStream | K::RandomStream | K::NullStream => "waves",
        K::ExternalStream => "cable",
        K::ExternalTable => "table-2",
        K::View => "eye",
        K::MaterializedView => "layers",
        K::Function | K::PythonPackage => "square-function",
        K::AggregateFunction => "sigma",
        K::FormatSchema => "braces",
        K::Source => "download",
        K::Sink => "upload",
        K::Dashboard => "layout-dashboard",
        K::SavedQuery => "file-search",
        K::Dictionary => "book-a",
        K::Task => "calendar-clock",
        K::Alert => "bell",
        K::Input => "plug-zap",
        K::User | K::Role | K::Grant | K::RowPolicy | K::Quota | K::SettingsProfile => "users",
        K::NamedCollection => "box",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_of_a_kind_is_in_the_sprite() {
        let sprite = include_str!("../../../public/icons.svg");
        for kind in ResourceKind::ALL {
            let id = format!("id=\"{}\"", of_kind(*kind));
            assert!(sprite.contains(&id), "{kind} has the icon {id}");
        }
    }
}
