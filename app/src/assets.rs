//! Where the browser finds what it downloads.

/// The addresses of the script, the module and the style sheet, as paths from the root. The server provides them through
/// context; the names carry a hash of the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetNames {
    /// The script that binds the module.
    pub js: String,
    /// The WebAssembly module.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
    /// The editor, where the build made one; pages have plain areas of text without it.
    pub editor: Option<EditorNames>,
}

/// What a page with an editor loads besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditorNames {
    /// The script.
    pub js: String,
    /// The WebAssembly module that reads SQL.
    pub wasm: String,
}

impl AssetNames {
    /// The names without a hash, as `cargo leptos` writes them.
    pub fn unhashed() -> Self {
        Self { js: "/pkg/ferry.js".into(), wasm: "/pkg/ferry.wasm".into(), css: "/pkg/ferry.css".into(), editor: None }
    }
}
