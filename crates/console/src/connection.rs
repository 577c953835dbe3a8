//! The connections of a migration as a form: what people fill in instead of a configuration file. Passwords and keys
//! go in and never come out.

use ferry_model::messages::console as text;
use ferry_model::{Caller, FerryError, MigrationId, Permission, Problem, Secret};
use ferry_plan::{Config, ConfigMode, Settings, SideConfig};
use serde_json::{Map, Value, json};

use crate::Console;
use crate::access::usable_name;
use crate::console::new_migration_id;
use crate::error::from_store;
use crate::migrations::{new_migration, parse_config};

/// One deployment, as a form names it. Empty texts mean "not given".
#[derive(Clone)]
pub struct SideForm {
    /// `host:8463`, timeplusd's native port.
    pub timeplusd_address: String,
    /// `http://host:8000`.
    pub app_server_address: String,
    /// `http://host:3218`.
    pub timeplusd_http_address: String,
    /// The user.
    pub username: String,
    /// The password; empty in what is shown, and in a change it means that the old one stays.
    pub password: Secret,
    /// Timeplus Cloud's workspace.
    pub workspace: String,
    /// Timeplus Cloud's key; as the password.
    pub api_key: Secret,
    /// Whether timeplusd is spoken to over TLS.
    pub secure: bool,
    /// The file with certificates to trust.
    pub ca_file: String,
    /// The source's timeplusd as the target sees it.
    pub address_for_target: String,
    /// Whether a password is stored; told, never asked.
    pub has_password: bool,
    /// Whether a key is stored.
    pub has_api_key: bool,
}

impl Default for SideForm {
    fn default() -> Self {
        let none = String::new;
        Self {
            timeplusd_address: none(),
            app_server_address: none(),
            timeplusd_http_address: none(),
            username: none(),
            password: Secret::new(""),
            workspace: none(),
            api_key: Secret::new(""),
            secure: false,
            ca_file: none(),
            address_for_target: none(),
            has_password: false,
            has_api_key: false,
        }
    }
}

/// Both deployments, and the setting that most migrations change.
#[derive(Clone, Default)]
pub struct ConnectionForm {
    /// Where resources and rows come from.
    pub source: SideForm,
    /// Where they go to; without a timeplusd address only definitions are captured.
    pub target: SideForm,
    /// Rows of one inserted block; empty means the default.
    pub max_block_size: String,
}

impl Console {
    /// Creates a migration from a form.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditMigrations`]; [`FerryError::Invalid`] with everything that
    /// is wrong; [`FerryError::Conflict`] for a taken name.
    pub async fn create_migration_from_form(
        &self,
        caller: &Caller,
        name: &str,
        form: &ConnectionForm,
    ) -> Result<MigrationId, FerryError> {
        caller.require(Permission::EditMigrations)?;
        let name = usable_name("name", name)?;
        let id = new_migration_id();
        self.save_form(caller, &id, name, form, None).await?;
        tracing::info!(migration.id = %id, user.name = caller.name, "a migration was created from a form");
        Ok(id)
    }

    /// The connections of a migration, without passwords and keys.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`].
    pub async fn connection(&self, caller: &Caller, id: &MigrationId) -> Result<ConnectionForm, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        let config = self.config(id).await?;
        Ok(ConnectionForm {
            source: shown(&config.source),
            target: config.target.as_ref().map(shown).unwrap_or_default(),
            max_block_size: config.settings.max_block_size.to_string(),
        })
    }

    /// Changes the connections of a migration; an empty password or key means that the old one stays.
    ///
    /// # Errors
    /// As [`Self::create_migration_from_form`]; [`FerryError::Conflict`] while a run is not over.
    pub async fn change_connection(
        &self,
        caller: &Caller,
        id: &MigrationId,
        form: &ConnectionForm,
    ) -> Result<(), FerryError> {
        caller.require(Permission::EditMigrations)?;
        let migration = self.store().migration(id).await.map_err(from_store)?;
        if let Some(run) = self.run_not_over(id).await? {
            return Err(text::run_under_way(&run).into());
        }
        let old = self.config(id).await?;
        self.save_form(caller, id, migration.name, form, Some(&old)).await?;
        tracing::info!(migration.id = %id, user.name = caller.name, "the connections of a migration were changed");
        Ok(())
    }

    async fn save_form(
        &self,
        caller: &Caller,
        id: &MigrationId,
        name: String,
        form: &ConnectionForm,
        old: Option<&Config>,
    ) -> Result<(), FerryError> {
        let configuration = configuration(form, old);
        let config = parse_config("connection", configuration.expose()).map_err(without_places)?;
        let migration = new_migration(id.clone(), name, &config, configuration.expose(), caller);
        self.store().save_migration(&migration).await.map_err(from_store)
    }
}

fn shown(side: &SideConfig) -> SideForm {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    SideForm {
        timeplusd_address: side.timeplusd_address.clone(),
        app_server_address: text(&side.app_server_address),
        timeplusd_http_address: text(&side.timeplusd_http_address),
        username: side.username.clone(),
        workspace: text(&side.workspace),
        secure: side.secure,
        ca_file: text(&side.ca_file),
        address_for_target: text(&side.address_for_target),
        has_password: !side.password.is_empty(),
        has_api_key: side.api_key.is_some(),
        ..SideForm::default()
    }
}

/// The configuration that says what the form says, as JSON, which YAML includes. What the form does not ask for stays
/// as it was.
fn configuration(form: &ConnectionForm, old: Option<&Config>) -> Secret {
    let mut fields = Map::new();
    fields.insert("source".into(), side(&form.source, old.map(|old| &old.source)));
    let has_target = !form.target.timeplusd_address.trim().is_empty();
    if has_target {
        fields.insert("target".into(), side(&form.target, old.and_then(|old| old.target.as_ref())));
    }
    let settings = old.map_or_else(Settings::default, |old| old.settings.clone());
    if let Ok(Value::Object(settings)) = serde_json::to_value(settings) {
        fields.extend(settings);
    }
    let mode = if has_target { ConfigMode::Full } else { ConfigMode::ResourceOnly };
    let kept = old.is_some_and(|old| old.settings.mode == ConfigMode::ResourceOnly);
    let mode = if kept { ConfigMode::ResourceOnly } else { mode };
    fields.insert("mode".into(), serde_json::to_value(mode).unwrap_or_default());
    let size = form.max_block_size.trim();
    if !size.is_empty() {
        fields.insert("max_block_size".into(), size.parse::<u64>().map_or_else(|_| json!(size), |size| json!(size)));
    }
    if let Some(old) = old {
        let secrets =
            old.secrets.keys().filter_map(|key| Some((key.to_owned(), json!(old.secrets.get(key)?.expose()))));
        let secrets: Map<String, Value> = secrets.collect();
        if !secrets.is_empty() {
            fields.insert("secrets".into(), Value::Object(secrets));
        }
    }
    Secret::new(Value::Object(fields).to_string())
}

fn side(form: &SideForm, old: Option<&SideConfig>) -> Value {
    let mut fields = Map::new();
    let texts = [
        ("timeplusd_address", &form.timeplusd_address),
        ("app_server_address", &form.app_server_address),
        ("timeplusd_http_address", &form.timeplusd_http_address),
        ("username", &form.username),
        ("workspace", &form.workspace),
        ("ca_file", &form.ca_file),
        ("address_for_target", &form.address_for_target),
    ];
    for (key, text) in texts {
        if !text.trim().is_empty() {
            fields.insert(key.into(), json!(text.trim()));
        }
    }
    // Keeping a password must not send it to another address or user.
    let same = old.filter(|old| {
        old.timeplusd_address == form.timeplusd_address.trim()
            && old.username == form.username.trim()
            && old.app_server_address.as_deref().unwrap_or_default() == form.app_server_address.trim()
            && old.timeplusd_http_address.as_deref().unwrap_or_default() == form.timeplusd_http_address.trim()
    });
    let kept = |typed: &Secret, old: Option<&Secret>| {
        if typed.is_empty() { old.map(|old| old.expose().to_owned()) } else { Some(typed.expose().to_owned()) }
    };
    let password = kept(&form.password, same.map(|old| &old.password)).unwrap_or_default();
    fields.insert("password".into(), json!(password));
    if let Some(key) = kept(&form.api_key, same.and_then(|old| old.api_key.as_ref())) {
        fields.insert("api_key".into(), json!(key));
    }
    if form.secure {
        fields.insert("secure".into(), json!(true));
    }
    if let Some(seconds) = old.and_then(|old| old.silence_limit_seconds) {
        fields.insert("silence_limit_seconds".into(), json!(seconds));
    }
    Value::Object(fields)
}

/// The text that was read is not the one that somebody typed: its places mean nothing.
fn without_places(error: FerryError) -> FerryError {
    match error {
        FerryError::Invalid { what, problems } => {
            let problems = problems.into_iter().map(|problem| Problem { line: 0, column: 0, ..problem }).collect();
            FerryError::Invalid { what, problems }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ConnectionForm {
        let side = |address: &str| SideForm {
            timeplusd_address: format!(" {address} "),
            username: "o'hara \"x\": {y}".into(),
            password: Secret::new("p: \"a\\ß\u{1f600}\n#"),
            ..SideForm::default()
        };
        ConnectionForm { source: side("a:8463"), target: side("b:8463"), max_block_size: "2000".into() }
    }

    #[test]
    fn a_form_says_the_same_as_the_configuration_that_is_made_from_it() {
        let config = Config::parse(configuration(&form(), None).expose());
        let config = config.unwrap_or_else(|problems| panic!("{problems:?}"));
        assert_eq!(config.source.timeplusd_address, "a:8463");
        assert_eq!(config.source.username, "o'hara \"x\": {y}");
        assert_eq!(config.source.password.expose(), "p: \"a\\ß\u{1f600}\n#");
        assert_eq!(config.settings.max_block_size, 2000);
        assert!(config.target.is_some());
    }

    #[test]
    fn a_password_that_is_not_typed_again_stays_with_its_address_and_goes_nowhere_else() {
        let old = Config::parse(configuration(&form(), None).expose()).unwrap_or_else(|_| panic!("it was read before"));
        let mut changed = form();
        changed.source.password = Secret::new("");
        changed.target.password = Secret::new("");
        changed.target.timeplusd_address = "evil:8463".into();
        let new = Config::parse(configuration(&changed, Some(&old)).expose()).unwrap_or_else(|_| panic!("readable"));
        assert_eq!(new.source.password.expose(), old.source.password.expose());
        assert!(new.target.is_some_and(|target| target.password.is_empty()));
    }

    #[test]
    fn without_a_target_only_definitions_are_captured_and_wrong_numbers_are_named() {
        let mut wrong = form();
        wrong.target = SideForm::default();
        wrong.max_block_size = "many".into();
        let Err(problems) = Config::parse(configuration(&wrong, None).expose()) else { panic!("it was taken") };
        assert!(problems.iter().any(|problem| problem.message.contains("max_block_size")), "{problems:?}");
        wrong.max_block_size = String::new();
        let config = Config::parse(configuration(&wrong, None).expose()).unwrap_or_else(|p| panic!("{p:?}"));
        assert_eq!(config.settings.mode, ConfigMode::ResourceOnly);
    }
}
