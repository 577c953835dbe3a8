//! Makes texts from texts.

use ferry_sql::lexer::lex;

/// The longest text: what is slow shows in short ones too.
const LONGEST: usize = 4_000;

const PIECES: [&str; 40] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "`",
    "$$",
    "$a$",
    "{{",
    "}}",
    "{{ if x }}",
    "{{ end }}",
    "/*",
    "*/",
    "--",
    "\n",
    ";",
    ",",
    ".",
    ":",
    "::",
    "->",
    "?",
    "SELECT ",
    " FROM ",
    " AS ",
    " WITH ",
    " IN ",
    " EMIT ",
    " SETTINGS a = 1",
    " CASE WHEN ",
    " END",
    "INTERVAL ",
    "5s",
    "1e",
    "é",
    "\\",
];

/// Numbers that are the same on every machine, and what is made with them.
pub struct Mutator(u64);

impl Mutator {
    /// The same seed makes the same texts.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound.max(1)
    }

    /// A text of the corpus with one to four changes.
    pub fn next(&mut self, corpus: &[String]) -> String {
        let mut text = corpus[self.below(corpus.len())].clone();
        for _ in 0..=self.below(4) {
            text = self.change(&text, corpus);
        }
        let mut end = text.len().min(LONGEST);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text
    }

    fn change(&mut self, text: &str, corpus: &[String]) -> String {
        if self.below(4) == 0 {
            return self.change_character(text);
        }
        let mut pieces: Vec<&str> = lex(text).iter().map(|token| token.span.text(text)).collect();
        if pieces.is_empty() {
            return PIECES[self.below(PIECES.len())].to_owned();
        }
        let at = self.below(pieces.len());
        let to = (at + 1 + self.below(8)).min(pieces.len());
        match self.below(6) {
            0 => drop(pieces.drain(at..to)),
            1 => pieces.insert(at, PIECES[self.below(PIECES.len())]),
            2 => {
                let copy = pieces[at..to].to_vec();
                let times = [1, 2, 30][self.below(3)];
                (0..times).for_each(|_| drop(pieces.splice(at..at, copy.iter().copied())));
            }
            3 => {
                let other = self.below(pieces.len());
                pieces.swap(at, other);
            }
            4 => pieces.truncate(at.max(1)),
            _ => {
                let other = &corpus[self.below(corpus.len())];
                let tokens = lex(other);
                let from = self.below(tokens.len());
                let until = (from + 1 + self.below(12)).min(tokens.len());
                let borrowed: Vec<&str> =
                    tokens.get(from..until).unwrap_or_default().iter().map(|token| token.span.text(other)).collect();
                pieces.splice(at..at, borrowed);
                return pieces.concat();
            }
        }
        pieces.concat()
    }

    fn change_character(&mut self, text: &str) -> String {
        let mut characters: Vec<char> = text.chars().collect();
        let at = self.below(characters.len());
        let new = ['\0', '\'', '`', '(', '\u{FEFF}', 'é', '\\', '$', '{', ' ', '0', 'A'][self.below(12)];
        match (self.below(3), characters.get_mut(at)) {
            (0, Some(character)) => *character = new,
            (1, Some(_)) => drop(characters.remove(at)),
            _ => characters.insert(at.min(characters.len()), new),
        }
        characters.into_iter().collect()
    }
}
