//! EMIT clauses of 1.x that 3.x does not read (resources.md 3.8 T10).

use super::Input;
use crate::ast::{Emit, EmitItem, Expr, ExprKind, From, FromItem, Select, TableFunction, TableKind, TableRef, setting};
use crate::edit::Edit;
use crate::span::Span;

/// A clause in the words of 3.x, and what else the SELECT needs for it.
pub(super) struct NewEmit {
    pub edits: Vec<Edit>,
    pub before: String,
    pub after: String,
    /// Where the query now begins to read, in the place of LAST.
    pub seek_to: Option<String>,
    /// PERIODIC was dropped.
    pub lost_period: bool,
}

#[derive(Default)]
struct Parts<'e> {
    mode: Option<&'static str>,
    closes: bool,
    period: Option<&'e Expr>,
    delay: Option<&'e Expr>,
    timeout: Option<&'e Expr>,
    last: Option<&'e Expr>,
    others: bool,
}

impl<'e> Parts<'e> {
    fn of(emit: &'e Emit) -> Self {
        let mut parts = Self::default();
        for item in &emit.items {
            match item {
                EmitItem::Stream => parts.mode = Some("STREAM"),
                EmitItem::Changelog => parts.mode = Some("CHANGELOG"),
                EmitItem::AfterWatermark | EmitItem::AfterWindowClose => parts.closes = true,
                EmitItem::Periodic(period) => parts.period = Some(period),
                EmitItem::WithDelay(delay) => parts.delay = Some(delay),
                EmitItem::Timeout(timeout) => parts.timeout = Some(timeout),
                EmitItem::Last { interval, on: None } => parts.last = Some(interval),
                _ => parts.others = true,
            }
        }
        parts
    }

    /// The combinations that 3.x rejects.
    fn is_rejected(&self, joined_delay: bool) -> bool {
        let with_last = self.closes || self.period.is_some() || self.timeout.is_some();
        let with_last = with_last || self.mode == Some("CHANGELOG");
        !self.others && ((self.closes && self.period.is_some()) || (self.last.is_some() && with_last) || joined_delay)
    }
}

/// The clause of one SELECT, if it must change.
pub(super) fn renewed(select: &Select, input: &Input<'_>) -> Option<NewEmit> {
    let emit = select.emit.as_ref()?;
    let source = &input.source;
    let parts = Parts::of(emit);
    let joined_delay = parts.delay.is_some()
        && source.word_in(emit.span, "DELAY").is_some_and(|delay| source.words_before(delay.start, &["AND"]).is_some());
    if !parts.is_rejected(joined_delay) {
        return None;
    }
    let text = |expr: &Expr| source.text(expr.span).to_owned();
    let seeks = parts.last.is_some() && (parts.closes || parts.mode == Some("CHANGELOG") || is_windowed(select));
    let seek_to = parts.last.filter(|_| seeks).and_then(backwards);
    // Without a position to seek to, LAST must stay in the clause.
    let keeps_last = parts.last.filter(|_| seek_to.is_none());
    let mut words = vec!["EMIT".to_owned()];
    words.extend(parts.mode.map(str::to_owned));
    let mut lost_period = false;
    if let Some(last) = keeps_last {
        lost_period = parts.period.is_some();
        words.retain(|word| word != "CHANGELOG");
        words.push(format!("LAST {}", text(last)));
    } else {
        match (parts.closes, parts.period) {
            (true, period) => {
                lost_period = period.is_some();
                words.push("AFTER WINDOW CLOSE".to_owned());
            }
            (false, Some(period)) => words.push(format!("PERIODIC {}", text(period))),
            (false, None) => {}
        }
        words.extend(parts.delay.map(|delay| format!("WITH DELAY {}", text(delay))));
        if let Some(timeout) = parts.timeout {
            let and = if parts.closes || parts.period.is_some() { "AND " } else { "" };
            words.push(format!("{and}TIMEOUT {}", text(timeout)));
        }
    }
    let after = if words.len() == 1 { String::new() } else { words.join(" ") };
    let mut edits = match after.is_empty() {
        true => vec![source.cut(emit.span)],
        false => vec![Edit::new(emit.span, after.clone())],
    };
    let added = seek_to.clone().filter(|_| setting(&select.settings, "seek_to").is_none());
    if let Some(position) = &added {
        edits.push(match select.settings.last() {
            Some(last) => Edit::new(Span::empty(last.span.end), format!(", seek_to = '{position}'")),
            None => Edit::new(Span::empty(emit.span.end), format!(" SETTINGS seek_to = '{position}'")),
        });
    }
    Some(NewEmit { edits, before: source.text(emit.span).to_owned(), after, seek_to: added, lost_period })
}

/// `-1h` for `1h`.
fn backwards(interval: &Expr) -> Option<String> {
    let ExprKind::Interval { value, unit, .. } = &interval.kind else { return None };
    let number = value.plain_text();
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("-{number}{}", unit.suffix()))
}

/// Whether rows are computed window by window: then LAST only says where reading begins. Over the whole stream it is a
/// window of its own.
fn is_windowed(select: &Select) -> bool {
    let keys = select.group_by.iter().flat_map(|group_by| &group_by.keys);
    let by_window = keys
        .map(Expr::plain_text)
        .any(|key| key.rsplit('.').next().is_some_and(|name| matches!(name, "window_start" | "window_end")));
    let is_aggregate = select.group_by.is_some();
    by_window || select.from.as_ref().is_some_and(from_windows) || !is_aggregate && !has_aggregate(select)
}

fn from_windows(from: &From) -> bool {
    let joined = from.rest.iter().any(|item| matches!(item, FromItem::Join(join) if table_windows(&join.table)));
    table_windows(&from.first) || joined
}

fn table_windows(table: &TableRef) -> bool {
    let windows = |function: &TableFunction| {
        ["tumble", "hop", "session"].iter().any(|name| function.name.name.value.eq_ignore_ascii_case(name))
    };
    match &table.kind {
        TableKind::Function(function) => windows(function),
        TableKind::Nested(from) => from_windows(from),
        TableKind::Name(_) | TableKind::Query(_) => false,
    }
}

/// Whether a value is computed over many rows: a well-known aggregate among the selected values.
fn has_aggregate(select: &Select) -> bool {
    const AGGREGATES: [&str; 14] = [
        "count",
        "sum",
        "avg",
        "min",
        "max",
        "any",
        "latest",
        "earliest",
        "unique",
        "uniq",
        "median",
        "top_k",
        "group_array",
        "quantile",
    ];
    let is_aggregate = |expr: &Expr| match &expr.kind {
        ExprKind::Function(call) => {
            let name = call.name.value.to_ascii_lowercase();
            AGGREGATES.iter().any(|known| name == *known || name.starts_with(&format!("{known}_")))
        }
        _ => false,
    };
    fn any(expr: &Expr, test: &dyn Fn(&Expr) -> bool) -> bool {
        let mut found = test(expr);
        expr.for_each_child(&mut |child| {
            if let crate::ast::Child::Expr(inner) = child {
                found |= any(inner, test);
            }
        });
        found
    }
    select.items.iter().any(|item| any(&item.expr, &is_aggregate))
}
