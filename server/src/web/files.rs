//! Files to download and upload: the plan and the evidence of a run, the same bytes that the command line reads and writes.

use axum::Extension;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use ferry_model::{Caller, FerryError, MigrationId, RunId};
use serde::Deserialize;

use super::caller::MaybeCaller;
use super::refused;
use super::router::Web;

/// Which revision; the caller's draft or the newest one where none is named.
#[derive(Deserialize)]
pub(super) struct Wanted {
    revision: Option<u32>,
}

/// Gives the plan's text, byte for byte.
pub(super) async fn download_plan(
    State(web): State<Web>,
    Extension(caller): Extension<MaybeCaller>,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Refused> {
    let caller = signed_in(caller)?;
    let page = web.console.plan_page(&caller, &MigrationId::new(id), wanted.revision).await?;
    let page = page.ok_or_else(|| FerryError::NotFound { what: "plan".into(), id: "none".into() })?;
    Ok(attachment("application/yaml; charset=utf-8", "plan.yaml".into(), page.reading.text().to_owned()))
}

/// Gives everything that is recorded of a run, to be kept and checked with `ferry evidence verify`.
pub(super) async fn download_evidence(
    State(web): State<Web>,
    Extension(caller): Extension<MaybeCaller>,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let caller = signed_in(caller)?;
    let run = RunId::new(id);
    let evidence = web.console.evidence(&caller, &run).await?;
    Ok(attachment("application/json", format!("evidence-{run}.json"), evidence.to_json()))
}

fn attachment(content_type: &'static str, name: String, content: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, content).into_response()
}

/// Takes a file as the text of the caller's draft, byte for byte, and shows it.
pub(super) async fn upload_plan(
    State(web): State<Web>,
    Extension(caller): Extension<MaybeCaller>,
    Path(id): Path<String>,
    mut form: Multipart,
) -> Result<Response, Refused> {
    let caller = signed_in(caller)?;
    let unusable = |why: String| {
        let problem = ferry_model::Problem { line: 0, column: 0, message: why };
        FerryError::Invalid { what: "plan file".into(), problems: vec![problem] }
    };
    let mut text = None;
    while let Some(field) = form.next_field().await.map_err(|error| unusable(error.body_text()))? {
        if field.name() == Some("plan") {
            text = Some(field.text().await.map_err(|error| unusable(error.body_text()))?);
        }
    }
    let text = text.ok_or_else(|| unusable("The form held no file.".into()))?;
    let id = MigrationId::new(id);
    web.console.edit_plan_text(&caller, &id, text, true).await?;
    Ok(Redirect::to(&format!("/migrations/{id}?view=yaml")).into_response())
}

fn signed_in(caller: MaybeCaller) -> Result<Caller, FerryError> {
    caller.0.ok_or(FerryError::NotSignedIn)
}

/// Why a file was neither given nor taken, as plain text.
pub(super) struct Refused(FerryError);

impl From<FerryError> for Refused {
    fn from(error: FerryError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = refused::status(&self.0);
        (status, format!("{}\n", ferry_model::messages::error_text(&self.0))).into_response()
    }
}
