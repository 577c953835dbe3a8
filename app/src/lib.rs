#![doc = include_str!("../README.md")]

mod api;
mod app;
mod assets;
mod compact;
mod error;
mod format;
mod live;
mod pages;
mod parts;
mod remote;
#[cfg(feature = "ssr")]
mod render;
#[cfg(feature = "ssr")]
mod sheets;
mod shell;

pub use app::App;
pub use assets::{AssetNames, EditorNames};
pub use error::{AppError, Refused};
#[cfg(feature = "ssr")]
pub use render::render_page;
pub use shell::shell;
