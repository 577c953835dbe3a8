//! Which releases can be migrated from.

use ferry_model::{DeploymentInfo, Product, Version};

use crate::Error;

/// The oldest Proton that a migration can read: before it, external streams of type timeplus cannot read it
/// (resources.md 1.1).
const OLDEST_PROTON: Version = Version::new(1, 5, 18);
/// The oldest Timeplus Enterprise.
const OLDEST_ENTERPRISE: Version = Version::new(2, 4, 19);

/// Refuses a source that is too old.
///
/// # Errors
/// [`Error::TooOld`] with the source's release and the oldest one that works.
pub fn check_source_version(info: &DeploymentInfo) -> Result<(), Error> {
    let oldest = match info.product {
        Product::Proton => OLDEST_PROTON,
        Product::Enterprise => OLDEST_ENTERPRISE,
    };
    if info.version >= oldest {
        return Ok(());
    }
    Err(Error::TooOld { product: info.product.label(), version: info.version, oldest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_source_is_refused_with_its_version() {
        for (product, version, fits) in [
            (Product::Proton, "1.5.17", false),
            (Product::Proton, "1.5.18", true),
            (Product::Enterprise, "2.4.18", false),
            (Product::Enterprise, "2.4.19", true),
            (Product::Enterprise, "3.3.1", true),
        ] {
            let version: Version = version.parse().expect("a version");
            let info = DeploymentInfo {
                product,
                version,
                timeplusd_address: String::new(),
                display_name: String::new(),
                timezone: String::new(),
            };
            match check_source_version(&info) {
                Ok(()) => assert!(fits, "{version}"),
                Err(error) => assert!(!fits && error.to_string().contains(&version.to_string()), "{error}"),
            }
        }
    }
}
