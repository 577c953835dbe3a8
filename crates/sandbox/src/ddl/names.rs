//! Names and texts as the server quotes them.

/// A name in back quotes where it could not stand alone.
pub fn quote_name(name: &str) -> String {
    let mut characters = name.chars();
    let starts_well = characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    let is_plain = starts_well
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_');
    if is_plain && !is_reserved(name) {
        name.to_owned()
    } else {
        quoted_always(name)
    }
}

/// A name in back quotes.
pub fn quoted_always(name: &str) -> String {
    let escaped = name.replace('\\', "\\\\").replace('`', "\\`");
    format!("`{escaped}`")
}

/// A text in single quotes.
pub fn quote_text(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for character in text.chars() {
        match character {
            '\'' => quoted.push_str("\\'"),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            '\0' => quoted.push_str("\\0"),
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}

/// Words that the server quotes when they are names: they would end or change a clause.
fn is_reserved(name: &str) -> bool {
    const WORDS: [&str; 28] = [
        "all", "and", "as", "between", "by", "case", "create", "distinct", "except", "from", "group", "having",
        "in", "index", "interval", "is", "join", "like", "limit", "not", "null", "on", "or", "order", "select",
        "settings", "union", "where",
    ];
    WORDS.iter().any(|word| name.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_need_it_are_quoted() {
        assert_eq!(quote_name("trades"), "trades");
        assert_eq!(quote_name("99004_v"), "`99004_v`");
        assert_eq!(quote_name("order book"), "`order book`");
        assert_eq!(quote_name("a`b\\c"), "`a\\`b\\\\c`");
        assert_eq!(quote_name("Order"), "`Order`");
    }

    #[test]
    fn a_text_is_quoted_with_its_escapes() {
        assert_eq!(quote_text("it's\n\\"), "'it\\'s\\n\\\\'");
    }
}
