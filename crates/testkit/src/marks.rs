//! Marks in scripts: `⟦v1⟧` is a value, `⟦s1⟧` the surrogate that the mock got in its place, `⟦s1|a⟧` and `⟦s1|b⟧` its
//! halves, `⟦fill:TEXT*N⟧` a text N times, `⟦appkey⟧` and `⟦providerkey⟧` the credentials of the run.
//!
//! A surrogate is learned where it stands: in the string that the script writes as `1: ⟦v1⟧`, at the same place of the
//! body that the mock got, between the same literal texts. So nothing here knows how a surrogate looks.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Trouble;

/// What marks of one script stand for.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    values: Vec<String>,
    words: BTreeMap<String, String>,
    limit_bytes: u64,
    /// Strings of the request with a value mark, by their place.
    templates: Vec<(String, Vec<Piece>)>,
    surrogates: BTreeMap<usize, String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Value(usize),
}

impl Marks {
    /// For these values (the first is `⟦v1⟧`), words such as `appkey`, and the limit that `LIMIT` stands for.
    pub fn new(values: Vec<String>, words: BTreeMap<String, String>, limit_bytes: u64) -> Self {
        Self { values, words, limit_bytes, ..Self::default() }
    }

    /// Remembers where the values stand in this request body, written with marks.
    pub fn watch(&mut self, body: &Value) {
        self.templates = leaves(body)
            .into_iter()
            .filter(|(_, text)| text.contains("⟦v"))
            .map(|(place, text)| (place, pieces(&text)))
            .collect();
    }

    /// Learns surrogates from a body that the mock got. What is known already stays.
    pub fn learn(&mut self, body: &Value) {
        for (place, template) in &self.templates {
            let Some(got) = body.pointer(place).and_then(Value::as_str) else { continue };
            for (number, text) in matched(template, got) {
                self.surrogates.entry(number).or_insert(text);
            }
        }
    }

    /// Forgets all surrogates.
    pub fn forget(&mut self) {
        self.surrogates.clear();
    }

    /// The surrogates learned, by number.
    pub const fn surrogates(&self) -> &BTreeMap<usize, String> {
        &self.surrogates
    }

    /// The values.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// `text` with each mark replaced by what it stands for.
    pub fn expand(&self, text: &str) -> Result<String, Trouble> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('⟦') {
            out.push_str(before);
            let Some((mark, behind)) = after.split_once('⟧') else {
                return Err(Trouble::new("a mark begins and does not end"));
            };
            match self.meaning(mark)? {
                Some(meaning) => out.push_str(&meaning),
                None => {
                    out.push('⟦');
                    out.push_str(mark);
                    out.push('⟧');
                }
            }
            rest = behind;
        }
        out.push_str(rest);
        Ok(out)
    }

    /// A JSON value with the marks of all its strings replaced. Names of members are left.
    pub fn expand_json(&self, value: &Value) -> Result<Value, Trouble> {
        Ok(match value {
            Value::String(text) => match embedding(text) {
                Some((count, width)) => embeddings(count, width),
                None => Value::String(self.expand(text)?),
            },
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.expand_json(item)).collect::<Result<_, _>>()?)
            }
            Value::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|(name, member)| Ok((name.clone(), self.expand_json(member)?)))
                    .collect::<Result<_, Trouble>>()?,
            ),
            other => other.clone(),
        })
    }

    /// The only filling of a body, as (before, filling, times, after), for bodies that are too large to hold.
    pub fn streamed(&self, body: &Value) -> Result<(String, String, u64, String), Trouble> {
        let text = serde_json::to_string(body)?;
        let (before, after) =
            text.split_once("⟦fill:").ok_or_else(|| Trouble::new("a body to be streamed has no filling"))?;
        let (mark, behind) =
            after.split_once('⟧').ok_or_else(|| Trouble::new("a mark begins and does not end"))?;
        let (filling, times) =
            mark.rsplit_once('*').ok_or_else(|| Trouble::new("a filling says not how often"))?;
        Ok((before.to_owned(), filling.to_owned(), self.count(times)?, behind.to_owned()))
    }

    fn meaning(&self, mark: &str) -> Result<Option<String>, Trouble> {
        if let Some(word) = self.words.get(mark) {
            return Ok(Some(word.clone()));
        }
        if let Some(filling) = mark.strip_prefix("fill:") {
            let Some((text, times)) = filling.rsplit_once('*') else {
                return Err(Trouble::new(format!("the filling `{mark}` says not how often")));
            };
            let times = usize::try_from(self.count(times)?).unwrap_or(usize::MAX);
            return Ok(Some(text.repeat(times)));
        }
        if let Some(number) = mark.strip_prefix('v').and_then(|digits| digits.parse::<usize>().ok()) {
            return number
                .checked_sub(1)
                .and_then(|index| self.values.get(index))
                .map(|value| Some(value.clone()))
                .ok_or_else(|| Trouble::new(format!("the script has no value {number}")));
        }
        let Some(name) = mark.strip_prefix('s') else { return Ok(None) };
        let (digits, half) = match name.split_once('|') {
            Some((digits, half)) => (digits, Some(half)),
            None => (name, None),
        };
        let Ok(number) = digits.parse::<usize>() else { return Ok(None) };
        let surrogate = self.surrogates.get(&number).ok_or_else(|| {
            Trouble::new(format!("no surrogate for value {number} was seen in what the mock got"))
        })?;
        let middle = surrogate.chars().count() / 2;
        Ok(Some(match half {
            None => surrogate.clone(),
            Some("a") => surrogate.chars().take(middle).collect(),
            Some(_) => surrogate.chars().skip(middle).collect(),
        }))
    }

    fn count(&self, text: &str) -> Result<u64, Trouble> {
        let mut sum = 0_u64;
        for part in text.split('+') {
            let number = if part == "LIMIT" { Some(self.limit_bytes) } else { part.parse().ok() };
            let number = number.ok_or_else(|| Trouble::new(format!("`{text}` does not say how often")))?;
            sum = sum.saturating_add(number);
        }
        Ok(sum)
    }
}

/// All string leaves of a JSON value with their places (JSON pointers).
pub fn leaves(value: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(value, &mut String::new(), &mut found);
    found
}

fn collect(value: &Value, place: &mut String, found: &mut Vec<(String, String)>) {
    let length = place.len();
    match value {
        Value::String(text) => found.push((place.clone(), text.clone())),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                place.push_str(&format!("/{index}"));
                collect(item, place, found);
                place.truncate(length);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                place.push('/');
                place.push_str(&name.replace('~', "~0").replace('/', "~1"));
                collect(member, place, found);
                place.truncate(length);
            }
        }
        _ => {}
    }
}

/// Splits a text with marks into literals and values. A value counts where the text says which it is: `1: ⟦v1⟧`.
fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('⟦') {
        literal.push_str(before);
        let Some((mark, behind)) = after.split_once('⟧') else { break };
        let number = mark.strip_prefix('v').and_then(|digits| digits.parse::<usize>().ok());
        match number {
            Some(number) => {
                found.push(Piece::Literal(std::mem::take(&mut literal)));
                found.push(Piece::Value(number));
            }
            None => literal.push_str(&format!("⟦{mark}⟧")),
        }
        rest = behind;
    }
    literal.push_str(rest);
    found.push(Piece::Literal(literal));
    found
}

/// What stands for each named value in `got`.
fn matched(template: &[Piece], got: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut rest = got;
    let mut pending: Option<(usize, bool)> = None;
    let mut last_literal = "";
    for (at, piece) in template.iter().enumerate() {
        match piece {
            Piece::Value(number) => {
                let named = last_literal.ends_with(&format!("{number}: "));
                pending = Some((*number, named));
            }
            Piece::Literal(literal) => {
                last_literal = literal;
                let is_last = at.saturating_add(1) == template.len();
                let split = match (pending, literal.is_empty() && is_last) {
                    (None, _) => rest.strip_prefix(literal.as_str()).map(|after| ("", after)),
                    (Some(_), true) => Some((rest, "")),
                    (Some(_), false) => rest.split_once(literal.as_str()),
                };
                let Some((before, after)) = split else { return found };
                if let Some((number, true)) = pending.take() {
                    found.push((number, before.to_owned()));
                }
                rest = after;
            }
        }
    }
    found
}

fn embedding(text: &str) -> Option<(usize, usize)> {
    let inner = text.strip_prefix("⟦fill:embedding*")?.strip_suffix('⟧')?;
    let (count, width) = inner.split_once('*')?;
    Some((count.parse().ok()?, width.parse().ok()?))
}

fn embeddings(count: usize, width: usize) -> Value {
    let numbers: Vec<Value> = (0..width).map(|i| Value::from(i as f64 / 1024.0)).collect();
    (0..count)
        .map(|index| serde_json::json!({"object": "embedding", "index": index, "embedding": numbers}))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn marks() -> Marks {
        let mut marks = Marks::new(vec!["Ilse V".into(), "i@x.invalid".into()], BTreeMap::new(), 5);
        marks.watch(&json!({"m": [{"c": "1: ⟦v1⟧\n2: ⟦v2⟧"}], "other": "⟦v2⟧ and ⟦v1⟧"}));
        marks.learn(&json!({"m": [{"c": "1: PERSON_AB\n2: EMAIL_QR"}], "other": "EMAIL_QR and PERSON_AB"}));
        marks
    }

    #[test]
    fn surrogates_are_learned_where_the_script_names_the_value() {
        assert_eq!(marks().expand("⟦s1⟧ ⟦s2|a⟧+⟦s2|b⟧ ⟦v1⟧").unwrap(), "PERSON_AB EMAI+L_QR Ilse V");
    }

    #[test]
    fn fillings_and_unknown_marks_are_told_apart() {
        assert_eq!(marks().expand("⟦fill:ab*LIMIT+1⟧ ⟦other⟧").unwrap(), "abababababab ⟦other⟧");
        assert!(marks().expand("⟦s3⟧").is_err());
        assert!(marks().expand("⟦v3⟧").is_err());
    }

    #[test]
    fn leaves_carry_json_pointers() {
        let value = json!({"a/b": ["x", {"c~": "y"}], "n": 1});
        let found = leaves(&value);
        assert_eq!(found, [("/a~1b/0".into(), "x".into()), ("/a~1b/1/c~0".into(), "y".into())]);
        assert!(found.iter().all(|(place, text)| value.pointer(place).unwrap() == text));
    }
}
