//! Asking the console: in place while it renders a page, by a request from the browser.

#[cfg(feature = "ssr")]
mod imp {
    use std::sync::Arc;

    use ferry_model::compact;
    use server_fn::error::ServerFnErrorErr;

    use super::super::{AnswerText, Asking, Question, transport, unreadable};

    /// Calls one server function.
    pub struct Asker(fn(String) -> Asking);

    /// The asker of a server function.
    pub fn asker<Asked: Question>() -> Asker {
        Asker(|body| Box::pin(run::<Asked>(body)))
    }

    impl Asker {
        /// Asks.
        pub fn ask(&self, body: String) -> Asking {
            (self.0)(body)
        }
    }

    async fn run<Asked: Question>(body: String) -> AnswerText {
        let question: Asked = serde_qs::from_str(&body)
            .map_err(|error| transport(ServerFnErrorErr::Deserialization(error.to_string())))?;
        compact::to_string(&question.run_body().await?).map(Arc::from).map_err(unreadable)
    }

    /// Forms are sent by browsers only.
    pub async fn ask(_: &'static str, _: String) -> AnswerText {
        Err(transport(ServerFnErrorErr::Request("the console does not send forms".into())))
    }
}

#[cfg(not(feature = "ssr"))]
mod imp {
    use std::sync::Arc;

    use ferry_model::compact;
    use leptos::__reexports::send_wrapper::SendWrapper;
    use leptos::prelude::*;
    use server_fn::error::ServerFnErrorErr;
    use server_fn::redirect::{REDIRECT_HEADER, call_redirect_hook};
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Headers, RequestInit, Response};

    use super::super::{AnswerText, Asking, Question, transport, unreadable};

    /// Sends requests to the address of one server function.
    pub struct Asker(&'static str);

    /// The asker of a server function.
    pub fn asker<Asked: Question>() -> Asker {
        Asker(Asked::url())
    }

    impl Asker {
        /// Asks.
        pub fn ask(&self, body: String) -> Asking {
            Box::pin(SendWrapper::new(ask(self.0, body)))
        }
    }

    /// Sends a form's fields to a server function, and follows where it leads.
    pub async fn ask(address: &'static str, body: String) -> AnswerText {
        match send(address, &body).await {
            Ok((_, status, text)) if status >= 400 => Err(compact::from_str(&text).unwrap_or_else(unreadable)),
            Ok((target, _, text)) => {
                if let Some(target) = target {
                    call_redirect_hook(&target);
                }
                Ok(Arc::from(text))
            }
            Err(error) => {
                let why = js_sys::Error::from(error).message();
                Err(transport(ServerFnErrorErr::Request(why.into())))
            }
        }
    }

    /// Where the answer leads, its status, its text.
    async fn send(address: &str, body: &str) -> Result<(Option<String>, u16, String), JsValue> {
        let headers = Headers::new()?;
        headers.set("Content-Type", "application/x-www-form-urlencoded")?;
        headers.set("Accept", "text/plain")?;
        let request = RequestInit::new();
        request.set_method("POST");
        request.set_headers(&headers);
        request.set_body(&JsValue::from_str(body));
        let response: Response =
            JsFuture::from(window().fetch_with_str_and_init(address, &request)).await?.unchecked_into();
        let leads_elsewhere = response.headers().has(REDIRECT_HEADER)?;
        let target = if leads_elsewhere { response.headers().get("Location")? } else { None };
        let text = JsFuture::from(response.text()?).await?;
        Ok((target, response.status(), text.as_string().unwrap_or_default()))
    }
}

pub use imp::{Asker, ask, asker};
