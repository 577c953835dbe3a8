#![doc = include_str!("../README.md")]

mod units;
mod view;

pub use view::{Outline, Part, Problem, View, class_names, view};
