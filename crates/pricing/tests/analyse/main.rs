//! What is said beforehand about rules, held against trying every variant of a small domain on generated rule sets.

mod brute;
mod conflicts;
mod generate;
mod proofs;
mod random;
