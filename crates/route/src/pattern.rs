//! Model name patterns: text in which `*` stands for any run of characters.

/// A pattern such as `gpt-*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelPattern(String);

impl ModelPattern {
    /// A pattern of this text.
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// True when the whole name fits. Linear in name and pattern: greedy matching with one point of return.
    pub fn matches(&self, name: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(first) = parts.next() else { return false };
        let Some(mut rest) = name.strip_prefix(first) else { return false };
        let mut tail: Vec<&str> = parts.collect();
        let Some(last) = tail.pop() else { return rest.is_empty() };
        for part in tail {
            match rest.find(part).and_then(|at| rest.get(at + part.len()..)) {
                Some(after) => rest = after,
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text_and_nothing_else_does() {
        for (pattern, name, fits) in [
            ("gpt-*", "gpt-5", true),
            ("gpt-*", "gpt", false),
            ("*", "", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1c2b", false),
            ("m", "m", true),
            ("m", "mm", false),
            ("m.*", "mx1", false),
        ] {
            assert_eq!(ModelPattern::new(pattern).matches(name), fits, "{pattern} {name}");
        }
    }
}
