//! Checking evidence with nothing but its file.

use ferry_model::messages::evidence as text;
use ferry_model::{EventBody, FerryError, Problem};
use ferry_plan::PlanDocument;

use super::{EVIDENCE_FORMAT, Evidence};

/// What a check of evidence found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceCheck {
    /// What was checked and is right, a sentence each.
    pub right: Vec<String>,
    /// What is wrong, a sentence each; empty means that the file is whole and agrees with itself.
    pub wrong: Vec<String>,
    /// The digest to compare with one that was kept elsewhere.
    pub digest: String,
}

/// Checks a file of evidence. It proves that the file was not changed since it was written, as far as its digest is
/// known from elsewhere; not who wrote it. Needs no caller: it reads nothing but the text.
///
/// # Errors
/// [`FerryError::Invalid`] for a text that is no evidence, or of a newer format.
pub fn check_evidence(path: &str, text: &str) -> Result<EvidenceCheck, FerryError> {
    let invalid = |message: String| {
        let problems = vec![Problem { line: 0, column: 0, message }];
        FerryError::Invalid { what: path.to_owned(), problems }
    };
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|e| invalid(text::not_evidence(&e.to_string())))?;
    let format = value.get("format").and_then(serde_json::Value::as_u64);
    if format != Some(u64::from(EVIDENCE_FORMAT)) {
        return Err(invalid(text::unknown_format(format)));
    }
    let evidence: Evidence =
        serde_json::from_value(value.clone()).map_err(|e| invalid(text::not_evidence(&e.to_string())))?;
    let mut found = EvidenceCheck { right: Vec::new(), wrong: Vec::new(), digest: evidence.digest.clone() };
    // A field that this version does not know would not be part of its digest.
    let is_whole = serde_json::to_value(&evidence).is_ok_and(|again| again == value);
    found.say(is_whole && evidence.digest == evidence.digest_of_all(), text::WHOLE_FILE);
    check_plan(&evidence, &mut found);
    check_events(&evidence, &mut found);
    let Evidence { run, migration, migration_name, plan, events, .. } = evidence.clone();
    let folded = Evidence::new(run, migration, migration_name, plan, events);
    found.say(folded.ledger == evidence.ledger, text::LEDGER);
    let is_same_outcome = (folded.state, &folded.comparisons, &folded.unverified)
        == (evidence.state, &evidence.comparisons, &evidence.unverified);
    found.say(is_same_outcome, text::OUTCOME);
    Ok(found)
}

fn check_plan(evidence: &Evidence, found: &mut EvidenceCheck) {
    let Some(plan) = &evidence.plan else { return };
    let ran = match evidence.events.first().map(|event| &event.body) {
        Some(EventBody::RunCreated { plan_digest, .. }) => plan_digest.as_str(),
        _ => "",
    };
    let of_text = PlanDocument::parse(plan.yaml.as_str()).map(|document| document.plan().digest());
    let is_same = of_text.is_ok_and(|digest| digest == plan.digest) && plan.digest == ran;
    found.say(is_same, text::PLAN);
}

fn check_events(evidence: &Evidence, found: &mut EvidenceCheck) {
    let is_gapless = evidence.events.iter().zip(1..).all(|(event, seq)| event.seq == seq);
    let is_in_order = evidence.events.windows(2).all(|pair| pair[0].at_ms <= pair[1].at_ms);
    let is_of_migration = matches!(
        evidence.events.first().map(|event| &event.body),
        Some(EventBody::RunCreated { migration, .. }) if *migration == evidence.migration
    );
    found.say(is_gapless && is_of_migration, text::NUMBERS);
    found.say(super::chain(&evidence.events) == evidence.events_digest, text::CHAIN);
    if !is_in_order {
        // A clock that was set back is no forgery, and worth knowing.
        found.right.push(text::CLOCK_WENT_BACK.to_owned());
    }
}

impl EvidenceCheck {
    fn say(&mut self, is_right: bool, (right, wrong): (&str, &str)) {
        match is_right {
            true => self.right.push(right.to_owned()),
            false => self.wrong.push(wrong.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use ferry_model::{
        Count, Event, MigrationId, ResourceKind, ResourceName, RunId, RunMode, StepAction, StepNumber, StepSummary,
    };

    use super::*;

    fn evidence() -> Evidence {
        let stream = ResourceName::in_database(ResourceKind::Stream, "d", "s");
        let step = |number, action| StepSummary {
            number: StepNumber(number),
            action,
            resource: stream.clone(),
            rows_total: Count::UNKNOWN,
            after: vec![],
        };
        let created = EventBody::RunCreated {
            migration: MigrationId::new("m"),
            mode: RunMode::Clean,
            plan_digest: String::new(),
            target: "t:8463".into(),
            started_by: "anna".into(),
            steps: vec![step(1, StepAction::Copy), step(2, StepAction::Compare)],
        };
        let rows = Count::exact(5);
        let bodies = [
            created,
            EventBody::RunStarted { owner: "a".into() },
            EventBody::StepDone { step: StepNumber(1), checked: String::new() },
            EventBody::RowsCompared { step: StepNumber(2), source: rows, target: rows },
            EventBody::StepDone { step: StepNumber(2), checked: String::new() },
            EventBody::RunFinished { n_done: 2, n_failed: 0, n_blocked: 0, n_deferred: 0 },
        ];
        let events = bodies.into_iter().zip(1..).map(|(body, seq)| Event::new(seq, 7, body)).collect();
        Evidence::new(RunId::new("r"), MigrationId::new("m"), "a migration".into(), None, events)
    }

    #[test]
    fn evidence_that_nobody_touched_is_right() {
        let found = check_evidence("e.json", &evidence().to_json()).expect("evidence");
        assert_eq!(found.wrong, Vec::<String>::new());
        assert!(found.right.len() >= 4, "{found:?}");
    }

    #[test]
    fn every_change_of_evidence_is_found() {
        let text = evidence().to_json();
        for (before, after) in [
            ("\"anna\"", "\"bert\""),
            ("\"value\": 5", "\"value\": 6"),
            ("\"n_done\": 2", "\"n_done\": 1"),
            ("\"a migration\"", "\"another\""),
            ("\"seq\": 3", "\"seq\": 4"),
            ("\"state\": \"done\"", "\"state\": \"failed\""),
            ("\"format\": 1,", "\"format\": 1, \"more\": true,"),
        ] {
            let changed = text.replacen(before, after, 1);
            assert_ne!(changed, text, "{before} is in it");
            let found = check_evidence("e.json", &changed).expect("evidence");
            assert!(!found.wrong.is_empty(), "{before} to {after}");
        }
    }

    #[test]
    fn a_change_with_a_new_digest_is_found_where_it_contradicts_the_events() {
        let mut forged = evidence();
        forged.unverified.push(ResourceName::in_database(ResourceKind::Stream, "d", "t"));
        forged.digest = forged.digest_of_all();
        let found = check_evidence("e.json", &forged.to_json()).expect("evidence");
        assert_eq!(found.wrong, [text::OUTCOME.1]);
        let mut shortened = evidence();
        shortened.events.remove(3);
        shortened.digest = shortened.digest_of_all();
        let found = check_evidence("e.json", &shortened.to_json()).expect("evidence");
        assert!(found.wrong.contains(&text::CHAIN.1.to_owned()), "{found:?}");
    }

    #[test]
    fn other_files_are_no_evidence() {
        for text in ["", "{}", "{\"format\": 2}", "[1]"] {
            assert!(matches!(check_evidence("e.json", text), Err(FerryError::Invalid { .. })), "{text}");
        }
    }
}
