//! The console's web server.

mod assets;
mod caller;
mod feed;
mod files;
mod headers;
mod origin;
mod pages;
mod refused;
mod router;
mod session;

pub use assets::{Site, SiteError};
pub use router::{WebOptions, router, serve};
pub use session::Cookies;
