//! Pages that the server draws whole.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AppError;
use crate::compact::Compact;

/// A part of a page, drawn by the server: the browser only has to show it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The page's title; empty where the page has one already.
    pub title: String,
    /// What to show.
    pub html: String,
    /// After how long it is worth asking again; 0 means never.
    pub refresh_ms: u32,
}

/// Draws what an address shows: a path with its query, or `refused`.
#[server(endpoint = "sheet", output = Compact)]
pub async fn draw_sheet(address: String) -> Result<Sheet, AppError> {
    crate::sheets::draw(&address).await
}
