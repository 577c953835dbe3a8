//! Functions in FROM.

use super::{Build, Function};

pub(super) const FUNCTIONS: &[Function] = &[
    table("table", "table(stream)", "The stream's history up to now; it ends by itself."),
    table(
        "tumble",
        "tumble(table(stream) [, time column], interval)",
        "The rows with `window_start` and `window_end` of the window that each falls into.",
    ),
    table("numbers", "numbers([first,] n)", "One column `number` with n numbers."),
    table("view", "view(SELECT ..)", "The rows of a query."),
];

const fn table(name: &'static str, signature: &'static str, doc: &'static str) -> Function {
    Function { name, aliases: &[], signature, doc, example: None, build: Build::Table }
}
