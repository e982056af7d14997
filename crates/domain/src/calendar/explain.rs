//! A due time explains itself, line by line and in both languages.

use std::fmt::Write as _;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::due::{Stretch, time_of_day};
use super::hours::DAY;
use super::{Budget, Day, DayKind, HalfDay, WorkingCalendar};
use crate::check::Bilingual;
use crate::time::Timestamp;

/// What a line of an explanation speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What the budget means.
    Budget,
    /// Why counting begins later than the start.
    Waited,
    /// A session, or its rest, that was counted.
    Counted,
    /// The session the start lies in, where half days are counted by session: it is not counted.
    NotCounted,
    /// Days nobody works.
    Skipped,
    /// The due time itself.
    Due,
}

/// One line of an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplanationLine {
    /// What the line speaks of.
    pub part: Part,
    /// The first date it speaks of.
    pub first: Date,
    /// The last date it speaks of.
    pub last: Date,
    /// Working seconds counted by this line.
    pub seconds: i64,
    /// The line in words.
    pub text: Bilingual,
}

/// A year the answer rests on whose notice is not loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The year.
    pub year: i16,
    /// The warning in words.
    pub text: Bilingual,
}

impl WorkingCalendar {
    /// One warning per year between start and due whose holidays are not loaded; elapsed time asks no calendar.
    pub(super) fn warnings(&self, start: Timestamp, due: Timestamp, budget: &Budget) -> Vec<Warning> {
        if matches!(budget, Budget::Elapsed { .. }) {
            return Vec::new();
        }
        let years = self.local(start).0.year()..=self.local(due).0.year();
        let unknown = years.filter(|year| !self.knows(*year));
        unknown.map(|year| Warning { year, text: unloaded(year) }).collect()
    }

    pub(super) fn explain(
        &self,
        start: Timestamp,
        due: Timestamp,
        budget: &Budget,
        half_day: HalfDay,
    ) -> Vec<ExplanationLine> {
        let ((first, begin), (last, end)) = (self.local(start), self.local(due));
        let mut lines = vec![line(Part::Budget, first, self.meaning(start, budget, half_day))];
        if !matches!(budget, Budget::Elapsed { .. }) {
            let by_session = matches!((budget, half_day), (Budget::HalfDays(_), HalfDay::Session));
            lines.extend(self.waited(start));
            let worked =
                self.stretches((first, begin)).take_while(|stretch| (stretch.date, stretch.from) < (last, end));
            let worked = worked.map(|stretch| match stretch {
                Stretch { date, until, .. } if date == last => Stretch { until: until.min(end), ..stretch },
                _ => stretch,
            });
            let mut next = first;
            for stretch in worked {
                lines.extend(self.skipped(next, stretch.date));
                lines.push(counted(stretch, self.day(stretch.date), by_session));
                next = stretch.date.tomorrow().unwrap_or(Date::MAX);
            }
        }
        let at = clock(last, end);
        lines.push(line(Part::Due, last, both(format!("到期：{at}"), format!("due: {at}"))));
        lines
    }

    fn meaning(&self, start: Timestamp, budget: &Budget, half_day: HalfDay) -> Bilingual {
        match *budget {
            Budget::Elapsed { days, seconds } => {
                let (mut zh, mut en) = (String::new(), String::new());
                if days > 0 {
                    let _ = write!(zh, "{days} 个自然日（到同一时刻）");
                    let _ = write!(en, "{days} calendar days, to the same time of day");
                }
                if seconds > 0 {
                    let length = length(i64::from(seconds));
                    let plus = if days > 0 { (" 加 ", " and ") } else { ("", "") };
                    let _ = write!(zh, "{}{}", plus.0, length.zh);
                    let _ = write!(en, "{}{}", plus.1, length.en);
                }
                both(
                    format!("自然时间 {zh}，夜间和节假日照计"),
                    format!("elapsed time, {en}: nights and holidays count"),
                )
            }
            Budget::Working(seconds) => {
                let length = length(i64::from(seconds));
                both(format!("工作时间 {}", length.zh), format!("working time, {}", length.en))
            }
            Budget::HalfDays(count) => {
                let (zh, en) = match count {
                    1 => ("半个工作日".to_owned(), "half a working day".to_owned()),
                    _ => (format!("半个工作日 × {count}"), format!("{count} × half a working day")),
                };
                match half_day {
                    HalfDay::Hours => {
                        let all = length(self.half_day_length(start) / 1_000_000 * i64::from(count));
                        both(
                            format!("{zh}，以日工作时间的一半为半日：{}", all.zh),
                            format!("{en}, half the daily working time each: {}", all.en),
                        )
                    }
                    HalfDay::Session => both(
                        format!("{zh}，按时段计：不计开始所在时段，至其后第 {count} 个时段结束"),
                        format!(
                            "{en}, by session: the one begun is not counted, up to the end of number {count} after it"
                        ),
                    ),
                }
            }
        }
    }

    /// Says when counting begins if nobody works at the start.
    fn waited(&self, start: Timestamp) -> Option<ExplanationLine> {
        let (date, micros) = self.local(start);
        let first = self.stretches((date, micros)).next().filter(|stretch| !stretch.begun)?;
        let (at, from) = (clock(date, micros), clock(first.date, first.from));
        let text = both(
            format!("{at} 不在工作时间，自 {from} 起计"),
            format!("{at} is outside working hours: counted from {from}"),
        );
        Some(line(Part::Waited, date, text))
    }

    /// The days from `from` until before `until`, on which nobody works, in runs of the same reason.
    fn skipped(&self, from: Date, until: Date) -> Vec<ExplanationLine> {
        let mut runs: Vec<(Date, Date, Day<'_>)> = Vec::new();
        for date in std::iter::successors(Some(from), |date| date.tomorrow().ok()).take_while(|date| *date < until) {
            let day = self.day(date);
            match runs.last_mut() {
                Some((_, last, same)) if same.kind == day.kind && same.name == day.name => *last = date,
                _ if day.sessions.is_empty() => runs.push((date, date, day)),
                _ => {}
            }
        }
        runs.into_iter().map(|(first, last, day)| skipped_line(first, last, day)).collect()
    }
}

fn skipped_line(first: Date, last: Date, day: Day<'_>) -> ExplanationLine {
    let reason = kind_text(day);
    let (zh, en) = if first == last {
        (weekday_zh(first), weekday_en(first))
    } else {
        (format!("{first} 至 {last}"), format!("{first} to {last}"))
    };
    let text = both(format!("{zh} {}，跳过", reason.zh), format!("{en}: {}, skipped", reason.en));
    ExplanationLine { part: Part::Skipped, first, last, seconds: 0, text }
}

fn counted(stretch: Stretch, day: Day<'_>, by_session: bool) -> ExplanationLine {
    let (from, until) = (time_text(stretch.from), time_text(stretch.until));
    let seconds = (stretch.until - stretch.from) / 1_000_000;
    let minutes = minutes(seconds);
    let (zh_note, en_note) = match day.kind {
        DayKind::MakeUpWorkday | DayKind::LocalWorkday => {
            let kind = kind_text(day);
            (format!("（{}）", kind.zh), format!(" ({})", kind.en))
        }
        DayKind::Workday | DayKind::Weekend | DayKind::Holiday | DayKind::LocalDayOff => <(String, String)>::default(),
    };
    let (zh, en) = (weekday_zh(stretch.date), weekday_en(stretch.date));
    let (part, zh_count, en_count) = match (by_session, stretch.begun) {
        (true, true) => {
            (Part::NotCounted, "开始所在时段，不计".to_owned(), "the session begun, not counted".to_owned())
        }
        (true, false) => (Part::Counted, "计 1 个时段".to_owned(), "1 session counted".to_owned()),
        (false, _) => (Part::Counted, format!("计 {}", minutes.zh), format!("{} counted", minutes.en)),
    };
    let text =
        both(format!("{zh}{zh_note} {from}–{until} {zh_count}"), format!("{en}{en_note} {from}–{until}: {en_count}"));
    let seconds = if part == Part::Counted { seconds } else { 0 };
    ExplanationLine { part, first: stretch.date, last: stretch.date, seconds, text }
}

/// Why a day is worked or not, in words.
fn kind_text(day: Day<'_>) -> Bilingual {
    let name = day.name.cloned().unwrap_or_else(|| both(String::new(), String::new()));
    match day.kind {
        DayKind::Workday => both("工作日", "working day"),
        DayKind::Weekend => both("周末", "weekend"),
        DayKind::Holiday => both(format!("{}放假", name.zh), format!("{} holiday", name.en)),
        DayKind::MakeUpWorkday => both(format!("{}调休上班", name.zh), format!("make-up working day for {}", name.en)),
        DayKind::LocalDayOff => both(format!("本单位放假：{}", name.zh), format!("branch closed: {}", name.en)),
        DayKind::LocalWorkday => both(format!("本单位上班：{}", name.zh), format!("branch open: {}", name.en)),
    }
}

fn unloaded(year: i16) -> Bilingual {
    both(
        format!("{year} 年的节假日安排未载入，按周一至周五计算，到期时间可能有误"),
        format!("the holidays of {year} are not loaded: counted as Monday to Friday, the due time may be wrong"),
    )
}

fn line(part: Part, date: Date, text: Bilingual) -> ExplanationLine {
    ExplanationLine { part, first: date, last: date, seconds: 0, text }
}

fn both(zh: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual { zh: zh.into(), en: en.into() }
}

/// A length in hours, minutes and seconds.
fn length(seconds: i64) -> Bilingual {
    let parts = [(seconds / 3_600, "小时", "h"), (seconds / 60 % 60, "分钟", "min"), (seconds % 60, "秒", "s")];
    let said: Vec<_> = parts.into_iter().filter(|(number, ..)| *number > 0).collect();
    let join =
        |word: fn(&(i64, &'static str, &'static str)) -> String| said.iter().map(word).collect::<Vec<_>>().join(" ");
    both(join(|(number, zh, _)| format!("{number} {zh}")), join(|(number, _, en)| format!("{number} {en}")))
}

/// A length in minutes, and seconds where there are any.
fn minutes(seconds: i64) -> Bilingual {
    match (seconds / 60, seconds % 60) {
        (minutes, 0) => both(format!("{minutes} 分钟"), format!("{minutes} min")),
        (minutes, rest) => both(format!("{minutes} 分钟 {rest} 秒"), format!("{minutes} min {rest} s")),
    }
}

fn clock(date: Date, micros: i64) -> String {
    format!("{date} {}", time_text(micros))
}

/// A time of day as people write it, seconds only where there are any: `14:45`.
fn time_text(micros: i64) -> String {
    if micros == DAY {
        return "24:00".to_owned();
    }
    let time = time_of_day(micros);
    time.strftime(if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" }).to_string()
}

fn weekday_zh(date: Date) -> String {
    let day = match date.weekday() {
        Weekday::Monday => "一",
        Weekday::Tuesday => "二",
        Weekday::Wednesday => "三",
        Weekday::Thursday => "四",
        Weekday::Friday => "五",
        Weekday::Saturday => "六",
        Weekday::Sunday => "日",
    };
    format!("{date} 周{day}")
}

fn weekday_en(date: Date) -> String {
    date.strftime("%Y-%m-%d %a").to_string()
}
