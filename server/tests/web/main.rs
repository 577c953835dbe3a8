//! The web server, through real sockets.

mod door;
mod feed;
mod refused;
mod support;
