//! What an editor shows of one definition.

use ferry_model::messages::editor as words;
use ferry_sql::{HighlightClass, Parsed, SyntaxError, highlight, outline, parse};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::units::Units;

/// All that is shown of a text.
#[wasm_bindgen(getter_with_clone)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Three numbers for each piece that is no space: its place in [`class_names`], from where, to where.
    pub pieces: Vec<usize>,
    /// What is wrong, then what no server takes as it stands.
    pub problems: Vec<Problem>,
    /// The parts of the first statement; `None` where there is none.
    pub outline: Option<Outline>,
}

/// Something wrong, and where.
#[wasm_bindgen(getter_with_clone)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// From where the editor marks it.
    pub from: usize,
    /// To where.
    pub to: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and what to do about it.
    pub message: String,
    /// Whether the definition cannot run because of it; a remark otherwise.
    pub is_error: bool,
}

/// The parts of a statement, to go to.
#[wasm_bindgen(getter_with_clone)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Kind and name: `VIEW sales.big`.
    pub head: String,
    /// From where the head stands.
    pub from: usize,
    /// To where.
    pub to: usize,
    /// Its parts in the order of the text.
    pub parts: Vec<Part>,
}

/// One part.
#[wasm_bindgen(getter_with_clone)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it belongs to: `Columns`, `GROUP BY`.
    pub clause: String,
    /// Its name, or its text.
    pub label: String,
    /// From where it stands.
    pub from: usize,
    /// To where.
    pub to: usize,
}

/// The classes of pieces.
const CLASSES: [(HighlightClass, &str); 11] = [
    (HighlightClass::Keyword, "keyword"),
    (HighlightClass::Identifier, "identifier"),
    (HighlightClass::Type, "type"),
    (HighlightClass::String, "string"),
    (HighlightClass::Number, "number"),
    (HighlightClass::Comment, "comment"),
    (HighlightClass::Function, "function"),
    (HighlightClass::Operator, "operator"),
    (HighlightClass::Punctuation, "punctuation"),
    (HighlightClass::Template, "template"),
    (HighlightClass::Error, "error"),
];

/// What the numbers of [`View::pieces`] stand for.
#[wasm_bindgen]
pub fn class_names() -> Vec<String> {
    CLASSES.map(|(_, name)| name.to_owned()).into()
}

/// Reads a definition: exactly one statement, as a step of a plan holds it.
#[wasm_bindgen]
pub fn view(sql: &str) -> View {
    let parsed = parse(sql);
    let mut units = Units::of(sql);
    let pieces = highlight(sql).into_iter().flat_map(|(span, class)| {
        let (from, to) = units.span(span);
        // Every class is in the list, as a test proves.
        let class = CLASSES.iter().position(|(other, _)| *other == class);
        class.map(|class| [class, from, to]).into_iter().flatten()
    });
    let pieces = pieces.collect();
    View { pieces, problems: problems(sql, &parsed), outline: outline_of(sql, &parsed) }
}

fn problems(sql: &str, parsed: &Parsed) -> Vec<Problem> {
    let mut units = Units::of(sql);
    let mut problem = |error: &SyntaxError, is_error: bool| {
        let (from, to) = units.span(error.span);
        let message = words::problem(&error.message, error.hint.as_deref());
        Problem { from, to, line: error.line, column: error.column, message, is_error }
    };
    let mut found: Vec<Problem> = parsed.errors.iter().map(|error| problem(error, true)).collect();
    if found.is_empty() {
        // Nothing, or more than one statement, is as wrong as a statement that cannot be read.
        found.extend(parsed.why_not_one(sql).map(|error| problem(&error, true)));
    }
    found.extend(parsed.remarks.iter().map(|remark| problem(remark, false)));
    found
}

fn outline_of(sql: &str, parsed: &Parsed) -> Option<Outline> {
    let outline = outline(parsed.statements.first()?, sql);
    let mut units = Units::of(sql);
    let (from, to) = units.span(outline.span);
    let head = match outline.name {
        Some(name) => format!("{} {name}", outline.kind),
        None => outline.kind,
    };
    let parts = outline.parts.into_iter().map(|part| {
        let (from, to) = units.span(part.span);
        Part { clause: words::clause(&part.clause), label: part.label, from, to }
    });
    Some(Outline { head, from, to, parts: parts.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The units of a text that a place covers, as a browser's `slice` gives them.
    fn slice(text: &str, from: usize, to: usize) -> String {
        let units: Vec<u16> = text.encode_utf16().collect();
        String::from_utf16(&units[from..to]).expect("whole characters")
    }

    #[test]
    fn pieces_cover_the_words_that_they_colour_behind_wide_characters_too() {
        let sql = "CREATE VIEW v AS -- \u{1f6a2}\nSELECT 'größe \u{1f6a2}', 5 FROM s";
        let view = view(sql);
        let of = |class| {
            let names = class_names();
            let found = view.pieces.chunks(3).filter(|piece| names[piece[0]] == class);
            found.map(|piece| slice(sql, piece[1], piece[2])).collect::<Vec<_>>()
        };
        assert_eq!(of("keyword"), ["CREATE", "VIEW", "AS", "SELECT", "FROM"]);
        assert_eq!(of("string"), ["'größe \u{1f6a2}'"]);
        assert_eq!(of("comment"), ["-- \u{1f6a2}"]);
        assert_eq!(of("number"), ["5"]);
        assert_eq!(view.problems, []);
    }

    #[test]
    fn a_mistake_has_its_place_twice_and_goes_away_when_it_is_mended() {
        let broken = "CREATE VIEW v AS\nSELECT a FORM s WHERE 'x'x";
        let found = view(broken).problems;
        assert!(!found.is_empty() && found[0].is_error, "{found:?}");
        assert_eq!(found[0].line, 2, "{found:?}");
        let line_start = broken.find("SELECT").expect("it is there");
        assert_eq!(found[0].from - line_start + 1, found[0].column, "{found:?}");
        assert_eq!(view("CREATE VIEW v AS\nSELECT a FROM s WHERE 'x' = x").problems, []);
    }

    #[test]
    fn nothing_and_two_statements_are_no_definition() {
        for (sql, line) in [("", 1), ("-- only a remark", 1), ("SELECT 1;\nSELECT 2", 2)] {
            let found = view(sql).problems;
            assert_eq!(found.len(), 1, "{sql:?}");
            assert_eq!((found[0].is_error, found[0].line), (true, line), "{sql:?}");
        }
        assert_eq!(view("").outline, None);
    }

    #[test]
    fn what_no_server_takes_is_a_remark_and_no_error() {
        let found = view("CREATE STREAM s (a int) SETTINGS shards = 1, ..").problems;
        assert!(!found.is_empty() && found.iter().all(|problem| !problem.is_error), "{found:?}");
    }

    #[test]
    fn the_outline_leads_to_each_part() {
        let sql =
            "/* \u{1f6a2} */ CREATE STREAM sales.orders (id int64, at datetime64(3)) ORDER BY id SETTINGS shards = 2";
        let outline = view(sql).outline.expect("an outline");
        assert_eq!(
            (outline.head.as_str(), slice(sql, outline.from, outline.to)),
            ("STREAM sales.orders", "sales.orders".into())
        );
        let parts: Vec<_> = outline
            .parts
            .iter()
            .map(|part| (part.clause.as_str(), part.label.as_str(), slice(sql, part.from, part.to)))
            .collect();
        let expected = [
            ("Columns", "id", "id int64".to_owned()),
            ("Columns", "at", "at datetime64(3)".to_owned()),
            ("ORDER BY", "id", "id".to_owned()),
            ("SETTINGS", "shards", "shards = 2".to_owned()),
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn every_beginning_of_a_definition_can_be_shown() {
        let sql =
            "CREATE MATERIALIZED VIEW v INTO t AS WITH x AS (SELECT '\u{1f6a2}') SELECT * FROM tumble(s, 5s) EMIT 'é";
        let n_units = sql.encode_utf16().count();
        for (end, _) in sql.char_indices() {
            let view = view(&sql[..end]);
            assert!(view.pieces.chunks(3).all(|piece| piece[1] < piece[2] && piece[2] <= n_units), "{end}");
            assert!(view.problems.iter().all(|problem| problem.from <= problem.to && problem.line > 0), "{end}");
        }
    }

    #[test]
    fn every_class_has_its_name() {
        let sql = "SELECT f(a) :: int, 5s, 'x', {{ t }} -- c\nFROM \u{1}";
        let n_pieces = highlight(sql).len();
        assert_eq!(view(sql).pieces.len(), 3 * n_pieces);
        let seen: Vec<usize> = view(sql).pieces.chunks(3).map(|piece| piece[0]).collect();
        for (class, (_, name)) in CLASSES.iter().enumerate() {
            assert!(seen.contains(&class), "{name} is in the text");
        }
    }
}
