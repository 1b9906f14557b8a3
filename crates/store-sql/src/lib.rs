//! `store-sql`: SQLite behind the traits of store.
