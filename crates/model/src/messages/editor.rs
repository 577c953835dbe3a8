//! Words of the editor. Some are made in the browser; the rest is in the page, from where the editor's script takes them.
//! `{..}` is filled in there.

/// The title of what is wrong with a text.
pub const PROBLEMS: &str = "Problems";
/// The title of the outline.
pub const OUTLINE: &str = "Outline";
/// Where nothing is wrong.
pub const NO_PROBLEMS: &str = "No problems found.";
/// Before what is wrong.
pub const PLACE: &str = "Line {line}, column {column}: ";
/// Where a list was cut.
pub const MORE: &str = "and {n} more";
/// Where a text could not be checked.
pub const UNCHECKED: &str = "Not checked: the console did not answer. The next key tries again.";
/// What was typed is in the draft.
pub const KEPT: &str = "Draft kept {time}";
/// Before anything was typed.
pub const KEEPS: &str = "What you type is kept in your draft by itself; it becomes a revision only when you save it.";
/// On the way to the draft.
pub const KEEPING: &str = "Keeping your draft …";
/// Something was typed since.
pub const TYPING: &str = "Changed since it was kept.";
/// The console refused, with the reason.
pub const NOT_KEPT: &str = "Not kept: {why}";
/// The console did not answer.
pub const UNREACHABLE: &str = "Not kept: the console did not answer. It is tried again.";
/// The session has ended.
pub const SIGNED_OUT: &str = "Not kept: you are signed out. Sign in in another tab; it is tried again.";

/// What is wrong, and what to do about it where that can be told.
pub fn problem(what: &str, hint: Option<&str>) -> String {
    let mut sentence = capitalised(what);
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    if let Some(hint) = hint {
        sentence.push(' ');
        sentence.push_str(&capitalised(hint));
        if !sentence.ends_with(['.', '!', '?']) {
            sentence.push('.');
        }
    }
    sentence
}

/// The title of a clause in an outline: `columns` is no word of SQL, `query.group_by` is `GROUP BY`.
pub fn clause(clause: &str) -> String {
    match clause {
        "columns" => "Columns".into(),
        "arguments" => "Arguments".into(),
        "entries" => "Entries".into(),
        "body" => "Body".into(),
        "query" => "Query".into(),
        _ => clause.rsplit('.').next().unwrap_or(clause).replace('_', " ").to_uppercase(),
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + characters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_becomes_sentences() {
        assert_eq!(problem("a name was expected", None), "A name was expected.");
        assert_eq!(problem("a `;` is missing", Some("end it with `;`")), "A `;` is missing. End it with `;`.");
    }

    #[test]
    fn clauses_are_called_as_sql_calls_them() {
        assert_eq!(clause("query.group_by"), "GROUP BY");
        assert_eq!(clause("columns"), "Columns");
        assert_eq!(clause("storage_settings"), "STORAGE SETTINGS");
    }
}
