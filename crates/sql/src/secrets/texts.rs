//! Secrets inside texts: addresses, and the code of functions and streams.

use super::keys::{WEBHOOKS, assigned_secret, is_secret_parameter};
use super::{Finder, Secrecy};
use crate::ast::{Text, TextQuote};
use crate::span::Span;

impl Finder<'_> {
    /// `token = '..'` in Python and JavaScript, and addresses whose path is a secret. Only texts that are written out are
    /// found, by the name that they are given to; what the code puts together itself only a reader can tell.
    pub(super) fn code(&mut self, code: &Text) {
        if code.quote != TextQuote::Dollar {
            return;
        }
        let body = code.span.text(self.source);
        let mut line_start = code.span.start;
        for line in body.split_inclusive('\n') {
            if let Some((key, place)) = assigned_secret(line) {
                let place = place.shifted(line_start);
                self.add(&key, place, Secrecy::Secret, place.text(self.source).to_owned().as_str());
            } else if WEBHOOKS.iter().any(|hook| line.contains(hook)) {
                self.address_path("webhook", Span::new(line_start, line_start + line.len()));
            }
            line_start += line.len();
        }
    }

    /// `scheme://user:password@host`: the password.
    pub(super) fn address(&mut self, key: &str, span: Span) {
        let text = span.text(self.source);
        let Some(scheme) = text.find("://") else {
            return;
        };
        let start = scheme + 3;
        self.address_path(key, span);
        let end = text[start..].find(['/', '?', '#', '\'', '"', ' ']).map_or(text.len(), |n| start + n);
        let authority = &text[start..end];
        // A password may hold an @: the last one ends it.
        let Some(at) = authority.rfind('@') else {
            return;
        };
        let Some(colon) = authority[..at].find(':') else {
            return;
        };
        let password = Span::new(start + colon + 1, start + at).shifted(span.start);
        let value = password.text(self.source).to_owned();
        self.add(key, password, Secrecy::Secret, &value);
    }

    /// `https://hooks.slack.com/services/T/B/secret` and `?api_key=secret`: who has the address gets in.
    fn address_path(&mut self, key: &str, span: Span) {
        let text = span.text(self.source);
        let mut from = 0;
        while let Some(at) = text[from..].find(['?', '&']) {
            let start = from + at + 1;
            let end = text[start..].find(['&', '#', '\'', '"', ' ']).map_or(text.len(), |n| start + n);
            if let Some((name, value)) = text[start..end].split_once('=')
                && is_secret_parameter(name)
            {
                let place = Span::new(start + name.len() + 1, end).shifted(span.start);
                self.add(key, place, Secrecy::Secret, value);
            }
            from = start;
        }
        if let Some(at) = WEBHOOKS.iter().find_map(|hook| Some(text.find(hook)? + hook.len())) {
            let end = text[at..].find(['?', '#', '\'', '"', ' ']).map_or(text.len(), |n| at + n);
            let place = Span::new(at, end).shifted(span.start);
            self.add(key, place, Secrecy::Secret, place.text(self.source).to_owned().as_str());
        }
    }
}
