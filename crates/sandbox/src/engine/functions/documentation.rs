//! The page that `docs/sandbox.md` holds.

use std::fmt::Write;

use super::{Build, Function, all};

/// What the page says before the table.
const HEAD: &str = "\
# What SQL the sandbox understands

This page is generated from the sandbox's own function table. To make it again:
`UPDATE_DOCS=1 cargo test -p ferry-sandbox --test engine documentation`.

A function that is not listed is an error with its name; nothing is silently wrong or empty.
Names are matched without regard to case. Times without a time zone are UTC.

- Queries: `SELECT` with `WITH`, subqueries, `JOIN` (inner, left, right, full, cross, left semi,
  left anti), `WHERE`, `GROUP BY`, `HAVING`, `DISTINCT`, `ORDER BY`, `LIMIT`, `OFFSET`,
  `UNION ALL`, `UNION DISTINCT`, `EXCEPT`, `INTERSECT`, `IN` with lists and subqueries.
- Refused with a reason: endless queries (read `table(stream)`), `EMIT`, window functions (`OVER`),
  lambda functions, `ARRAY JOIN`, `ASOF` and `ANY` joins, `LIMIT BY`, `WITH FILL`, `SAMPLE`,
  grouping sets and totals.
- Whole numbers of 128 and 256 bits are carried, compared, printed and converted, not computed
  with. Types that cannot be carried: json, dynamic, variant, aggregate_function.
- Every aggregate takes the combinator `_if`: `count_if(condition)`, `sum_if(x, condition)`.
";

/// The whole page as Markdown.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    let mut section = "";
    for (name, function) in all() {
        if name != section {
            section = name;
            let _ = write!(page, "\n## {name}\n\n| function | what it does | example |\n|---|---|---|\n");
        }
        let _ = writeln!(page, "{}", row(function));
    }
    page
}

fn row(function: &Function) -> String {
    let signature = function.signature.replace('|', "\\|");
    let also = match function.aliases {
        [] => String::new(),
        aliases => format!(" Also `{}`.", aliases.join("`, `")),
    };
    let signature = if signature.starts_with('(') { format!("{}{signature}", function.name) } else { signature };
    let example = match (function.example, function.build) {
        (Some((call, value)), Build::Aggregate) => {
            format!("`{}` over 0, 1, 2 is `{}`", call.replace('|', "\\|"), value)
        }
        (Some((call, value)), _) => format!("`{}` is `{}`", call.replace('|', "\\|"), value.replace('|', "\\|")),
        (None, _) => String::new(),
    };
    format!("| `{signature}` | {}{also} | {example} |", function.doc)
}
