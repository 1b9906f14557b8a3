//! Patterns with `*`: of models, where it stands for any text, and of hosts, where it stays between two dots.

/// True where a name has the form of a pattern, whatever the case.
pub(crate) fn is_like(name: &str, pattern: &str) -> bool {
    matches(&name.to_ascii_lowercase(), &pattern.to_ascii_lowercase())
}

/// True where a host has the form of a pattern: as many labels, each like its own.
pub(crate) fn is_host_like(host: &str, pattern: &str) -> bool {
    host.split('.').count() == pattern.split('.').count()
        && host.split('.').zip(pattern.split('.')).all(|(label, pattern)| matches(label, pattern))
}

fn matches(name: &str, pattern: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return name == pattern };
    let Some(mut left) = name.strip_prefix(head) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        // The leftmost place leaves the most for what follows, so that no other has to be tried.
        match left.find(part).and_then(|at| left.get(at + part.len()..)) {
            Some(after) => left = after,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text_in_a_model_and_stays_in_its_label_in_a_host() {
        for (name, pattern, fits) in [
            ("gpt-5", "gpt-5", true),
            ("gpt-5-mini", "gpt-5", false),
            ("Claude-Fable-5-20260609", "claude-fable-5*", true),
            ("us.anthropic.claude-fable-5", "*claude-fable-5*", true),
            ("abab", "a*b*b", true),
            ("ab", "a*b*b", false),
            ("labs", "labs*", true),
        ] {
            assert_eq!(is_like(name, pattern), fits, "{name} {pattern}");
        }
        for (host, pattern, fits) in [
            ("bedrock-runtime.eu-west-1.amazonaws.com", "bedrock-runtime.*.amazonaws.com", true),
            ("bedrock-runtime.evil.example.amazonaws.com", "bedrock-runtime.*.amazonaws.com", false),
            ("house.openai.azure.com", "*.openai.azure.com", true),
            ("house.openai.azure.com.evil.example", "*.openai.azure.com", false),
            ("europe-west4-aiplatform.googleapis.com", "*-aiplatform.googleapis.com", true),
        ] {
            assert_eq!(is_host_like(host, pattern), fits, "{host} {pattern}");
        }
    }
}
