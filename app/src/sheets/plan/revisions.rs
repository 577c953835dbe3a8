//! Every revision: number, author, time, what it changed.

use ferry_model::FerryError;
use ferry_model::messages::{plan_page as words, ui};
use leptos::prelude::*;

use super::super::address::link;
use super::super::ago;
use super::{Shown, base};
use crate::parts::table::TableFrame;

pub(super) async fn draw(shown: &Shown<'_>) -> Result<AnyView, FerryError> {
    let asked = shown.asked;
    let revisions = asked.console.plan_revisions(&asked.caller, shown.id).await?;
    let path = base(shown.id);
    let rows = revisions.into_iter().map(|revision| {
        let number = revision.number.to_string();
        let before = (revision.number > 1).then(|| {
            let from = (revision.number - 1).to_string();
            let href = link(&path, &[("view", "diff"), ("from", &from), ("to", &number)]);
            view! { <a href=href>{words::compare_with(revision.number - 1)}</a> }
        });
        let digest: String = revision.digest.chars().take(12).collect();
        view! {
            <tr>
                <th scope="row">
                    <a href=link(&path, &[("revision", &number)])>{words::REVISION} " " {number.clone()}</a>
                </th>
                <td>{revision.summary}</td>
                <td data-label=words::MADE_BY>{revision.made_by}</td>
                <td data-label=words::MADE_AT>{ago(revision.made_at_ms)}</td>
                <td data-label=words::DIGEST>
                    <code title=revision.digest>{digest}</code>
                </td>
                <td>{before}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let view = view! {
        <TableFrame label=words::REVISIONS>
            <table class="table table-list">
                <thead>
                    <tr>
                        <th scope="col">{words::REVISION}</th>
                        <th scope="col">{words::CHANGES}</th>
                        <th scope="col">{words::MADE_BY}</th>
                        <th scope="col">{words::MADE_AT}</th>
                        <th scope="col">{words::DIGEST}</th>
                        <th scope="col">{ui::ACTION}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    };
    Ok(view.into_any())
}
