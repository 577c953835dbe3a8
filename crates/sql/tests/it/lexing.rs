use ferry_sql::lexer::{TokenKind, lex};

fn kinds(sql: &str) -> Vec<(TokenKind, &str)> {
    lex(sql)
        .into_iter()
        .filter(|token| token.kind != TokenKind::Whitespace)
        .map(|token| (token.kind, token.span.text(sql)))
        .collect()
}

#[track_caller]
fn is_lossless(sql: &str) {
    let joined: String = lex(sql).iter().map(|token| token.span.text(sql)).collect();
    assert_eq!(joined, sql);
}

#[test]
fn tokens_joined_are_the_text_also_where_it_is_no_sql() {
    for sql in [
        "",
        "'open",
        "`open",
        "/* a /* b */",
        "$$ body",
        "{{ open",
        "'\\",
        "é ü 漢字 \u{0} \u{7f}",
        "a\\b ^ ~ & | ! @ # $ $1 $$",
        "{{a}}{{b}} {x:string}",
        "1e 1e+ 0x 0xg 1.2.3 .5 5. 1_000 99004_v",
    ] {
        is_lossless(sql);
    }
}

#[test]
fn each_thing_is_one_token() {
    use TokenKind::*;
    let table: &[(&str, TokenKind)] = &[
        ("02125_function", Word),
        ("_tp_time", Word),
        ("5s", Duration),
        ("100ms", Duration),
        ("1M", Duration),
        ("1.5e-3", Number),
        ("0xff", Number),
        ("0b101", Number),
        ("1_000", Number),
        ("'it''s \\' ok'", String),
        ("`a``b`", QuotedIdent),
        ("\"a b\"", QuotedIdent),
        ("$$ a 'b' $$", DollarString),
        ("$tag$ a $$ b $tag$", DollarString),
        ("{{ .DB | quote }}", Template),
        ("-- to the end", Comment),
        ("# to the end", Comment),
        ("/* a /* nested */ b */", Comment),
        ("::", Operator),
        ("->", Operator),
        ("<=>", Operator),
    ];
    for (sql, kind) in table {
        assert_eq!(kinds(sql), [(*kind, *sql)], "{sql}");
    }
}

#[test]
fn a_tuple_position_is_no_fraction() {
    let texts: Vec<&str> = kinds("t.1.2").into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["t", ".", "1", ".", "2"]);
}

#[test]
fn dots_before_a_digit_end() {
    for (sql, expected) in [("..0", vec![".", ".", "0"]), ("t...5", vec!["t", ".", ".", ".", "5"]), (".5", vec![".5"])]
    {
        let texts: Vec<&str> = kinds(sql).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, expected, "{sql}");
    }
}

#[test]
fn backslashes_at_the_end_of_a_line_are_spaces() {
    use TokenKind::{Unknown, Whitespace, Word};
    let all = |text: &'static str| lex(text).into_iter().map(|token| token.kind).collect::<Vec<_>>();
    assert_eq!(all("a\\\nb\\\\"), [Word, Whitespace, Whitespace, Word, Whitespace]);
    assert_eq!(all("a\\b"), [Word, Unknown, Word]);
    assert_eq!(all("a\\\\-- c"), [Word, Whitespace, TokenKind::Comment]);
    assert_eq!(all("a\\\x0b"), [Word, Whitespace, Whitespace]);
}

#[test]
fn what_does_not_end_is_one_token_to_the_end_of_the_text() {
    assert_eq!(kinds("a 'b c"), [(TokenKind::Word, "a"), (TokenKind::Unterminated, "'b c")]);
}
