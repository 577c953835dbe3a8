//! Rule T20: SHOW CREATE USER prints no password.

use crate::ast::{AccessKind, StatementKind};
use crate::edit::Edit;
use crate::rewrite::{Attention, Input, Outcome};
use crate::secrets::MASKED;
use crate::span::Span;
use ferry_model::messages::rewrite as text;

/// Ways of signing in that need a secret of this deployment.
const WITH_SECRET: [&str; 7] = [
    "plaintext_password",
    "sha256_password",
    "sha256_hash",
    "double_sha1_password",
    "double_sha1_hash",
    "scram_sha256_password",
    "bcrypt_password",
];

/// Rule T20: a user's password must be given anew.
pub(super) fn user_password(input: &Input<'_>) -> Option<Outcome> {
    let StatementKind::CreateAccess(create) = &input.statement.kind else { return None };
    if create.kind != AccessKind::User || create.alter || !create.secrets.is_empty() {
        return None;
    }
    let names: Vec<&str> = create.names.iter().map(|name| name.value.as_str()).collect();
    let names = names.join(", ");
    let Some(identified) = input.source.word_in(create.rest, "IDENTIFIED") else {
        return Outcome::note(text::user_without_password(&names), Attention::Review);
    };
    let mut tokens = input.source.after(identified.end);
    let with = tokens.next().filter(|token| input.source.is_word(token, "WITH"))?;
    let method = tokens.next().filter(|token| token.span.start > with.span.start)?;
    let needs = WITH_SECRET.iter().any(|known| input.source.is_word(method, known));
    if !needs {
        return None;
    }
    let edit = Edit::new(Span::empty(method.span.end), format!(" BY '{MASKED}'"));
    Outcome::with(vec![edit], text::user_password(&names), Attention::NeedsValue)
}
