//! The forms of an event: stored as JSON that older and newer Ferrys read, sent to browsers compactly.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Event, EventBody};

/// The form in which events are stored: the body's kind and fields stand beside the number.
#[derive(Clone, Serialize, Deserialize)]
struct StoredEvent {
    seq: u64,
    at_ms: i64,
    version: u16,
    kind: String,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    data: Value,
}

/// The form in which browsers get events.
#[derive(Serialize, Deserialize)]
struct SentEvent<Body> {
    seq: u64,
    at_ms: i64,
    version: u16,
    body: Body,
}

#[derive(Serialize)]
enum SentBody<'a> {
    Known(&'a EventBody),
    Unknown(&'a str, String),
}

#[derive(Deserialize)]
enum ReceivedBody {
    Known(EventBody),
    Unknown(String, String),
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return StoredEvent::from(self.clone()).serialize(serializer);
        }
        let body = match &self.body {
            EventBody::Unknown { kind, data } => SentBody::Unknown(kind, data.to_string()),
            known => SentBody::Known(known),
        };
        SentEvent { seq: self.seq, at_ms: self.at_ms, version: self.version, body }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return StoredEvent::deserialize(deserializer).map(Self::from);
        }
        let SentEvent { seq, at_ms, version, body } = SentEvent::deserialize(deserializer)?;
        let body = match body {
            ReceivedBody::Known(body) => body,
            // A browser shows the text and never writes it back.
            ReceivedBody::Unknown(kind, text) => EventBody::Unknown { kind, data: Value::String(text) },
        };
        Ok(Self { seq, at_ms, version, body })
    }
}

impl From<StoredEvent> for Event {
    fn from(stored: StoredEvent) -> Self {
        let StoredEvent { seq, at_ms, version, kind, data } = stored;
        let plain = if data.is_null() {
            Value::String(kind.clone())
        } else {
            Value::Object(Map::from_iter([(kind.clone(), data.clone())]))
        };
        let body = serde_json::from_value(plain).unwrap_or(EventBody::Unknown { kind, data });
        Self { seq, at_ms, version, body }
    }
}

impl From<Event> for StoredEvent {
    fn from(event: Event) -> Self {
        let Event { seq, at_ms, version, body } = event;
        let (kind, data) = match body {
            EventBody::Unknown { kind, data } => (kind, data),
            known => kind_and_fields(&known),
        };
        Self { seq, at_ms, version, kind, data }
    }
}

/// The kind and the fields of a body that is not [`EventBody::Unknown`].
fn kind_and_fields(body: &EventBody) -> (String, Value) {
    match serde_json::to_value(body) {
        Ok(Value::Object(variant)) => variant.into_iter().next().unwrap_or_default(),
        Ok(Value::String(kind)) => (kind, Value::Null),
        _ => (String::new(), Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StepNumber;

    #[test]
    fn an_event_survives_storing_and_reading() {
        let bodies = [
            EventBody::RunPaused,
            EventBody::StepStarted { step: StepNumber(3), attempt: 2 },
            EventBody::Noted { step: None, text: "a note".into() },
        ];
        for body in bodies {
            let event = Event::new(7, 1_700_000_000_000, body);
            let text = serde_json::to_string(&event).expect("events are plain JSON");
            assert_eq!(serde_json::from_str::<Event>(&text).expect("its own output"), event, "{text}");
        }
    }

    #[test]
    fn slices_of_an_older_ferry_are_read() {
        let text = r#"{"seq":1,"at_ms":2,"version":1,"kind":"slices_planned","data":{"step":3,"bounds":[5]}}"#;
        let event: Event = serde_json::from_str(text).expect("a well-formed event");
        let planned =
            EventBody::SlicesPlanned { step: StepNumber(3), bounds: vec![5], partitions: vec![], split: None };
        assert_eq!(event.body, planned);
        let text = r#"{"seq":1,"at_ms":2,"version":1,"kind":"slice_started",
            "data":{"step":3,"slice":1,"range":{"from_ms":5,"until_ms":null}}}"#;
        let event: Event = serde_json::from_str(text).expect("a well-formed event");
        assert!(matches!(event.body, EventBody::SliceStarted { slice: 1, part: None, .. }), "{:?}", event.body);
    }

    #[test]
    fn an_event_of_a_newer_ferry_is_kept_raw() {
        let text = r#"{"seq":1,"at_ms":2,"version":9,"kind":"slice_moved","data":{"rows":5}}"#;
        let event: Event = serde_json::from_str(text).expect("a well-formed event");
        assert!(matches!(&event.body, EventBody::Unknown { kind, .. } if kind == "slice_moved"));
        assert_eq!(serde_json::to_string(&event).expect("events are plain JSON"), text);
    }
}
