//! `testkit`: a mock provider and a load generator for tests and benchmarks.
