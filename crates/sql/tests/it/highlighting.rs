use ferry_sql::{HighlightClass, highlight};

#[test]
fn every_piece_has_the_class_a_reader_expects() {
    use HighlightClass::*;
    let sql = "CREATE STREAM db.stream (`a` nullable(int32) DEFAULT if(x, 1, 5s), b string) -- c\nAS SELECT '{{x}}', {{y}} + f(z)::date";
    let found: Vec<(&str, HighlightClass)> =
        highlight(sql).into_iter().map(|(span, class)| (span.text(sql), class)).collect();
    let class = |text: &str| found.iter().find(|(found, _)| *found == text).map(|(_, class)| *class);
    for (text, expected) in [
        ("CREATE", Keyword),
        ("STREAM", Keyword),
        ("db", Identifier),
        ("stream", Identifier),
        ("`a`", Identifier),
        ("nullable", Type),
        ("int32", Type),
        ("DEFAULT", Keyword),
        ("if", Function),
        ("5s", Number),
        ("string", Type),
        ("-- c", Comment),
        ("'{{x}}'", String),
        ("{{y}}", Template),
        ("+", Operator),
        ("f", Function),
        ("date", Type),
    ] {
        assert_eq!(class(text), Some(expected), "{text}");
    }
}

#[test]
fn a_text_that_is_being_typed_has_colours_too() {
    let found = highlight("SELECT 'abc");
    assert_eq!(found.last().map(|(_, class)| *class), Some(HighlightClass::Error));
    assert_eq!(highlight(""), []);
}
