//! Readers: values whose end no regular expression can tell, read from where an introduction ends.
//!
//! A pattern with a reader matches the introduction (`password = `, `Dear `); the reader says where the value after it ends,
//! or that there is none. Promises: linear time, never past a quotation mark that closes the value, never half of a value.

pub(crate) mod names;
pub(crate) mod secrets;
mod stand_in_words;
pub(crate) mod stand_ins;

use types::ByteSpan;

use names::NameWords;

/// How a value is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// The value of something that is called a password: anything but a template.
    Password,
    /// The value of something that may be called a key or token for many reasons: must be random.
    Key,
    /// The value of something that is called an API key, a secret or an access token: identifiers and passphrases too.
    Secret,
    /// The value of something that may be called a password for many reasons: must look like one.
    MixedPassword,
    /// The word after "my password is": must look unlike prose.
    PasswordInProse,
    /// The word after "the password of the router is": must hold more than letters.
    PasswordAfterWords,
    /// One or more name words.
    Name,
    /// At least two name words.
    FullName,
    /// Two name words, or family name, comma, given name: behind a label.
    LabelledName,
    /// A name that fills its line, as under a letter.
    NameLine,
    /// A Chinese name.
    HanName,
}

const READERS: &[(&str, Reader)] = &[
    ("password", Reader::Password),
    ("key", Reader::Key),
    ("secret", Reader::Secret),
    ("mixed_password", Reader::MixedPassword),
    ("password_in_prose", Reader::PasswordInProse),
    ("password_after_words", Reader::PasswordAfterWords),
    ("name", Reader::Name),
    ("full_name", Reader::FullName),
    ("labelled_name", Reader::LabelledName),
    ("name_line", Reader::NameLine),
    ("han_name", Reader::HanName),
];

impl Reader {
    /// The reader of this name.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        READERS.iter().find(|(known, _)| *known == name).map(|(_, reader)| *reader)
    }

    /// The names of all readers, for the hint of an error.
    pub(crate) fn names() -> String {
        READERS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    /// The value that begins at `at`, after an introduction.
    pub(crate) fn value_at(self, text: &str, at: usize, words: &NameWords) -> Option<ByteSpan> {
        match self {
            Self::Password => secrets::password_at(text, at),
            Self::Key => secrets::key_at(text, at, stand_ins::is_key_value),
            Self::Secret => secrets::key_at(text, at, stand_ins::is_secret_value),
            Self::MixedPassword => secrets::mixed_password_at(text, at, stand_ins::is_key_value),
            Self::PasswordInProse => secrets::password_in_prose_at(text, at),
            Self::PasswordAfterWords => secrets::password_in_prose_at(text, at)
                .filter(|value| value.of(text).is_some_and(stand_ins::is_typed_by_people)),
            Self::Name => names::name_at(text, at, 1, words),
            Self::FullName => names::name_at(text, at, 2, words),
            Self::LabelledName => names::labelled_name_at(text, at, words),
            Self::NameLine => names::name_line_at(text, at, words),
            Self::HanName => names::han_name_at(text, at, words),
        }
    }

    /// The value if the whole text is one, under a JSON member whose name is the introduction.
    pub(crate) fn whole(self, text: &str, words: &NameWords) -> Option<ByteSpan> {
        let start = text.len() - text.trim_start().len();
        let end = text.trim_end().len();
        if start >= end {
            return None;
        }
        let value = text.get(start..end)?;
        let span = ByteSpan::new(start, end);
        let accepted = match self {
            Self::Password | Self::PasswordInProse | Self::PasswordAfterWords => {
                !stand_ins::stands_for_nothing(value)
                    && !stand_ins::is_unspaced_words(value)
                    && !stand_ins::is_paragraph(value)
            }
            Self::Key | Self::MixedPassword => stand_ins::is_key_value(value),
            Self::Secret => stand_ins::is_secret_value(value),
            Self::Name | Self::FullName | Self::LabelledName | Self::NameLine | Self::HanName => {
                return self.value_at(text, start, words).filter(|name| name.end == end);
            }
        };
        accepted.then_some(span)
    }
}
