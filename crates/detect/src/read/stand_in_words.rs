//! Words that stand where a password or key belongs and are none, and words in names of things.

/// Words that declare or describe a value instead of being one, in lower case.
#[rustfmt::skip]
pub(crate) const STAND_INS: &[&str] = &[
    "string", "str", "none", "null", "nil", "true", "false", "undefined", "required", "optional", "password",
    "passwd", "pass", "passphrase", "passwort", "kennwort", "secret", "token", "apikey", "api_key", "value",
    "any", "text", "hidden", "varchar", "char", "bool", "boolean", "int", "integer", "number", "object",
    "bytes", "option", "vec", "list", "type", "const", "let", "var", "new", "self", "this", "super", "await",
    "async", "return", "if", "else", "for", "in", "is", "not", "and", "or", "the", "a", "an", "changeme",
    "todo", "tbd", "redacted", "removed", "masked", "example", "sample", "test", "foo", "bar", "default",
    "empty", "unset", "n/a", "na", "yes", "no", "on", "off", "credential", "credentials", "basic", "bearer",
    "key", "keys", "env", "secretstr", "securestring", "field", "prompt", "input", "change", "reset", "forgot",
    "incomplete", "final", "added", "removed", "buffer", "plaintext", "peer", "name", "locked", "blank", "stored",
    "valid", "expired", "disabled", "enabled", "deprecated", "protected", "encrypted", "available", "supported",
    "unchanged", "pwd", "pasword", "password1",
    "invalid", "wrong", "incorrect", "username", "user", "login", "email",
];

/// Words in names of things that look like passphrases, as `billing-service-account01`.
#[rustfmt::skip]
pub(crate) const THINGS: &[&str] = &[
    "secret", "token", "key", "keys", "api", "app", "service", "account", "access", "auth", "prod", "dev",
    "test", "stage", "staging", "live", "user", "admin", "name", "password", "pass", "client", "server",
    "cluster", "node", "role", "cache", "config", "default", "example", "sample", "vault", "store", "group",
    "region", "deploy", "build", "host", "private", "public", "primary", "master", "session", "env", "the",
    "your", "my", "and", "for", "with", "version", "item", "index", "table", "column", "field", "value", "type",
    "string",
];
