//! The plan. The server draws it; what stays while it is drawn anew, and keeps the focus, is the filter.

use ferry_model::messages::plan_page as words;
use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use leptos_router::location::Url;

use super::migration::OneMigration;
use crate::parts::sheet::SheetAt;

/// Keys of the address that change the table and nothing above it.
const OF_THE_TABLE: [&str; 7] = ["q", "only", "page", "pick", "do", "around", "line"];

/// The newest revision of the plan, somebody's draft of the next one, or an old one.
#[component]
pub fn PlanPage() -> impl IntoView {
    let shared = expect_context::<OneMigration>();
    let location = use_location();
    let path = Memo::new(move |_| format!("/migrations/{}", shared.id.get()));
    // While another page is being opened, the address already is that of the other.
    let search = Memo::new(move |previous: Option<&String>| match previous {
        Some(previous) if location.pathname.get() != path.get() => previous.clone(),
        _ => location.search.get().trim_start_matches('?').to_owned(),
    });
    let turn = shared.make_plan.version();
    // An editor keeps what is typed by itself; what stands above it says so, and the editor stays as it is.
    let n_kept = RwSignal::new(0_u32);
    let listening = window_event_listener_untyped("ferry-kept", move |_| n_kept.update(|n| *n += 1));
    on_cleanup(move || listening.remove());
    let whole = move || format!("{}?{}&turn={}", path.get(), search.get(), turn.get());
    let head = move || {
        let above = search.with(|search| above(search));
        format!("{}?part=head&{above}&turn={}&kept={}", path.get(), turn.get(), n_kept.get())
    };
    let is_table = Memo::new(move |_| search.with(|search| keys(search).all(|key| key != "view" && key != "step")));
    view! {
        <div class="stack plan">
            <SheetAt address=Memo::new(move |_| head()) />
            <Show when=move || is_table.get()>
                <Filter path=path />
            </Show>
            <SheetAt address=Memo::new(move |_| whole()) />
        </div>
    }
}

/// The filter: with every key the address changes, and with it the table.
#[component]
fn Filter(path: Memo<String>) -> impl IntoView {
    let query = use_query_map();
    let navigate = use_navigate();
    let input = NodeRef::<Input>::new();
    let words_of = move || query.with(|query| query.get("q").unwrap_or_default());
    let hidden = move |key: &'static str| {
        let value = move || query.with(|query| query.get(key).unwrap_or_default());
        view! { <input type="hidden" name=key value=value disabled=move || value().is_empty() /> }
    };
    let changed = move |typed: String| {
        let mut address = format!("{}?q={}", path.get_untracked(), Url::escape(&typed));
        for key in ["only", "revision"] {
            if let Some(value) = query.with_untracked(|query| query.get(key)) {
                address.push_str(&format!("&{key}={}", Url::escape(&value)));
            }
        }
        navigate(&address, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    };
    // Going back in the browser's history shows what was typed then, but never over what is being typed now.
    Effect::new(move |_| {
        let words = words_of();
        if let Some(input) = input.get()
            && document().active_element().is_none_or(|active| active.id() != "plan-filter")
        {
            input.set_value(&words);
        }
    });
    view! {
        <form method="get" action=path role="search" class="plan-filter" on:submit=move |event| event.prevent_default()>
            <label for="plan-filter">{words::FILTER}</label>
            <input
                node_ref=input
                id="plan-filter"
                name="q"
                type="search"
                autocomplete="off"
                spellcheck="false"
                placeholder=words::FILTER_HINT
                value=words_of()
                on:input:target=move |event| changed(event.target().value())
            />
            {hidden("only")}
            {hidden("revision")}
            <noscript>
                <button type="submit" class="button">
                    {words::APPLY_FILTER}
                </button>
            </noscript>
        </form>
    }
}

fn keys(search: &str) -> impl Iterator<Item = &str> {
    search.split('&').filter_map(|pair| pair.split_once('=')).filter(|(_, value)| !value.is_empty()).map(|(key, _)| key)
}

/// The part of a query that what stands above the table depends on.
fn above(search: &str) -> String {
    let kept = search.split('&').filter(|pair| {
        let key = pair.split_once('=').map_or(*pair, |(key, _)| key);
        !key.is_empty() && !OF_THE_TABLE.contains(&key)
    });
    kept.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_in_the_filter_leaves_what_stands_above_alone() {
        assert_eq!(above("q=a%20b&only=risky&revision=3&page=2"), "revision=3");
        assert_eq!(above(""), "");
        assert_eq!(above("view=diff&from=1&to=2"), "view=diff&from=1&to=2");
        assert_eq!(keys("view=&step=3").collect::<Vec<_>>(), ["step"]);
    }
}
