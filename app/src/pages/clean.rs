//! Removing what runs made: shown first, confirmed by the migration's name.

use ferry_model::messages::{error_text, result as words, ui};
use ferry_model::{CleanEntry, CleanPreview, LedgerState, MigrationId, Permission, Presence};
use leptos::prelude::*;

use super::migration::OneMigration;
use crate::api::clean::{PreviewClean, StartClean};
use crate::format;
use crate::parts::badge::{Badge, Mark, Tone};
use crate::parts::button::Weight;
use crate::parts::empty::Empty;
use crate::parts::error::ActionError;
use crate::parts::field::{Field, FieldSpec};
use crate::parts::form::{ActionForm, FormAction};
use crate::parts::frame::Me;
use crate::parts::loaded::Loaded;
use crate::parts::name::NameOf;
use crate::parts::notice::Notice;
use crate::parts::submit::Submit;
use crate::parts::table::TableFrame;
use crate::remote::Remote;

/// The preview and the confirmation.
#[component]
pub fn CleanPage() -> impl IntoView {
    let shared = expect_context::<OneMigration>();
    let preview = Remote::new(move || PreviewClean { migration: shared.id.get() });
    let content = move |preview: CleanPreview| {
        if preview.entries.is_empty() {
            return view! { <Empty icon="trash-2" title=ui::NOTHING_TO_CLEAN text=ui::NOTHING_TO_CLEAN_REMEDY /> }
                .into_any();
        }
        view! { <Preview preview=preview id=shared.id.get_untracked() /> }.into_any()
    };
    view! { <Loaded resource=preview n_lines=8 content=content /> }
}

#[component]
fn Preview(preview: CleanPreview, id: MigrationId) -> impl IntoView {
    let me = expect_context::<Me>();
    let n_gone = preview.n_gone();
    let CleanPreview { target, confirm_with, entries, problem, asked_at_ms } = preview;
    let n_entries = entries.len();
    let sentence = ui::clean_sentence(n_entries, &target);
    let button = ui::remove_button(n_entries, &target);
    view! {
        <div class="stack">
            <div>
                <h2 class="sentence-title">
                    {ui::CLEAN_TITLE}
                </h2>
                <p class="lead">
                    {sentence} {(n_gone > 0).then(|| format!(" {}", words::already_gone(n_gone)))}
                </p>
                {problem.is_none().then(|| view! { <p class="quiet">{words::asked_at(&format::utc(asked_at_ms))}</p> })}
            </div>
            {problem
                .map(|error| {
                    view! {
                        <Notice tone=Tone::Risk title=words::TARGET_NOT_ASKED>
                            <p>{error_text(&error)}</p>
                        </Notice>
                    }
                })}
            <TableFrame label=ui::CLEAN_TITLE>
                <table class="table table-list">
                    <thead>
                        <tr>
                            <th scope="col">{ui::RESOURCE}</th>
                            <th scope="col">{words::PRESENCE}</th>
                            <th scope="col">{ui::STATE}</th>
                            <th scope="col" class="number">
                                {ui::STEP}
                            </th>
                        </tr>
                    </thead>
                    <tbody>{entries.into_iter().map(row).collect_view()}</tbody>
                </table>
            </TableFrame>
            {Suspend::new(async move {
                if me.may(Permission::Clean).await {
                    view! { <Confirm id=id name=confirm_with button=button /> }.into_any()
                } else {
                    view! { <Notice tone=Tone::Plain title=ui::may_not(Permission::Clean) /> }.into_any()
                }
            })}
        </div>
    }
}

#[component]
fn Confirm(id: MigrationId, name: String, button: String) -> impl IntoView {
    let action = FormAction::of::<StartClean>();
    let typed = RwSignal::new(String::new());
    let label = ui::type_to_confirm(&name);
    // Before the page is taken over nobody knows what is typed: the console checks it in any case.
    let is_taken_over = RwSignal::new(false);
    Effect::new(move |_| is_taken_over.set(true));
    let differs = Signal::derive(move || is_taken_over.get() && typed.with(|typed| *typed != name));
    view! {
        <ActionForm action=action attr:class="danger-zone">
            <input type="hidden" name="migration" value=id.to_string() />
            <Field spec=TYPED label=label on_change=Callback::new(move |text| typed.set(text)) />
            <ActionError value=action.value() />
            <Submit
                weight=Weight::Danger
                label=button
                busy_label=ui::REMOVING
                pending=action.pending()
                disabled=differs
            />
        </ActionForm>
    }
}

fn row(entry: CleanEntry) -> impl IntoView {
    let CleanEntry { resource, step, state, presence } = entry;
    let state = match state {
        LedgerState::Intended | LedgerState::DropIntended => ui::PERHAPS_MADE,
        LedgerState::Created => ui::MADE,
    };
    view! {
        <tr>
            <th scope="row">
                <NameOf resource=resource />
            </th>
            <td>
                <Badge mark=Signal::stored(mark_of(presence)) />
            </td>
            <td>{state}</td>
            <td class="number quiet" data-label=ui::STEP>
                {step.to_string()}
            </td>
        </tr>
    }
}

const fn mark_of(presence: Presence) -> Mark {
    let (tone, icon, word) = match presence {
        Presence::There => (Tone::Active, "box", words::THERE),
        Presence::Gone => (Tone::Plain, "circle-slash", words::GONE),
        Presence::Unknown => (Tone::Risk, "circle-dashed", words::NOT_ASKED),
    };
    Mark { tone, icon, word }
}

const TYPED: FieldSpec = FieldSpec { name: "typed_name", kind: "text", autocomplete: "off" };
