//! Values that must not be printed: originals and keys.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

macro_rules! secret_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Zeroize, ZeroizeOnDrop)]
        pub struct $name(String);

        impl $name {
            /// Takes the text in.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text. Every use of this is a place where it could leak.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
            }
        }

        impl Eq for $name {}

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({} bytes)", stringify!($name), self.0.len())
            }
        }
    };
}

secret_text! {
    /// A real value that was found in a request. Zeroed when dropped; compared in constant time.
    Original
}

secret_text! {
    /// The real credential of an account at a provider. Zeroed when dropped; compared in constant time.
    ProviderKey
}

secret_text! {
    /// The virtual key of an app, as the client sent it. Zeroed when dropped; compared in constant time.
    AppKey
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_print() {
        let shown = format!(
            "{:?} {:?} {:?}",
            Original::new("canary"),
            ProviderKey::new("canary"),
            AppKey::new("canary")
        );
        assert_eq!(shown, "Original(6 bytes) ProviderKey(6 bytes) AppKey(6 bytes)");
    }
}
