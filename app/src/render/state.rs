//! What a page already knows, as data instead of scripts.

use serde::Serialize;

/// The values that the browser takes over from the server.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct PageState {
    /// Loaded values by the number of their resource.
    resources: Vec<(usize, String)>,
    /// Errors by their boundary and number.
    errors: Vec<(usize, usize, String)>,
    /// Parts of the page that were not finished.
    incomplete: Vec<usize>,
}

impl PageState {
    /// Reads the script elements that `hydration_context` 0.3 writes. `None` where they hold anything else.
    pub fn from_scripts(scripts: &str) -> Option<Self> {
        let mut state = Self::default();
        let mut rest = scripts;
        while let Some(at) = rest.strip_prefix("<script") {
            let (_, body) = at.split_once('>')?;
            let (body, after) = body.split_once("</script>")?;
            state.read_statements(&mut Reader(body))?;
            rest = after;
        }
        rest.is_empty().then_some(state)
    }

    /// A script element that holds data and is never run.
    pub fn to_data_block(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default().replace('<', "\\u003c");
        format!(r#"<script type="application/json" id="ferry-state">{json}</script>"#)
    }

    fn read_statements(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        while !reader.0.is_empty() {
            if reader.take("__RESOLVED_RESOURCES[") {
                let number = reader.number()?;
                reader.expect("] = ")?;
                self.resources.push((number, reader.text()?));
            } else if reader.take("__SERIALIZED_ERRORS.push(") {
                self.errors.push(reader.error()?);
                reader.expect(")")?;
            } else if reader.take("__SERIALIZED_ERRORS=[") {
                while !reader.take("]") {
                    self.errors.push(reader.error()?);
                    reader.expect(",")?;
                }
            } else if reader.take("__INCOMPLETE_CHUNKS=[") {
                self.incomplete.extend(reader.numbers()?);
            } else if reader.take("__PENDING_RESOURCES=[") {
                reader.numbers()?;
            } else {
                // Values known before the first await do not occur in this version; a new form is refused.
                let is_empty_list = reader.take("__RESOLVED_RESOURCES=[]") || reader.take("__RESOURCE_RESOLVERS=[]");
                is_empty_list.then_some(())?;
            }
            reader.expect(";")?;
        }
        Some(())
    }
}

/// The unread part of a script.
struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn take(&mut self, text: &str) -> bool {
        match self.0.strip_prefix(text) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, text: &str) -> Option<()> {
        self.take(text).then_some(())
    }

    fn number(&mut self) -> Option<usize> {
        let end = self.0.find(|c: char| !c.is_ascii_digit())?;
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        digits.parse().ok()
    }

    /// `1,2,]`
    fn numbers(&mut self) -> Option<Vec<usize>> {
        let mut numbers = Vec::new();
        while !self.take("]") {
            numbers.push(self.number()?);
            self.expect(",")?;
        }
        Some(numbers)
    }

    /// `[1, 2, "text"]`
    fn error(&mut self) -> Option<(usize, usize, String)> {
        self.expect("[")?;
        let boundary = self.number()?;
        self.expect(", ")?;
        let number = self.number()?;
        self.expect(", ")?;
        let text = self.text()?;
        self.expect("]")?;
        Some((boundary, number, text))
    }

    /// A literal as Rust's Debug writes it, in which `<` may stand as `\u003c`.
    fn text(&mut self) -> Option<String> {
        self.expect("\"")?;
        let mut text = String::new();
        let mut characters = self.0.chars();
        loop {
            match characters.next()? {
                '"' => break,
                '\\' => text.push(escaped(&mut characters)?),
                plain => text.push(plain),
            }
        }
        self.0 = characters.as_str();
        Some(text)
    }
}

fn escaped(characters: &mut std::str::Chars<'_>) -> Option<char> {
    match characters.next()? {
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        '0' => Some('\0'),
        'u' => {
            let rest = characters.as_str();
            let (digits, n_taken) = match rest.strip_prefix('{') {
                Some(braced) => braced.split_once('}').map(|(digits, _)| (digits, digits.len() + 2))?,
                None => (rest.get(..4)?, 4),
            };
            *characters = rest.get(n_taken..)?.chars();
            char::from_u32(u32::from_str_radix(digits, 16).ok()?)
        }
        itself => Some(itself),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_with_every_kind_of_escape_arrive_as_they_were() {
        let value = "{\"a\":\"quote \\\" tab \t nul \0 line\u{2028} zero\u{200b} é 漢 \\u003cb>\"}";
        let scripts = format!(
            "<script nonce=\"n\">__RESOLVED_RESOURCES=[];__SERIALIZED_ERRORS=[];__PENDING_RESOURCES=[4,];\
             __RESOURCE_RESOLVERS=[];</script><script nonce=\"n\">__RESOLVED_RESOURCES[4] = {value:?};</script>\
             <script nonce=\"n\">__INCOMPLETE_CHUNKS=[7,];</script>"
        );
        let state = PageState::from_scripts(&scripts).expect("the form that Leptos writes");
        assert_eq!(state, PageState { resources: vec![(4, value.into())], errors: vec![], incomplete: vec![7] });
    }

    #[test]
    fn errors_are_read_in_both_forms() {
        let scripts =
            r#"<script>__SERIALIZED_ERRORS=[[1, 2, "a\u003cb"],];__SERIALIZED_ERRORS.push([3, 4, "c"]);</script>"#;
        let state = PageState::from_scripts(scripts).expect("the form that Leptos writes");
        assert_eq!(state.errors, vec![(1, 2, "a<b".into()), (3, 4, "c".into())]);
    }

    #[test]
    fn a_form_that_is_not_known_is_refused() {
        assert_eq!(PageState::from_scripts("<script>__NEW=[];</script>"), None);
        assert_eq!(PageState::from_scripts("text"), None);
    }

    #[test]
    fn the_data_block_cannot_be_ended_by_its_content() {
        let state = PageState { resources: vec![(0, "</script><b>".into())], ..PageState::default() };
        assert_eq!(state.to_data_block().matches("</script>").count(), 1);
    }
}
