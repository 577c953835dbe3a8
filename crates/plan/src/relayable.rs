//! Which values a relay can pass on.

/// Types whose values have no length that can be told without decoding them.
const NOT_WALKED: [&str; 4] = ["json", "dynamic", "variant", "aggregate_function"];

/// Whether rows with a column of this type can travel through Ferry. The elements of a tuple may have any name: a name
/// is followed by its type, a type is not.
pub fn can_be_relayed(data_type: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let ends = data_type.char_indices().filter(|(at, c)| is_word(*c) && !data_type[at + 1..].starts_with(is_word));
    !ends.into_iter().any(|(at, _)| {
        let begin = data_type[..at].rfind(|c| !is_word(c)).map_or(0, |before| before + 1);
        let is_type = data_type[at + 1..].trim_start().chars().next().is_none_or(|next| "(),".contains(next));
        let word = data_type[begin..=at].to_ascii_lowercase();
        is_type && NOT_WALKED.contains(&word.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_types_count_and_not_the_names_of_elements() {
        for data_type in ["uint64", "tuple(json string, variant uint8)", "array(nullable(string))", "enum8('a' = 1)"] {
            assert!(can_be_relayed(data_type), "{data_type}");
        }
        for data_type in [
            "json",
            "JSON",
            "array(json)",
            "variant(string, uint8)",
            "dynamic",
            "tuple(a json, b string)",
            "map(string, dynamic)",
        ] {
            assert!(!can_be_relayed(data_type), "{data_type}");
        }
        assert!(!can_be_relayed("aggregate_function(sum, uint64)"));
    }
}
