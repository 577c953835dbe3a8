//! The ledger: what runs made on a target, folded from their events.

use serde::{Deserialize, Serialize};

use crate::{EventBody, ResourceName, Side, StepNumber};

/// How far the making of a resource went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerState {
    /// Recorded before it was sent; whether it exists must be asked.
    Intended,
    /// It was made and seen.
    Created,
    /// A clean is about to remove it; whether it is gone must be asked.
    DropIntended,
}

/// One resource that a run made and that was not removed since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Where it is.
    pub side: Side,
    /// What it is.
    pub resource: ResourceName,
    /// The step that made it.
    pub step: StepNumber,
    /// How far its making went.
    pub state: LedgerState,
    /// The digest of the definition that was sent.
    pub definition_digest: String,
    /// The id that the deployment gave it, for kinds known by id.
    pub server_id: Option<String>,
}

/// Everything that runs of one migration made and that is still to be removed, in the order of making.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// The entries, oldest first.
    pub entries: Vec<LedgerEntry>,
}

impl Ledger {
    /// Folds the events of all runs of a migration, oldest run first.
    pub fn fold<'a>(bodies: impl IntoIterator<Item = &'a EventBody>) -> Self {
        let mut ledger = Self::default();
        for body in bodies {
            ledger.apply(body);
        }
        ledger
    }

    /// Takes one more event into account.
    pub fn apply(&mut self, body: &EventBody) {
        match body {
            EventBody::CreateIntended { step, side, resource, definition_digest } => {
                let known = self.entries.iter().any(|entry| entry.is(*side, resource, *step));
                if !known {
                    self.entries.push(LedgerEntry {
                        side: *side,
                        resource: resource.clone(),
                        step: *step,
                        state: LedgerState::Intended,
                        definition_digest: definition_digest.clone(),
                        server_id: None,
                    });
                }
            }
            EventBody::Created { step, side, resource, server_id } => {
                let found = self.entries.iter_mut().find(|entry| entry.is(*side, resource, *step));
                if let Some(entry) = found {
                    entry.state = LedgerState::Created;
                    entry.server_id.clone_from(server_id);
                }
            }
            EventBody::DropIntended { side, resource, .. } => {
                for entry in self.entries.iter_mut().filter(|entry| entry.is_at(*side, resource)) {
                    entry.state = LedgerState::DropIntended;
                }
            }
            EventBody::DropAbandoned { side, resource, .. } => {
                for entry in self.entries.iter_mut().filter(|entry| entry.is_at(*side, resource)) {
                    entry.state = LedgerState::Created;
                }
            }
            EventBody::CreateAbandoned { side, resource, .. } | EventBody::Dropped { side, resource, .. } => {
                self.entries.retain(|entry| !entry.is_at(*side, resource));
            }
            _ => {}
        }
    }
}

impl LedgerEntry {
    fn is_at(&self, side: Side, resource: &ResourceName) -> bool {
        self.side == side && self.resource == *resource
    }

    fn is(&self, side: Side, resource: &ResourceName, step: StepNumber) -> bool {
        self.is_at(side, resource) && self.step == step
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ResourceKind;

    fn orders() -> ResourceName {
        ResourceName::in_database(ResourceKind::Stream, "sales", "orders")
    }

    fn intended() -> EventBody {
        let (step, side) = (StepNumber(1), Side::Target);
        EventBody::CreateIntended { step, side, resource: orders(), definition_digest: "d".into() }
    }

    #[test]
    fn a_creation_that_was_only_intended_stays_in_the_ledger() {
        let ledger = Ledger::fold(&[intended(), intended()]);
        assert_eq!(ledger.entries.len(), 1);
        assert_eq!(ledger.entries[0].state, LedgerState::Intended);
    }

    #[test]
    fn what_is_really_gone_leaves_the_ledger() {
        let (step, side) = (StepNumber(1), Side::Target);
        let created = EventBody::Created { step, side, resource: orders(), server_id: None };
        let drop = EventBody::DropIntended { step, side, resource: orders() };
        let half = Ledger::fold(&[intended(), created, drop]);
        assert_eq!(half.entries[0].state, LedgerState::DropIntended);
        let mut gone = half;
        gone.apply(&EventBody::Dropped { step, side, resource: orders() });
        assert!(gone.entries.is_empty());
    }
}
