//! What the browser downloads: found at run time, named by content.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use ferry_app::{AssetNames, EditorNames};
use ferry_model::messages::cli as text;
use serde::Deserialize;
use tower::ServiceBuilder;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

/// The folder with the browser's part of the console.
#[derive(Debug, Clone)]
pub struct Site {
    folder: PathBuf,
    names: AssetNames,
    /// Whether names carry a hash of their content, so that browsers may keep files for ever.
    hashed: bool,
}

/// Why there is no site.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// No folder has one.
    #[error("{}", text::site_missing(looked))]
    Missing {
        /// Where it was looked for.
        looked: Vec<String>,
    },
    /// The list of names is damaged.
    #[error("{} cannot be read: {why}", path.display())]
    Manifest {
        /// The list.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

/// The list of names that the build writes; paths relative to the folder.
#[derive(Deserialize)]
struct Manifest {
    js: String,
    wasm: String,
    css: String,
    #[serde(default)]
    editor: Option<EditorManifest>,
}

/// The editor's files, where the build made one.
#[derive(Deserialize)]
struct EditorManifest {
    js: String,
    wasm: String,
}

impl Site {
    /// The site in the folder that was given, else beside the executable, else in `target/site`.
    ///
    /// # Errors
    /// [`SiteError::Missing`] names the command that makes it.
    pub fn find(given: Option<&Path>) -> Result<Self, SiteError> {
        let candidates = match given {
            Some(folder) => vec![folder.to_owned()],
            None => {
                let beside =
                    std::env::current_exe().ok().and_then(|exe| exe.parent().map(|folder| folder.join("site")));
                beside.into_iter().chain([PathBuf::from("target/site")]).collect()
            }
        };
        for folder in &candidates {
            if let Some(site) = Self::in_folder(folder)? {
                return Ok(site);
            }
        }
        Err(SiteError::Missing { looked: candidates.iter().map(|folder| folder.display().to_string()).collect() })
    }

    fn in_folder(folder: &Path) -> Result<Option<Self>, SiteError> {
        let path = folder.join("manifest.json");
        if let Ok(text) = std::fs::read_to_string(&path) {
            let manifest: Manifest =
                serde_json::from_str(&text).map_err(|e| SiteError::Manifest { path, why: e.to_string() })?;
            let from_root = |name: String| format!("/{}", name.trim_start_matches('/'));
            let names = AssetNames {
                js: from_root(manifest.js),
                wasm: from_root(manifest.wasm),
                css: from_root(manifest.css),
                editor: manifest
                    .editor
                    .map(|editor| EditorNames { js: from_root(editor.js), wasm: from_root(editor.wasm) }),
            };
            return Ok(Some(Self { folder: folder.to_owned(), names, hashed: true }));
        }
        // As `cargo leptos` lays it out.
        let unhashed = folder.join("pkg/ferry.js").is_file();
        Ok(unhashed.then(|| Self { folder: folder.to_owned(), names: AssetNames::unhashed(), hashed: false }))
    }

    /// What pages refer to.
    pub fn names(&self) -> &AssetNames {
        &self.names
    }

    /// The routes of all files: what is in `pkg` may be kept for ever, the rest is asked for again.
    pub(super) fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let for_ever = if self.hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
        let pkg = ServeDir::new(self.folder.join("pkg")).precompressed_br().precompressed_gzip();
        let cached_pkg = ServiceBuilder::new().layer(cached(for_ever));
        let mut router = match self.hashed {
            true => Router::new().nest_service("/pkg", cached_pkg.service(pkg)),
            // `cargo leptos` copies the main style sheet alone: what it imports comes from the project's folder.
            false => Router::new().nest_service("/pkg", cached_pkg.service(pkg.fallback(ServeDir::new("style")))),
        };
        for (path, file) in self.public_files() {
            let file = ServeFile::new(file).precompressed_br().precompressed_gzip();
            router = router.route_service(&path, ServiceBuilder::new().layer(cached("no-cache")).service(file));
        }
        router
    }

    /// The files beside `pkg`: the start script, icons.
    fn public_files(&self) -> Vec<(String, PathBuf)> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        let named = files.filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
            let is_derived = name.ends_with(".br") || name.ends_with(".gz") || name == "manifest.json";
            (is_plain && !is_derived).then(|| (format!("/{name}"), entry.path()))
        });
        named.collect()
    }
}

fn cached(how: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    const NAME: HeaderName = header::CACHE_CONTROL;
    SetResponseHeaderLayer::if_not_present(NAME, HeaderValue::from_static(how))
}
