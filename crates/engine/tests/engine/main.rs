//! Runs between two deployments in memory: every rule of copy-safety that a run keeps has a test that names it.

mod any_history;
mod before_the_first_change;
mod cleaning;
mod copying;
mod crowded;
mod cut_over;
mod deferred;
mod in_flight;
mod interruptions;
mod memory;
mod order_and_writers;
mod plans;
mod recopy;
mod relay;
mod slices;
mod steering;
mod views_over_copies;
mod world;
