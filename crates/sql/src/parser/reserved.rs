//! Words that are no names.

/// Bare words that cannot be an alias written without AS, in the order of the alphabet.
const NO_ALIAS: [&str; 79] = [
    "ALL",
    "AND",
    "ANTI",
    "ANY",
    "APPLY",
    "ARRAY",
    "AS",
    "ASC",
    "ASCENDING",
    "ASOF",
    "BETWEEN",
    "BY",
    "COLLATE",
    "COMMENT",
    "CROSS",
    "DESC",
    "DESCENDING",
    "DIV",
    "ELSE",
    "EMIT",
    "EXCEPT",
    "FETCH",
    "FILTER",
    "FINAL",
    "FORMAT",
    "FROM",
    "FULL",
    "GLOBAL",
    "GROUP",
    "HAVING",
    "IGNORE",
    "ILIKE",
    "IN",
    "INNER",
    "INTERPOLATE",
    "INTERSECT",
    "INTO",
    "IS",
    "JOIN",
    "LATEST",
    "LEFT",
    "LIKE",
    "LIMIT",
    "MOD",
    "NOT",
    "NULLS",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OVER",
    "PARTITION",
    "PASTE",
    "PREWHERE",
    "QUALIFY",
    "REGEXP",
    "REPLACE",
    "RESPECT",
    "RIGHT",
    "SAMPLE",
    "SELECT",
    "SEMI",
    "SET",
    "SETTINGS",
    "SHUFFLE",
    "STEP",
    "STORAGE_SETTINGS",
    "THEN",
    "TO",
    "TOTALS",
    "TTL",
    "UNION",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
    "WINDOW",
    "WITH",
    "XOR",
];

/// Whether the word, in upper case, cannot be an alias written without AS.
pub(super) fn is_no_alias(word: &str) -> bool {
    NO_ALIAS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{NO_ALIAS, is_no_alias};

    #[test]
    fn every_word_is_found() {
        assert!(NO_ALIAS.is_sorted());
        assert!(NO_ALIAS.iter().all(|word| is_no_alias(word)));
        assert!(!is_no_alias("DAY") && !is_no_alias(""));
    }
}
