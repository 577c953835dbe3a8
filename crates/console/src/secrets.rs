//! The secrets of a run: from the environment, the configuration, the capture, and last from the source again.

use ferry_model::messages::console as text;
use ferry_model::{FerryError, Problem, Secret, SecretMap, SecretReference, Side};
use ferry_plan::{Config, Plan, secret_environment_name};

use crate::Deployments;

/// Every secret that the enabled steps of a plan need. The environment goes before the configuration, and that before
/// what a capture saw; what only the source shows is read there again.
///
/// # Errors
/// [`FerryError::Invalid`] that names the key of every secret that is missing.
pub(crate) async fn of(
    deployments: &dyn Deployments,
    plan: &Plan,
    config: &Config,
    captured: &SecretMap,
) -> Result<SecretMap, FerryError> {
    let mut secrets = SecretMap::default();
    let mut missing = Vec::new();
    for reference in plan.required_secrets() {
        match supplied(&reference.key, config, captured) {
            Some(secret) => secrets.insert(reference.key, secret),
            None => missing.push(reference),
        }
    }
    if missing.iter().any(|reference| reference.readable_on_source) {
        let seen = deployments.capture(Side::Source, &config.source, &config.settings).await?.secrets;
        missing.retain(|reference| match seen.get(&reference.key) {
            Some(secret) => {
                secrets.insert(reference.key.clone(), secret.clone());
                false
            }
            None => true,
        });
    }
    if missing.is_empty() { Ok(secrets) } else { Err(all_missing(&missing)) }
}

fn supplied(key: &str, config: &Config, captured: &SecretMap) -> Option<Secret> {
    let from_environment = std::env::var(secret_environment_name(key)).ok().map(Secret::new);
    from_environment.or_else(|| config.secrets.get(key).cloned()).or_else(|| captured.get(key).cloned())
}

fn all_missing(missing: &[SecretReference]) -> FerryError {
    let problem = |reference: &SecretReference| {
        let variable = secret_environment_name(&reference.key);
        Problem { line: 0, column: 0, message: text::secret_missing(&reference.key, &variable) }
    };
    FerryError::Invalid { what: "plan".into(), problems: missing.iter().map(problem).collect() }
}
