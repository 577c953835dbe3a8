//! ferry-app
