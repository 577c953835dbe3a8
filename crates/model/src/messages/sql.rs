//! What is said about files of SQL.

/// A file that is not text.
pub fn not_utf8(path: &str, cause: &str) -> String {
    format!("{path} is not UTF-8 text: {cause}.")
}

/// A line of JSON lines that cannot be read.
pub fn bad_line(path: &str, line: usize, cause: &str) -> String {
    format!("{path}:{line}: {cause}.")
}

/// A line of JSON lines without a key that it must have.
pub fn missing_key(key: &str) -> String {
    format!("the line has no `{key}`: each line is an object with `id` and `sql`")
}

/// A statement that does not parse; the place is in the problem's text.
pub fn problem(path: &str, id: &str, problem: &str) -> String {
    format!("{path}: statement {id}: {problem}")
}

/// A rename on the command line that is none.
pub fn bad_rename(text: &str) -> String {
    format!("`{text}` is no rename: write OLD=NEW")
}

/// What a rule leaves to a person about a statement that it does not change.
pub fn advice(path: &str, id: &str, rule: &str, explanation: &str) -> String {
    format!("{path}: statement {id}: {rule}: {explanation}")
}
