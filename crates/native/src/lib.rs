//! ferry-native
