//! A sandbox from outside, over real sockets.

#[path = "serving/app_server.rs"]
mod app_server;
#[path = "serving/copying.rs"]
mod copying;
#[path = "serving/definitions.rs"]
mod definitions;
#[path = "serving/demo.rs"]
mod demo;
#[path = "serving/native.rs"]
mod native;
#[path = "serving/support.rs"]
mod support;
