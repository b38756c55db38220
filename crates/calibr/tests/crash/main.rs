//! The real server is killed, stopped and replaced in the middle of runs; the simulated shop's journal is the judge.

mod database;
mod judge;
mod kills;
mod server;
mod signals;
mod world;
