//! What pages load from the console.
//!
//! A page may load many types of answers, and each type of resource would cost the browser's module a copy of all of
//! Leptos's machinery. So there is one type of resource, which holds the answer's text; the text becomes a value where
//! it is shown.

mod ask;

use std::future::{Future, IntoFuture, ready};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use ferry_model::FerryError;
use ferry_model::compact::{self, CompactError};
use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use server_fn::codec::PostUrl;
use server_fn::error::ServerFnErrorErr;
use server_fn::{Http, ServerFn};

pub use self::ask::ask;
use crate::AppError;
use crate::compact::Compact;

/// An answer before it is read.
pub type AnswerText = Result<Arc<str>, AppError>;
/// An answer on its way.
pub type Asking = Pin<Box<dyn Future<Output = AnswerText> + Send>>;

/// A server function that pages can load from.
pub trait Question:
    ServerFn<Error = AppError, Protocol = Http<PostUrl, Compact>, Output: Serialize + DeserializeOwned>
    + Serialize
    + DeserializeOwned
    + Send
    + 'static
{
}

impl<Asked> Question for Asked where
    Asked: ServerFn<Error = AppError, Protocol = Http<PostUrl, Compact>, Output: Serialize + DeserializeOwned>
        + Serialize
        + DeserializeOwned
        + Send
        + 'static
{
}

/// An answer of the console that is asked for again when the question changes. The server asks while it renders the
/// page; the browser takes that answer over.
pub struct Remote<T> {
    text: Resource<AnswerText, AnswerCodec>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Remote<T> {}

impl<T: DeserializeOwned> Remote<T> {
    /// The answer to a question.
    pub fn new<Asked: Question<Output = T>>(question: impl Fn() -> Asked + Send + Sync + 'static) -> Self {
        Self::after(|| 0, question)
    }

    /// The answer to a question, asked again also when the version changes.
    pub fn after<Asked: Question<Output = T>>(
        version: impl Fn() -> usize + Send + Sync + 'static,
        question: impl Fn() -> Asked + Send + Sync + 'static,
    ) -> Self {
        let source = move || (version(), Wanted::Asked(body_of(&question())));
        Self { text: text_resource(Box::new(source), ask::asker::<Asked>()), of: PhantomData }
    }

    /// As [`Remote::after`], for a question whose answer the page may know itself.
    pub fn after_unless_known<Asked: Question<Output = T>>(
        version: impl Fn() -> usize + Send + Sync + 'static,
        question: impl Fn() -> Result<Asked, T> + Send + Sync + 'static,
    ) -> Self
    where
        T: Serialize,
    {
        let wanted = move || match question() {
            Ok(question) => Wanted::Asked(body_of(&question)),
            Err(known) => Wanted::Known(compact::to_string(&known)),
        };
        let source = move || (version(), wanted());
        Self { text: text_resource(Box::new(source), ask::asker::<Asked>()), of: PhantomData }
    }

    /// Asks again.
    pub fn refetch(self) {
        self.text.refetch();
    }

    /// The answer, once it is there; whoever reads it follows it.
    pub fn get(self) -> Option<Result<T, AppError>> {
        self.text.get().map(Self::read)
    }

    /// As [`Remote::get`], once.
    pub fn get_untracked(self) -> Option<Result<T, AppError>> {
        self.text.get_untracked().map(Self::read)
    }

    /// The answer's text.
    pub fn text(self) -> Resource<AnswerText, AnswerCodec> {
        self.text
    }

    /// The value in an answer's text.
    pub fn read(text: AnswerText) -> Result<T, AppError> {
        compact::from_str(&text?).map_err(unreadable)
    }
}

impl<T: DeserializeOwned + 'static> IntoFuture for Remote<T> {
    type Output = Result<T, AppError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Self::read(self.text.await) })
    }
}

/// A failure of the form in which browser and console talk.
fn unreadable(error: CompactError) -> AppError {
    AppError(FerryError::Transport { why: error.to_string() })
}

fn body_of(question: &impl Serialize) -> String {
    // A question that cannot be written is refused by the console, which says why.
    serde_qs::to_string(question).unwrap_or_default()
}

/// What a page wants to know.
#[derive(Clone, PartialEq)]
enum Wanted {
    /// The fields of a question.
    Asked(String),
    /// The answer's text.
    Known(Result<String, CompactError>),
}

type Source = Box<dyn Fn() -> (usize, Wanted) + Send + Sync>;

/// The one place where a resource is made, for every type alike.
fn text_resource(source: Source, asker: ask::Asker) -> Resource<AnswerText, AnswerCodec> {
    let answer = move |(_, wanted)| -> Asking {
        match wanted {
            Wanted::Asked(body) => asker.ask(body),
            Wanted::Known(text) => Box::pin(ready(text.map(Arc::from).map_err(unreadable))),
        }
    };
    Resource::new_with_options(source, answer, false)
}

/// How answers lie in the page: errors marked, and without `<`. Leptos writes that character as JSON's escape into the
/// page, which only a reader of JSON would take back.
pub struct AnswerCodec;

const ERROR_MARK: char = '!';

fn without_angle(text: &str) -> String {
    text.replace('~', "~0").replace('<', "~1")
}

fn with_angle(text: &str) -> String {
    text.replace("~1", "<").replace("~0", "~")
}

impl Encoder<AnswerText> for AnswerCodec {
    type Error = CompactError;
    type Encoded = String;

    fn encode(answer: &AnswerText) -> Result<String, CompactError> {
        match answer {
            Ok(text) => Ok(without_angle(text)),
            Err(error) => compact::to_string(error).map(|text| format!("{ERROR_MARK}{}", without_angle(&text))),
        }
    }
}

impl Decoder<AnswerText> for AnswerCodec {
    type Error = CompactError;
    type Encoded = str;

    fn decode(text: &str) -> Result<AnswerText, CompactError> {
        match text.strip_prefix(ERROR_MARK) {
            Some(error) => compact::from_str(&with_angle(error)).map(Err),
            None => Ok(Ok(with_angle(text).into())),
        }
    }
}

fn transport(error: ServerFnErrorErr) -> AppError {
    AppError(FerryError::Transport { why: error.to_string() })
}

#[cfg(test)]
mod tests {
    use ferry_model::{LogChoice, MigrationId, RunId, StepNumber};

    use super::*;
    use crate::api::runs::{LoadLog, LoadResult};

    #[test]
    fn questions_survive_the_way_with_and_without_what_may_be_left_out() {
        let choices = [
            LogChoice::default(),
            LogChoice { step: Some(StepNumber(8)), from: Some(1), to: None },
            LogChoice { step: None, from: None, to: Some(7) },
        ];
        for choice in choices {
            let body = body_of(&LoadLog { run: RunId::new("r 1"), choice: choice.clone() });
            let back: LoadLog = serde_qs::from_str(&body).expect("readable");
            assert_eq!((back.run.as_str(), back.choice), ("r 1", choice), "{body}");
        }
        for run in [None, Some(RunId::new("r1"))] {
            let body = body_of(&LoadResult { migration: MigrationId::new("m1"), run: run.clone() });
            assert_eq!(serde_qs::from_str::<LoadResult>(&body).expect("readable").run, run, "{body}");
        }
    }

    #[test]
    fn answers_and_errors_lie_in_the_page_unchanged() {
        let answers: [AnswerText; 3] = [
            compact::to_string(&["!", "<p>~0~1~</p>"]).map(Arc::from).map_err(unreadable),
            Err(AppError(FerryError::NotSignedIn)),
            Err(AppError(FerryError::Transport { why: "a < b".into() })),
        ];
        for answer in answers {
            let text = AnswerCodec::encode(&answer).expect("writable");
            assert!(!text.contains('<'), "{text}");
            assert_eq!(AnswerCodec::decode(&text).expect("readable"), answer);
        }
    }
}
