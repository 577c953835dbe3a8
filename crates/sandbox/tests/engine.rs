//! The SQL engine and the storage of the sandbox, without its servers.

mod engine {
    pub mod support;

    mod documentation;
    mod durability;
    mod functions;
    mod inserts;
    mod modes;
    mod selects;
    mod streams;
}
