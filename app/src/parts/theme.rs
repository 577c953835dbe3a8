//! Light, dark, or as the system says. The choice lies in a cookie, so that the server's first HTML is right.

use ferry_model::messages::ui;
use leptos::prelude::*;

use super::icon::Icon;

/// The cookie's name.
const COOKIE: &str = "ferry_theme";

/// A chosen theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The value of `data-theme`; none for the system's choice.
    pub const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// What the request's cookie chose; on the server.
    #[cfg(feature = "ssr")]
    pub fn of_request() -> Self {
        let parts = use_context::<axum::http::request::Parts>();
        let cookies = parts.as_ref().and_then(|parts| parts.headers.get("cookie"));
        cookies.and_then(|cookies| cookies.to_str().ok()).map_or(Self::System, Self::of_cookies)
    }

    /// What the document that the server sent says; in the browser.
    #[cfg(not(feature = "ssr"))]
    pub fn of_request() -> Self {
        let root = document().document_element();
        Self::from_attribute(root.and_then(|root| root.get_attribute("data-theme")).as_deref())
    }

    fn from_attribute(value: Option<&str>) -> Self {
        match value {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    #[cfg(any(feature = "ssr", test))]
    fn of_cookies(cookies: &str) -> Self {
        let value = cookies.split(';').filter_map(|cookie| cookie.trim().split_once('='));
        Self::from_attribute(value.into_iter().find(|(name, _)| *name == COOKIE).map(|(_, value)| value))
    }

    const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::System => (ui::THEME_SYSTEM, "monitor"),
            Self::Light => (ui::THEME_LIGHT, "sun"),
            Self::Dark => (ui::THEME_DARK, "moon"),
        }
    }
}

/// The button that goes round the themes.
#[component]
pub fn ThemeButton() -> impl IntoView {
    let theme = RwSignal::new(Theme::of_request());
    let change = move |_| {
        let next = theme.get().next();
        theme.set(next);
        keep(next);
    };
    view! {
        <button type="button" class="button button-quiet" title=ui::THEME on:click=change>
            <Icon name=Signal::derive(move || theme.get().words().1) />
            <span class="visually-hidden">{ui::THEME} ": "</span>
            <span class="theme-word">{move || theme.get().words().0}</span>
        </button>
    }
}

/// Shows the theme, and keeps it for a year.
fn keep(theme: Theme) {
    let Some(root) = document().document_element() else { return };
    // Neither call can fail: the names are valid, and a document has cookies.
    match theme.attribute() {
        Some(value) => root.set_attribute("data-theme", value).ok(),
        None => root.remove_attribute("data-theme").ok(),
    };
    let (value, age_s) = theme.attribute().map_or(("", 0), |value| (value, 31_536_000));
    let cookie = format!("{COOKIE}={value}; path=/; max-age={age_s}; samesite=lax");
    js_sys::Reflect::set(&document(), &"cookie".into(), &cookie.into()).ok();
}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn the_cookie_is_found_among_others() {
        assert_eq!(Theme::of_cookies("id=1; ferry_theme=dark; x=y"), Theme::Dark);
        assert_eq!(Theme::of_cookies("xferry_theme=dark"), Theme::System);
        assert_eq!(Theme::of_cookies("ferry_theme=<b>"), Theme::System);
    }
}
