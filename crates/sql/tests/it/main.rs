//! The contract of the crate, in one program so that it links once.

mod apps;
mod comparing;
mod corpus;
mod editing;
mod expressions;
mod fuzzing;
mod graphs;
mod highlighting;
mod labels;
mod lexing;
mod nesting;
mod ordering;
mod outlines;
mod prettying;
mod printing;
mod properties;
mod recovery;
mod referring;
mod renaming;
mod rewriting;
mod rewriting_corpus;
mod scripts;
mod secret_places;
mod statements;
mod support;
mod variants;
