//! Statements with their colours: classes only, made on the server.

use ferry_console::{HighlightClass, highlight};
use leptos::prelude::*;

/// A statement in pieces.
pub(super) fn highlighted(sql: &str) -> AnyView {
    let mut pieces = Vec::new();
    let mut end = 0;
    for (span, class) in highlight(sql) {
        // Pieces come in the order of the text; what is between them is space.
        if let Some(gap) = sql.get(end..span.start).filter(|gap| !gap.is_empty()) {
            pieces.push(gap.to_owned().into_any());
        }
        let text = span.text(sql).to_owned();
        pieces.push(match class_of(class) {
            "" => text.into_any(),
            class => view! { <span class=class>{text}</span> }.into_any(),
        });
        end = span.end;
    }
    view! {
        <pre class="sql" tabindex="0">
            <code>{pieces}</code>
        </pre>
    }
    .into_any()
}

const fn class_of(class: HighlightClass) -> &'static str {
    match class {
        HighlightClass::Keyword => "sql-keyword",
        HighlightClass::Type => "sql-type",
        HighlightClass::String => "sql-string",
        HighlightClass::Number => "sql-number",
        HighlightClass::Comment => "sql-comment",
        HighlightClass::Function => "sql-function",
        HighlightClass::Template => "sql-template",
        HighlightClass::Error => "sql-error",
        HighlightClass::Identifier | HighlightClass::Operator | HighlightClass::Punctuation => "",
    }
}
