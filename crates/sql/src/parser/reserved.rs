//! Words that are no names.

/// A set of words in capitals. Most words are told to be none of them by their first letter and their length.
pub(super) struct Words<const N: usize> {
    words: [&'static str; N],
    /// For each first letter, a bit for each length.
    lengths: [u32; 32],
}

impl<const N: usize> Words<N> {
    /// Of words in the order of the alphabet.
    pub const fn new(words: [&'static str; N]) -> Self {
        let mut lengths = [0; 32];
        let mut at = 0;
        while at < N {
            let word = words[at].as_bytes();
            lengths[place(word[0])] |= 1 << word.len();
            at += 1;
        }
        Self { words, lengths }
    }

    /// Whether a word with this first letter, as a capital, and this length may be one of them.
    #[inline]
    pub fn may_hold(&self, initial: u8, length: usize) -> bool {
        length < 32 && self.lengths[place(initial)] & (1 << length) != 0
    }

    /// Whether this word, in capitals, is one of them.
    pub fn holds(&self, word: &[u8]) -> bool {
        self.words.binary_search_by(|one| one.as_bytes().cmp(word)).is_ok()
    }
}

const fn place(initial: u8) -> usize {
    (initial & 31) as usize
}

/// Bare words that cannot be an alias written without AS.
pub(super) static NO_ALIAS: Words<79> = Words::new([
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
]);

/// Bare words with which an expression begins in a way of its own, or cannot begin.
pub(super) static PREFIXES: Words<36> = Words::new([
    "AND",
    "AS",
    "BETWEEN",
    "CASE",
    "CAST",
    "COLUMNS",
    "DATE",
    "ELSE",
    "END",
    "EXISTS",
    "EXTRACT",
    "FALSE",
    "FROM",
    "GROUP",
    "HAVING",
    "IN",
    "INF",
    "INFINITY",
    "INTERVAL",
    "NAN",
    "NOT",
    "NULL",
    "OR",
    "ORDER",
    "PARTITION",
    "SELECT",
    "SETTINGS",
    "THEN",
    "TIMESTAMP",
    "TRIM",
    "TRUE",
    "TRY_CAST",
    "UNION",
    "USING",
    "WHEN",
    "WHERE",
]);

/// Bare words that go on with an expression.
pub(super) static INFIXES: Words<13> =
    Words::new(["AND", "BETWEEN", "DIV", "GLOBAL", "ILIKE", "IN", "IS", "LIKE", "MOD", "NOT", "OR", "REGEXP", "XOR"]);

/// Of [`PREFIXES`] those that no bare name in an expression can be.
pub(super) static RESERVED: Words<15> = Words::new([
    "AND", "AS", "BETWEEN", "ELSE", "FROM", "HAVING", "IN", "OR", "SELECT", "SETTINGS", "THEN", "UNION", "USING",
    "WHEN", "WHERE",
]);

#[cfg(test)]
mod tests {
    use super::{INFIXES, NO_ALIAS, PREFIXES, RESERVED, Words};

    #[test]
    fn every_word_is_found() {
        fn check<const N: usize>(words: &Words<N>) {
            assert!(words.words.is_sorted());
            for word in words.words {
                assert!(words.holds(word.as_bytes()) && words.may_hold(word.as_bytes()[0], word.len()), "{word}");
            }
        }
        check(&NO_ALIAS);
        check(&PREFIXES);
        check(&INFIXES);
        check(&RESERVED);
        assert!(RESERVED.words.iter().all(|word| PREFIXES.holds(word.as_bytes())));
        assert!(!NO_ALIAS.holds(b"DAY") && !NO_ALIAS.holds(b"") && !NO_ALIAS.may_hold(b'Q', 1));
    }
}
