//! The words of a letter around its questions, in English and Chinese.

use registry::{Day, Key, Language, Type};

/// The words in one language.
pub(super) struct Phrases {
    language: Language,
    pub(super) greeting: &'static str,
    pub(super) questions: &'static str,
    pub(super) closing: &'static str,
    pub(super) regards: &'static str,
    pub(super) form_title: &'static str,
    pub(super) form_end: &'static str,
    pub(super) form_help: &'static str,
    pub(super) form_date: &'static str,
    pub(super) form_signer: &'static str,
    pub(super) reference: &'static str,
    pub(super) no_number: &'static str,
    pub(super) conflict: &'static str,
    /// Between two things that are said.
    pub(super) or: &'static str,
}

const ENGLISH: Phrases = Phrases {
    language: Language::English,
    greeting: "Dear Sir or Madam,",
    questions: "Our questions",
    closing: "If a document answers a question, please name the passage and enclose the document or tell us where it is published. We keep \
              your answer with its date as part of our records under Articles 24 and 30 GDPR, and base on it which data we send to you. \
              Should something change later, we would be grateful if you told us.",
    regards: "Yours faithfully",
    form_title: "Answer form",
    form_end: "End of the form",
    form_help: "Please write each answer after the colon of its line and send the form back as text. The marks in brackets help us to \
                file your answers. A line may stay empty; we then treat the point as not answered.",
    form_date: "Date of the answer (year-month-day, for example 2026-12-03)",
    form_signer: "Name and function of the person who answers for your company",
    reference: "Our reference (please leave it as it is)",
    no_number: "We have found no number.",
    conflict: "What we have found on this is contradictory.",
    or: " / ",
};

const CHINESE: Phrases = Phrases {
    language: Language::Chinese,
    greeting: "尊敬的先生/女士：",
    questions: "我们的问题",
    closing: "如有文件可回答上述问题，请注明具体条款，并随函附上该文件或告知其公布地址。我们将把贵方的答复连同日期作为GDPR第24条和第30条所要求的\
              记录予以保存，并据此决定向贵方发送哪些数据。如日后情况有变，敬请告知。",
    regards: "此致\n敬礼",
    form_title: "答复表",
    form_end: "答复表结束",
    form_help: "请将每项答复写在相应行的冒号之后，并以文本形式寄回本表。方括号中的标记便于我们归档。可以留空；留空的项目我们将视为未作答复。",
    form_date: "答复日期（年-月-日，例如 2026-12-03）",
    form_signer: "代表贵公司答复的人员姓名及职务",
    reference: "我方编号（请勿改动）",
    no_number: "我们未找到具体数字。",
    conflict: "我们就此找到的信息相互矛盾。",
    or: " / ",
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Phrases {
    /// The words in a language.
    pub(super) const fn of(language: Language) -> Self {
        match language {
            Language::English => ENGLISH,
            Language::Chinese => CHINESE,
        }
    }

    const fn is_chinese(&self) -> bool {
        matches!(self.language, Language::Chinese)
    }

    /// The line of the recipient.
    pub(super) fn to(&self, product: &str) -> String {
        if self.is_chinese() {
            format!("致：{product} 数据保护负责人")
        } else {
            format!("To the department for data protection and privacy of\n{product}")
        }
    }

    /// A day as it stands in a letter.
    pub(super) fn date(&self, day: Day) -> String {
        let text = day.to_string();
        let mut parts = text.split('-').map(|part| part.trim_start_matches('0'));
        let (year, month, date) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        if self.is_chinese() {
            return format!("{year}年{month}月{date}日");
        }
        let name = month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.checked_sub(1)?));
        format!("{date} {} {year}", name.copied().unwrap_or(month))
    }

    /// The subject.
    pub(super) fn subject(&self, product: &str) -> String {
        if self.is_chinese() {
            format!("关于 {product} 数据保护的询问")
        } else {
            format!("Questions on data protection: {product}")
        }
    }

    /// Why we write.
    pub(super) fn opening(
        &self,
        product: &str,
        tier: Option<&str>,
        uses: &[String],
        data: &[String],
    ) -> String {
        if self.is_chinese() {
            let tier = tier.map(|tier| format!("（服务等级：{tier}）")).unwrap_or_default();
            let uses = if uses.is_empty() { String::new() } else { format!("，用于{}", uses.join("、")) };
            let data = if data.is_empty() { String::new() } else { format!("（{}）", data.join("、")) };
            return format!(
                "我们使用或计划使用 {product} 的API{tier}{uses}。我们的请求可能包含个人数据{data}。在发送此类数据之前，我们必须了解贵方如何处理\
                 这些数据，这是GDPR第5条第2款、第24条、第28条、第32条以及第五章对我们的要求。我们已查阅贵方公布的资料。以下各点仍不明确，\
                 或者我们仅从第三方的报道中获知。"
            );
        }
        let tier = tier.map(|tier| format!(" (tier: {tier})")).unwrap_or_default();
        let uses = if uses.is_empty() { String::new() } else { format!(" for {}", uses.join(", ")) };
        let data = if data.is_empty() { String::new() } else { format!(" ({})", data.join(", ")) };
        format!(
            "we use, or plan to use, the API of {product}{tier}{uses}. Our requests may contain personal data{data}. Before we send such \
             data, we have to know how you process them: Articles 5(2), 24, 28 and 32 and Chapter V of the General Data Protection \
             Regulation (GDPR) oblige us to. We have read what you publish. The points below remained open, or are known to us only from \
             reports of others."
        )
    }

    /// What we ask for, and until when.
    pub(super) fn request(&self, due: Day) -> String {
        let due = self.date(due);
        if self.is_chinese() {
            format!("恳请贵方在{due}之前答复以下问题。本函末尾附有答复表。")
        } else {
            format!(
                "Would you please answer the following questions by {due}? An answer form is at the end of this letter."
            )
        }
    }

    /// What others report, to be confirmed.
    pub(super) fn reported(&self, told: &str, by_letter: bool) -> String {
        match (self.is_chinese(), by_letter) {
            (true, true) => format!("据第三方报道：“{told}”。请在答复表中确认或更正。"),
            (true, false) => format!("据第三方报道：“{told}”。请确认或更正。"),
            (false, true) => format!("Others report: “{told}”. Please confirm or correct this in the form."),
            (false, false) => format!("Others report: “{told}”. Please confirm or correct this."),
        }
    }

    /// What was read long ago.
    pub(super) fn stale(&self, told: &str) -> String {
        if self.is_chinese() {
            format!("我们此前读到：“{told}”。该说法是否仍然有效？")
        } else {
            format!("We read earlier: “{told}”. Is that still so?")
        }
    }

    /// How an answer is written.
    pub(super) fn how(&self, key: &Key, is_to_confirm: bool) -> String {
        let hours = key.unit == "hours";
        let english = match key.kind {
            _ if is_to_confirm => "\"yes\", or the right answer:",
            Type::Enum => "One letter:",
            Type::Enums => "Letters, separated by commas:",
            Type::Number if hours => "Number of hours, or \"none\":",
            Type::Number => "Number of days, or \"none\":",
            Type::Place => "Country (two-letter ISO code):",
            Type::Places => "Countries (two-letter ISO codes, or EU, EEA, GLOBAL):",
            Type::Url => "Web address:",
            Type::Texts | Type::Urls | Type::Hosts | Type::Classes => {
                "Words; separate several by semicolons:"
            }
            Type::Text => "In your words:",
        };
        let chinese = match key.kind {
            _ if is_to_confirm => "“是”，或正确答案：",
            Type::Enum => "请填一个字母：",
            Type::Enums => "请填字母，以逗号分隔：",
            Type::Number if hours => "小时数，或“无”：",
            Type::Number => "天数，或“无”：",
            Type::Place => "国家（ISO两位代码）：",
            Type::Places => "国家（ISO两位代码，或 EU、EEA、GLOBAL）：",
            Type::Url => "网址：",
            Type::Texts | Type::Urls | Type::Hosts | Type::Classes => "文字说明，多项以分号分隔：",
            Type::Text => "文字说明：",
        };
        if self.is_chinese() { chinese.to_owned() } else { english.to_owned() }
    }
}
