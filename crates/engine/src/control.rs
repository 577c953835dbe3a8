//! The handle by which people steer a run.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::Wish;

/// Steers one run. Clones steer the same run. What is asked becomes an event before it takes effect.
#[derive(Clone, Default)]
pub struct Control {
    inbox: Arc<Inbox>,
}

#[derive(Default)]
struct Inbox {
    commands: Mutex<VecDeque<Command>>,
    arrived: Notify,
}

/// What a person or the process asks of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    Pause { by: String },
    Resume { by: String },
    Cancel { by: String },
    Wish { by: String, wish: Wish },
    Shutdown,
}

impl Control {
    /// Lets the steps in flight come to their end, then stands still.
    pub fn pause(&self, by: impl Into<String>) {
        self.send(Command::Pause { by: by.into() });
    }

    /// Goes on after a pause.
    pub fn resume(&self, by: impl Into<String>) {
        self.send(Command::Resume { by: by.into() });
    }

    /// Ends the run early. Copies in flight are cancelled on the target and proved to have ended.
    pub fn cancel(&self, by: impl Into<String>) {
        self.send(Command::Cancel { by: by.into() });
    }

    /// Gives failed and blocked steps another turn while the run goes on.
    pub fn retry_failed(&self, by: impl Into<String>) {
        self.wish(by, Wish::GoOn);
    }

    /// Asks something of the run while it goes on. What does not fit changes nothing.
    pub fn wish(&self, by: impl Into<String>, wish: Wish) {
        self.send(Command::Wish { by: by.into(), wish });
    }

    /// Lets go of the run without an event, because the process ends: the next one probes what was in flight.
    pub fn shutdown(&self) {
        self.send(Command::Shutdown);
    }

    /// The next command; waits for one.
    pub(crate) async fn next(&self) -> Command {
        loop {
            let arrived = self.inbox.arrived.notified();
            if let Some(command) = self.take() {
                return command;
            }
            arrived.await;
        }
    }

    fn take(&self) -> Option<Command> {
        self.inbox.commands.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    fn send(&self, command: Command) {
        self.inbox.commands.lock().unwrap_or_else(PoisonError::into_inner).push_back(command);
        self.inbox.arrived.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn commands_arrive_in_their_order_even_when_nobody_waited() {
        let control = Control::default();
        control.pause("anna");
        control.clone().cancel("bert");
        assert_eq!(control.next().await, Command::Pause { by: "anna".into() });
        assert_eq!(control.next().await, Command::Cancel { by: "bert".into() });
    }
}
