//! Product CSVs from outside: what is taken from them, and what comes back from those we write.

mod catalogs;
mod import;
mod roundtrip;
