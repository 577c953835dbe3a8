//! The lexer: nothing of a text is lost.

#![no_main]

use ferry_sql::lexer::lex;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut at = 0;
    for token in lex(text) {
        assert_eq!(token.span.start, at, "tokens follow each other without a gap");
        assert!(token.span.end > at && text.is_char_boundary(token.span.end));
        at = token.span.end;
    }
    assert_eq!(at, text.len(), "tokens give back the text");
});
