//! Names of people of the same script, from small lists.
//!
//! Family names and single names are invented or very rare, so that a real person of such a name is not taken for a
//! surrogate. A single name never comes from the lists of whole names: a model that shortens a whole name then writes
//! nothing that stands for somebody else. What it shortens is not restored: that is the price of this form.

/// The script and build of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Two or more Latin words.
    Latin,
    /// One Latin word.
    LatinSingle,
    /// Two to four Han characters.
    Han,
    /// Kana.
    Kana,
    /// Two to four Hangul syllables.
    Hangul,
}

impl Style {
    /// True where words are set apart by blanks.
    pub(crate) const fn is_latin(self) -> bool {
        matches!(self, Self::Latin | Self::LatinSingle)
    }

    const fn lists(self) -> (&'static [&'static str], &'static str, &'static [&'static str]) {
        match self {
            Self::Latin => (&LATIN_GIVEN, " ", &LATIN_FAMILY),
            Self::LatinSingle => (&LATIN_SINGLE, "", &[""]),
            Self::Han => (&HAN_FAMILY, "", &HAN_GIVEN),
            Self::Kana => (&KANA_FAMILY, "", &KANA_GIVEN),
            Self::Hangul => (&HANGUL_FAMILY, "", &HANGUL_GIVEN),
        }
    }
}

const ALL: [Style; 5] = [Style::Latin, Style::LatinSingle, Style::Han, Style::Kana, Style::Hangul];

const LATIN_GIVEN: [&str; 40] = [
    "Alina", "Benno", "Carla", "Dario", "Edith", "Fabio", "Greta", "Hanno", "Irene", "Jonas", "Klara",
    "Lukas", "Marta", "Nils", "Olga", "Pavel", "Quentin", "Rosa", "Silas", "Tilda", "Udo", "Vera", "Wanda",
    "Xaver", "Yvonne", "Zeno", "Amelie", "Boris", "Celine", "Doris", "Emil", "Flora", "Gustav", "Helen",
    "Igor", "Judith", "Kaspar", "Leona", "Milan", "Nora",
];
const LATIN_FAMILY: [&str; 40] = [
    "Averdonk",
    "Bramholt",
    "Calverin",
    "Dostrander",
    "Elmquarth",
    "Fennimoor",
    "Garvestad",
    "Holtwick",
    "Ivarsund",
    "Jarnbeck",
    "Kestrup",
    "Lindhorne",
    "Marwitzer",
    "Norrveld",
    "Ostermoor",
    "Pellmont",
    "Quastrow",
    "Ravensby",
    "Sundmark",
    "Tarnhelm",
    "Ulvestam",
    "Varnholt",
    "Westrup",
    "Yarrowin",
    "Zellmark",
    "Arnstedde",
    "Brockwin",
    "Corvendal",
    "Dunmarrow",
    "Estermann-Vogt",
    "Farnlund",
    "Grimsvold",
    "Hallandry",
    "Isenmark",
    "Kjelstrup",
    "Lorvigny",
    "Mondrath",
    "Nettelhof",
    "Orlamond",
    "Priestholm",
];
const LATIN_SINGLE: [&str; 40] = [
    "Avenor", "Brisgard", "Caldwen", "Dorvane", "Elstrid", "Fennoral", "Gorvena", "Hestrid", "Ilvane",
    "Jorveld", "Kelmara", "Lorvane", "Mervold", "Nalvena", "Orstrand", "Pelvira", "Quorind", "Ravelda",
    "Selmund", "Torvena", "Ulvane", "Vestrid", "Wolvane", "Xelmar", "Yrsold", "Zelvane", "Arvenna",
    "Belstrid", "Corvane", "Delmund", "Erivold", "Farvena", "Gelstrid", "Helvane", "Isvold", "Jelmara",
    "Korvena", "Lestrid", "Melvane", "Nestrold",
];
const HAN_FAMILY: [&str; 24] = [
    "鄢", "宓", "荀", "郗", "昝", "亓", "滑", "訾", "逄", "贲", "郏", "麴", "璩", "逯", "郜", "晁", "佘",
    "仉", "厍", "爨", "奚", "闵", "窦", "岑",
];
const HAN_GIVEN: [&str; 30] = [
    "若溪", "景澄", "云笙", "知遥", "清梧", "砚秋", "予棠", "书珩", "映岚", "怀瑾", "语禾", "星阑", "望舒",
    "疏桐", "临渊", "沐筠", "听澜", "修竹", "青砚", "栖迟", "鹤鸣", "暮雪", "南乔", "照野", "枕流", "霁月",
    "漱石", "折柳", "松雪", "归棹",
];
const KANA_FAMILY: [&str; 16] = [
    "ミナヅキ",
    "カザハヤ",
    "ツキシロ",
    "アマミネ",
    "クレハラ",
    "シノノメ",
    "トキワギ",
    "ヒムロ",
    "フジナミ",
    "ヤクモ",
    "ワカクサ",
    "サエグサ",
    "ナルカミ",
    "オボロヤ",
    "コトヒラ",
    "ユキムラ",
];
const KANA_GIVEN: [&str; 16] = [
    "レイジ",
    "シオン",
    "カエデ",
    "トワ",
    "ヒビキ",
    "アオイ",
    "ミツル",
    "ユズハ",
    "ナギサ",
    "ソウタ",
    "リツカ",
    "ハヤテ",
    "コハク",
    "イブキ",
    "マシロ",
    "チトセ",
];
const HANGUL_FAMILY: [&str; 16] = [
    "제갈", "남궁", "독고", "선우", "황보", "사공", "서문", "동방", "표", "여", "탁", "옥", "연", "길", "왕",
    "모",
];
const HANGUL_GIVEN: [&str; 20] = [
    "하율", "다온", "가람", "새론", "노을", "미르", "한결", "은솔", "라온", "보람", "초롱", "바다", "누리",
    "아름", "슬기", "해솔", "나래", "이든", "마루", "단비",
];

pub(crate) fn style_of(value: &str) -> Option<Style> {
    let joins = |c: char| matches!(c, ' ' | '-' | '\'' | '’' | '.' | '·' | '・');
    let letters = || value.chars().filter(|c| !joins(*c));
    let count = letters().count();
    if count == 0 {
        return None;
    }
    if letters().all(is_latin_letter) {
        return Some(if value.trim().contains(' ') { Style::Latin } else { Style::LatinSingle });
    }
    let dense =
        |belongs: fn(char) -> bool, most: usize| letters().all(belongs) && (2..=most).contains(&count);
    if dense(|c| matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'), 4) {
        Some(Style::Han)
    } else if dense(|c| matches!(c, '\u{3041}'..='\u{30ff}'), 16) {
        Some(Style::Kana)
    } else if dense(|c| matches!(c, '\u{ac00}'..='\u{d7a3}'), 4) {
        Some(Style::Hangul)
    } else {
        None
    }
}

pub(crate) const fn size(style: Style) -> u64 {
    let (first, _, second) = style.lists();
    first.len() as u64 * second.len() as u64
}

pub(crate) fn value(style: Style, index: u64) -> Option<String> {
    let (first, between, second) = style.lists();
    let index = usize::try_from(index).ok()?;
    let head = first.get(index / second.len().max(1))?;
    let tail = second.get(index % second.len().max(1))?;
    Some([head, between, tail].concat())
}

pub(crate) fn is_of_ours(text: &str) -> bool {
    ALL.iter().any(|style| {
        let (first, between, second) = style.lists();
        first.iter().any(|head| {
            let tail = text.strip_prefix(head).and_then(|rest| rest.strip_prefix(between));
            tail.is_some_and(|tail| second.contains(&tail))
        })
    })
}

/// True for letters of Latin words.
pub(crate) const fn is_latin_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}
