//! The components that pages are made of: native elements, one file each.

pub mod badge;
pub mod button;
pub mod crumbs;
pub mod empty;
pub mod error;
pub mod field;
pub mod form;
pub mod frame;
pub mod icon;
pub mod loaded;
pub mod name;
pub mod notice;
pub mod progress;
pub mod rail;
pub mod refused;
pub mod route;
pub mod sheet;
pub mod skeleton;
pub mod sparkline;
pub mod stages;
pub mod status;
pub mod submit;
pub mod table;
pub mod theme;
pub mod time;
pub mod top_bar;
