//! ferry-frontend
