//! Names that something behind them gives away: an address in angle brackets, a Chinese title.

use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

use types::ByteSpan;

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
    if !has_han(text) {
        return;
    }
    if let Some(titles) = TITLES.as_ref() {
        for title in titles.find_iter(text) {
            if let Some(name) = names::han_name_before(text, title.start(), words) {
                emit("before_han_title", name);
            }
        }
    }
}

/// False for a text without Chinese characters, told by their first bytes.
fn has_han(text: &str) -> bool {
    let is_lead = |b: &u8| (0xE4..=0xE9).contains(b);
    text.as_bytes().chunks(64).any(|block| block.iter().fold(false, |any, b| any | is_lead(b)))
}

/// `Name <address>`, `"Name" <address>`, `Name - address`, `Name (address)`.
fn name_beside(text: &str, address: ByteSpan, words: &NameWords) -> Option<ByteSpan> {
    let from = edges::floor(text, address.start.saturating_sub(8));
    let before = text.get(from..address.start)?;
    let gap = [" <", "\" <", "' <", " - ", " (", " | "].iter().find(|gap| before.ends_with(*gap))?;
    names::name_before(text, address.start - gap.len(), words)
}
