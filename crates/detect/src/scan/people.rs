//! Names that something behind them gives away: an address in angle brackets, a Chinese title.

use aho_corasick::{AhoCorasick, Input as Search};
use std::sync::LazyLock;

use types::ByteSpan;

use crate::blocks::BLOCK_BYTES;
use crate::edges;
use crate::read::names::{self, NameWords};
use crate::scan::{Emit, email};

/// Titles that follow a Chinese name.
const HAN_TITLES: [&str; 24] = [
    "先生",
    "女士",
    "小姐",
    "老师",
    "医生",
    "教授",
    "同学",
    "经理",
    "太太",
    "夫人",
    "博士",
    "律师",
    "主任",
    "总经理",
    "董事长",
    "院长",
    "校长",
    "大夫",
    "老師",
    "醫生",
    "經理",
    "律師",
    "總經理",
    "董事長",
];

static TITLES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(HAN_TITLES).ok());

/// Reports `before_address` and `before_han_title`.
pub(crate) fn scan(text: &str, words: &NameWords, emit: &mut Emit<'_>) {
    for at in memchr::memchr_iter(b'@', text.as_bytes()) {
        let Some(address) = email::address_at(text, at) else { continue };
        if let Some(name) = name_beside(text, address, words) {
            emit("before_address", name);
        }
    }
    let Some(titles) = TITLES.as_ref() else { return };
    for part in parts_with_han(text) {
        for title in titles.find_iter(Search::new(text).range(part.start..part.end)) {
            if let Some(name) = names::han_name_before(text, title.start(), words) {
                emit("before_han_title", name);
            }
        }
    }
}

/// The parts of a text in which Chinese characters stand, told by their first bytes: titles lie within one. The ends may lie within
/// a character.
fn parts_with_han(text: &str) -> Vec<ByteSpan> {
    let mut parts: Vec<ByteSpan> = Vec::new();
    for (index, block) in text.as_bytes().chunks(BLOCK_BYTES).enumerate() {
        if !block.iter().fold(false, |any, b| any | (0xE4..=0xE9).contains(b)) {
            continue;
        }
        let start = index * BLOCK_BYTES;
        // The last character may end in the next block.
        let end = (start + BLOCK_BYTES + 2).min(text.len());
        match parts.last_mut() {
            Some(last) if last.end >= start => last.end = end,
            _ => parts.push(ByteSpan::new(start, end)),
        }
    }
    parts
}

/// `Name <address>`, `"Name" <address>`, `Name - address`, `Name (address)`.
fn name_beside(text: &str, address: ByteSpan, words: &NameWords) -> Option<ByteSpan> {
    let from = edges::floor(text, address.start.saturating_sub(8));
    let before = text.get(from..address.start)?;
    let gap = [" <", "\" <", "' <", " - ", " (", " | "].iter().find(|gap| before.ends_with(*gap))?;
    names::name_before(text, address.start - gap.len(), words)
}
