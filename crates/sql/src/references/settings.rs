//! Settings whose values are names.

use super::collect::Collector;
use super::{QualifiedName, Role};
use crate::ast::Setting;

impl Collector<'_> {
    pub(super) fn settings(&mut self, settings: &[Setting]) {
        for setting in settings {
            self.setting(setting);
        }
    }

    fn setting(&mut self, setting: &Setting) {
        let value = setting.text();
        if value.is_empty() {
            return;
        }
        let span = setting.value.span;
        let global = |name: &str| QualifiedName::global(name.trim());
        match setting.name.value.to_ascii_lowercase().as_str() {
            "named_collection" => self.add(global(&value), Role::UsesNamedCollection, span),
            // `schema:Message`; the message belongs to the schema (resources.md 2.1).
            "format_schema" => {
                let schema = value.split(':').next().unwrap_or_default();
                if !schema.is_empty() {
                    self.add(global(schema), Role::UsesFormatSchema, span);
                }
            }
            "storage_policy" if value != "default" => {
                self.add(global(&value), Role::UsesStoragePolicy, span);
            }
            "shared_disk" | "disk" => self.add(global(&value), Role::UsesDisk, span),
            // `replication_type=shared;shared_disk=d` (resources.md 2.4).
            "checkpoint_settings" => {
                for pair in value.split([';', ',']) {
                    if let Some((key, disk)) = pair.split_once('=')
                        && key.trim().eq_ignore_ascii_case("shared_disk")
                    {
                        self.add(global(disk), Role::UsesDisk, span);
                    }
                }
            }
            name if name.ends_with("target_stream") || name.ends_with("target_streams") => {
                for target in value.split(',') {
                    self.add_text(target.trim(), Role::Writes, span);
                }
            }
            // Expressions in strings: they may call functions.
            "sharding_expr" | "message_key" | "event_time_column" => {
                if let Ok(mut expr) = crate::parse_expr(&value) {
                    crate::references::text::move_to(&mut expr, span);
                    self.expr(&expr);
                }
            }
            _ => {}
        }
    }
}
