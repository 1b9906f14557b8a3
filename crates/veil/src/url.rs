//! Whether a place in text for a reader lies inside a URL.
//!
//! A model that was talked into it can put a surrogate into a link or a picture, whose address a client then calls: were
//! it restored, the value would leave. So inside of a URL nothing is restored. Counted as URL: the target of a markdown
//! link or picture, of a reference definition (from its first character on: alone it names no host), `<scheme:…>`, what
//! follows `scheme://` and `www.`, and the values of HTML attributes that are fetched, and `url(…)`.
//!
//! Promises: one character at a time, a few words of memory, the same answer however the text is cut. Errs towards URL:
//! a link target ends with its parenthesis or line, a quoted attribute with its quotation mark only. A bare URL ends at
//! blanks and at what RFC 3986 does not allow unescaped and programs put around URLs (`"`, `<`, `>`, a grave accent), and
//! at CJK punctuation, because there no blank stands.

/// Follows the text of one lane, as its reader gets it.
#[derive(Default)]
pub(crate) struct Tracker {
    place: Place,
    previous: Option<char>,
    scheme: Scheme,
    name: Name,
    line: Line,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Text,
    /// After `](` or `url(`.
    Target { has_begun: bool, in_brackets: bool, open: u32 },
    /// After `[label]:`.
    Definition { has_begun: bool },
    /// After `scheme://`.
    Bare,
    /// After `<scheme:`.
    Autolink,
    /// After `src=`.
    Attribute,
    /// Up to this character: the other quotation mark of an attribute, or the other bracket of a definition.
    Quoted(char),
    /// Within an attribute without quotation marks.
    Unquoted,
}

/// How much of `scheme://` was read.
#[derive(Default, Clone, Copy)]
struct Scheme {
    length: u32,
    after_bracket: bool,
    has_colon: bool,
    slashes: u32,
}

/// The word before, in small letters, as far as it can be one that matters.
#[derive(Default, Clone, Copy)]
struct Name {
    letters: [u8; NAME_MAX],
    length: usize,
    is_over: bool,
}

/// How far the line can be a reference definition.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Line {
    #[default]
    Indent,
    Label {
        is_empty: bool,
    },
    LabelEnded,
    Other,
}

const NAME_MAX: usize = 10;
/// Attributes whose value a browser fetches or follows.
const ATTRIBUTES: [&[u8]; 5] = [b"href", b"src", b"srcset", b"poster", b"formaction"];

impl Tracker {
    /// True when what comes next stands inside a URL.
    pub(crate) const fn is_inside(&self) -> bool {
        !matches!(self.place, Place::Text | Place::Definition { has_begun: false })
    }

    /// Takes the next character.
    pub(crate) fn read(&mut self, character: char) {
        let line_before = self.line;
        self.line = line_before.after(character);
        self.place = match self.place {
            Place::Text => self.text(character, line_before),
            Place::Bare if self.previous == Some(']') && character == '(' => Place::TARGET,
            Place::Bare if ends_bare(character) => self.text_again(character),
            Place::Target { has_begun, in_brackets, open } => {
                self.target(character, has_begun, in_brackets, open)
            }
            Place::Definition { has_begun: false } if character == '<' => Place::Quoted('>'),
            Place::Definition { has_begun } if character.is_whitespace() => {
                if has_begun {
                    self.text_again(character)
                } else {
                    self.place
                }
            }
            Place::Definition { .. } => Place::Definition { has_begun: true },
            Place::Autolink if matches!(character, '<' | '>') || character.is_whitespace() => {
                self.text_again(character)
            }
            Place::Attribute => match character {
                '"' | '\'' => Place::Quoted(character),
                _ if character.is_whitespace() => Place::Attribute,
                '>' => self.text_again(character),
                _ => Place::Unquoted,
            },
            Place::Quoted(mark) if character == mark => self.text_again(character),
            Place::Unquoted if character == '>' || character.is_whitespace() => self.text_again(character),
            place => place,
        };
        self.previous = Some(character);
    }

    fn text(&mut self, character: char, line_before: Line) -> Place {
        let opens = character == '(' && (self.previous == Some(']') || self.name.is_just_before(b"url"));
        let assigns = character == '=' && ATTRIBUTES.iter().any(|name| self.name.is(name));
        let begins_host = character == '.' && self.name.is_just_before(b"www");
        self.name.read(character);
        let scheme = self.scheme.read(character, self.previous);
        match () {
            () if line_before == Line::LabelEnded && character == ':' => {
                Place::Definition { has_begun: false }
            }
            () if opens => Place::TARGET,
            () if assigns => Place::Attribute,
            () if begins_host => Place::Bare,
            () => scheme.unwrap_or(Place::Text),
        }
    }

    /// The place after a character that ends a URL and is text again.
    fn text_again(&mut self, character: char) -> Place {
        self.scheme = Scheme::default();
        self.name = Name::default();
        self.previous = None;
        self.text(character, Line::Other)
    }

    fn target(&mut self, character: char, has_begun: bool, in_brackets: bool, open: u32) -> Place {
        let is_escaped = self.previous == Some('\\');
        match character {
            _ if !has_begun && character.is_whitespace() => self.place,
            '\n' => self.text_again(character),
            '<' if !has_begun => Place::Target { has_begun: true, in_brackets: true, open },
            '>' if in_brackets && !is_escaped => Place::Target { has_begun, in_brackets: false, open },
            '(' if !in_brackets && !is_escaped => {
                Place::Target { has_begun: true, in_brackets, open: open.saturating_add(1) }
            }
            ')' if !in_brackets && !is_escaped => match open.checked_sub(1) {
                Some(open) => Place::Target { has_begun, in_brackets, open },
                None => self.text_again(character),
            },
            _ => Place::Target { has_begun: true, in_brackets, open },
        }
    }
}

impl Place {
    const TARGET: Self = Self::Target { has_begun: false, in_brackets: false, open: 0 };
}

impl Scheme {
    /// Takes a character; gives the URL that it begins.
    fn read(&mut self, character: char, previous: Option<char>) -> Option<Place> {
        match character {
            'a'..='z' | 'A'..='Z' if !self.has_colon => {
                if self.length == 0 {
                    self.after_bracket = previous == Some('<');
                }
                self.length = self.length.saturating_add(1);
            }
            '0'..='9' | '+' | '-' | '.' if self.length > 0 && !self.has_colon => {
                self.length = self.length.saturating_add(1)
            }
            ':' if self.length > 1 && self.after_bracket && !self.has_colon => {
                *self = Self::default();
                return Some(Place::Autolink);
            }
            ':' if self.length > 0 && !self.has_colon => self.has_colon = true,
            '/' if self.has_colon => {
                self.slashes += 1;
                if self.slashes == 2 {
                    *self = Self::default();
                    return Some(Place::Bare);
                }
            }
            // Some programs escape slashes, some clients read them as slashes.
            '\\' if self.has_colon => {}
            'a'..='z' | 'A'..='Z' => *self = Self { length: 1, ..Self::default() },
            _ => *self = Self::default(),
        }
        None
    }
}

impl Name {
    fn read(&mut self, character: char) {
        if character.is_ascii_alphanumeric() || character == '_' {
            if self.is_over {
                *self = Self::default();
            }
            if let Some(place) = self.letters.get_mut(self.length) {
                *place = (character as u8).to_ascii_lowercase();
            }
            self.length = self.length.saturating_add(1);
        } else if matches!(character, ' ' | '\t' | '\n' | '\r') {
            self.is_over = true;
        } else {
            *self = Self::default();
        }
    }

    fn is_just_before(&self, name: &[u8]) -> bool {
        !self.is_over && self.is(name)
    }

    fn is(&self, name: &[u8]) -> bool {
        self.letters.get(..self.length) == Some(name)
    }
}

impl Line {
    const fn after(self, character: char) -> Self {
        match (self, character) {
            (_, '\n') => Self::Indent,
            // Also within quotations and lists.
            (Self::Indent, ' ' | '\t' | '>' | '-' | '*' | '+' | '.' | ')' | '0'..='9') => Self::Indent,
            (Self::Indent, '[') => Self::Label { is_empty: true },
            // `[^1]:` begins a footnote, whose text is text.
            (Self::Label { is_empty: true }, '^' | ']') => Self::Other,
            (Self::Label { .. }, ']') => Self::LabelEnded,
            (Self::Label { .. }, _) => Self::Label { is_empty: false },
            _ => Self::Other,
        }
    }
}

fn ends_bare(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '"' | '<' | '>' | '`' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}'
            | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `@` stands where the question is asked.
    fn check(text: &str, inside: bool) {
        let mut tracker = Tracker::default();
        let (before, _) = text.split_once('@').unwrap();
        before.chars().for_each(|character| tracker.read(character));
        assert_eq!(tracker.is_inside(), inside, "{text}");
    }

    #[test]
    fn places_inside_of_urls() {
        for text in [
            "[a](@",
            "[a](https://x/@)",
            "![a]( \n <https://x/ y@>)",
            "[a](x(y)@)",
            "[a](x \"t@\")",
            "[a](<x\\>)@",
            "h2c://x@",
            "a:b://@",
            "[a](x\\)@)",
            "[a]: https://x/@",
            "> [a]:\n  x@",
            "1. [a]: //x/@",
            "[a]: <x y",
            "<https:@",
            "<mailto:@",
            "see https://x/@",
            "见https://x/@",
            "x=https://x?q=@",
            "ftp+x://@",
            "https:\\/\\/x/@",
            "www.x.com/@",
            "<img src=\"x y@",
            "<a HREF = 'x@",
            "src=x@",
            "src=@",
            "srcset=\"a 1x, @",
            "xlink:href=\"@",
            "data-src='@",
            "url(@",
            "url('x@",
            "[https://a](b@",
            "[a](x)[b](@",
            "(https://x/@",
            "[![a](b)](@",
            "https://x/\u{200b}@",
            "src=\\\"x@",
        ] {
            let text = if text.contains('@') { text.to_owned() } else { format!("{text}@") };
            check(&text, true);
        }
    }

    #[test]
    fn places_outside_of_urls() {
        for text in [
            "@",
            "a (b @",
            "[a] (@",
            "[a](b) @",
            "[a](b)@",
            "[@](b)",
            "[a]: @",
            "[a]: x @",
            "[^1]: x @",
            "a [b]: x@",
            "https: //@",
            "https:/@",
            "https://x @",
            "\"https://x\",\"@",
            "<https://x>@",
            "https://x。@",
            "https://x\n@",
            "<b>@",
            "a < b: @",
            "mailto:@",
            "<img alt=\"@",
            "<img src=\"x\" alt=\"@",
            "src=x @",
            "source=@",
            "img_src = @",
            "curl (@",
            "[a](b\n@",
            "C:\\dir\\@",
            "a:/b/@",
            "url (@",
            "`https://x`@",
            "10:30 / 11 // @",
            "[]: x@",
            "www @",
        ] {
            check(text, false);
        }
    }
}
