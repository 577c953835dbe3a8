//! The page about SQL says what the function table says.

use ferry_sandbox::engine::functions::documentation;

#[test]
fn documentation_lists_exactly_the_functions_of_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/sandbox.md");
    let page = documentation::page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).expect("the page can be written");
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == page,
        "docs/sandbox.md differs; run: UPDATE_DOCS=1 cargo test -p ferry-sandbox --test engine documentation"
    );
}
