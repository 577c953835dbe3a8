//! Writing names and texts into statements.

/// A name in back quotes, so that any character is safe.
pub fn identifier(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    out.push('`');
    for c in name.chars() {
        if matches!(c, '`' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('`');
    out
}

/// `database`.`name`, or the name alone.
pub fn qualified(database: Option<&str>, name: &str) -> String {
    match database {
        Some(database) => format!("{}.{}", identifier(database), identifier(name)),
        None => identifier(name),
    }
}

/// A text in single quotes.
pub fn string_literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    out.push_str(&escaped(text));
    out.push('\'');
    out
}

/// A text as it stands between single quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\'' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\0"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_cannot_break_out_of_their_quotes() {
        assert_eq!(qualified(Some("a`b"), "c\\d"), r"`a\`b`.`c\\d`");
        assert_eq!(string_literal("it's \\ here\n"), r"'it\'s \\ here\n'");
    }
}
