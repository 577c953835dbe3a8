//! ferry-timeplus
