//! Pages that the server draws whole: what they show is computed here and sent as HTML, so that they read the same
//! with and without WebAssembly.

mod address;
mod connect;
mod connection_form;
mod inventory;
mod migrations;
mod plan;
mod refused;

use ferry_console::Console;
use ferry_model::{Caller, FerryError, MigrationId, Permission};
use leptos::prelude::*;

use self::address::Address;
use crate::AppError;
use crate::api::context::console_and_caller;
use crate::api::sheet::Sheet;
use crate::parts::sheet::REFUSED;

/// What every sheet is drawn from.
struct Asked {
    console: Console,
    caller: Caller,
    address: Address,
}

impl Asked {
    fn may(&self, permission: Permission) -> bool {
        self.caller.role.allows(permission)
    }
}

/// Draws what an address shows.
///
/// # Errors
/// [`FerryError::NotFound`] for an address without a sheet, and what the console refuses.
pub async fn draw(address: &str) -> Result<Sheet, AppError> {
    if address == REFUSED {
        return Ok(refused::draw());
    }
    let (console, caller) = console_and_caller()?;
    let asked = Asked { console, caller, address: Address::parse(address) };
    let sheet = match asked.address.segments().as_slice() {
        ["migrations"] => migrations::draw(&asked).await,
        ["migrations", "new"] => Ok(connection_form::draw_empty()),
        ["migrations", id] => plan::draw(&asked, &MigrationId::new(*id)).await,
        ["migrations", id, "connect"] => connect::draw(&asked, &MigrationId::new(*id)).await,
        ["migrations", id, "connect", "change"] => connection_form::draw(&asked, &MigrationId::new(*id)).await,
        ["migrations", id, "inventory"] => inventory::draw(&asked, &MigrationId::new(*id)).await,
        ["migrations", id, "inventory", "resource"] => inventory::draw_resource(&asked, &MigrationId::new(*id)).await,
        ["migrations", id, "inventory", "compare"] => inventory::draw_comparison(&asked, &MigrationId::new(*id)).await,
        _ => Err(FerryError::NotFound { what: "page".into(), id: address.into() }),
    };
    Ok(sheet?)
}

/// A view as text, without the marks between its parts: nobody takes it over. Texts of people cannot hold such a mark,
/// because `<` is escaped in them.
fn html_of(view: impl IntoView) -> String {
    view.into_view().to_html().replace("<!>", "")
}

/// A sheet that does not change by itself.
fn sheet(title: impl Into<String>, view: impl IntoView) -> Sheet {
    Sheet { title: title.into(), html: html_of(view), refresh_ms: 0 }
}

/// Now, in milliseconds since 1970.
fn now_ms() -> i64 {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
}

/// `3 minutes ago`, as of now, with the exact time on hover.
fn ago(at_ms: i64) -> impl IntoView {
    view! { <time title=crate::format::utc(at_ms)>{crate::format::ago(at_ms, now_ms())}</time> }
}

/// A button that posts: the smallest form.
fn post_button(action: &'static str, fields: &[(&'static str, String)], class: &'static str, label: &str) -> AnyView {
    let fields = fields.iter().map(|(name, value)| view! { <input type="hidden" name=*name value=value.clone() /> });
    view! {
        <form method="post" action=format!("/api/{action}")>
            {fields.collect_view()} <button type="submit" class=class>
                {label.to_owned()}
            </button>
        </form>
    }
    .into_any()
}
