//! The printed 《重大投诉申告表》, read back from the PDF: M8.

use app::pdf::{Filed, Printed, Sheet, digest, render};
use domain::calendar::{HalfDay, WorkingCalendar};
use domain::check::Service;
use domain::complaint::{Channel, Complaint, Customer, Matter, PersonRef};
use domain::declaration::{Declaration, Interface, Part, Report, Review, ReviewOutcome, Urgency, Value, Version};
use domain::flow::{self, Context, Flow, Opening};
use domain::grade::{Facts, Grade, suggest};
use domain::id::{BranchId, ComplaintId, ComplaintNumber};
use domain::person::{Viewer, Who};
use domain::place::{Place, Setting};
use domain::time::Timestamp;
use uuid::Uuid;

fn now() -> Timestamp {
    "2026-03-04T01:15:00Z".parse().expect("an instant")
}

fn complaint() -> Complaint {
    let viewer = Viewer { branch: BranchId(Uuid::from_u128(1)), who: Who::House };
    let calendar = WorkingCalendar::china();
    let context = Context {
        now: now(),
        viewer: &viewer,
        calendar: &calendar,
        half_day: HalfDay::Hours,
        policy: domain::policy::Policy::standard(),
        roster: domain::roster::Roster::none(),
    };
    let facts = Facts { channel: Channel::Phone, upstream: false, text: "", level: "", repeats: 0, nearby: 0 };
    let matter = Matter {
        title: String::new(),
        description: "无信号".into(),
        phenomenon: String::new(),
        channel: Channel::Phone,
        level: String::new(),
        service: Service::Voice,
        technology: None,
        occurred: None,
        complained: now(),
        serving_cell: None,
        wanted_by: None,
    };
    let opening = Opening {
        id: ComplaintId(Uuid::from_u128(7)),
        branch: viewer.branch,
        number: ComplaintNumber::new(jiff::civil::date(2026, 3, 4), 42),
        matter,
        place: Place { point: None, precision_metres: None, setting: Setting::Unstated, address: String::new() },
        customer: Customer::default(),
        upstream: None,
        first_owner: PersonRef { id: None, name: "周晓".into() },
        suggestion: suggest(facts, domain::policy::Policy::standard()),
        flow: Some(Flow::Ordinary),
        grade: Some(Grade::Major),
        check: None,
        document: None,
        split_from: None,
    };
    flow::open(opening, &context).complaint
}

fn filled() -> Declaration {
    Declaration {
        report: Report::Progress,
        ordinal: 2,
        interface: Interface::new("渠道服务厅"),
        urgency: Some(Urgency::VeryUrgent),
        next_report: Some(now().plus_seconds(3 * 3_600)),
        customer: "客户：王**，138****1234（A类）\n首问责任人：周晓；联系人：物业李主任".into(),
        scope: "滨江路 8 号 1、2 号楼，约 120 户；同一地点 24 小时内已有 11 件投诉".into(),
        problem: "自 3 月 4 日上午起全楼无信号，不能通话和上网，老人无法呼叫急救".into(),
        claim: "两天内恢复，并书面说明原因".into(),
        source_tracing: "网络核查（2026-03-04 09:15）：停闭或退服，把握大。\n1. 滨江基站 08:50 起停电退服，距离 210 米\n尚不掌握：没有干扰数据。".into(),
        resources: "2026-03-04 09:35 转派网络部：抢修\n2026-03-04 10:05 网络部反馈：油机已到位，2 人值守".into(),
        communication: "2026-03-04 10:15 电话，未联系上：三次无人接听\n2026-03-04 10:40 上门，已联系上：说明停电原因".into(),
        promised: "2026-03-04 11:28 答复客户：三日内复测".into(),
        risk: "有越级或曝光倾向：“曝光”".into(),
        proposal: "油机保障至市电恢复，月底前完成双路供电改造".into(),
    }
}

fn draft(declaration: &Declaration) -> Printed {
    let zone = WorkingCalendar::china().zone().clone();
    render(&Sheet::new(&complaint(), Filed::Draft(declaration), true, now(), &zone)).expect("a sheet")
}

/// The text of all pages without what only parts lines.
fn text(printed: &Printed) -> String {
    let document = lopdf::Document::load_mem(&printed.pdf).expect("a PDF");
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    assert_eq!(pages.len(), printed.pages);
    let text = document.extract_text(&pages).expect("text");
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}').collect()
}

fn flat(words: &str) -> String {
    words.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn m8_the_printed_form_holds_every_part_on_one_page() {
    let form = filled();
    let printed = draft(&form);
    assert_eq!(printed.pages, 1);
    assert_eq!(printed.unknown, Vec::<char>::new());
    let text = text(&printed);
    for part in Part::ALL {
        assert!(text.contains(part.title().0), "{part}: {text}");
        let zone = WorkingCalendar::china().zone().clone();
        for line in form.value(part).said(&zone).lines() {
            assert!(text.contains(&flat(line)), "{part}: {line} is not in {text}");
        }
    }
    for head in
        ["重大投诉申告表", "TS-20260304-0042", "等级：重大", "续报（第2号）", "第1页，共1页", "演示数据", "草稿"]
    {
        assert!(text.contains(&flat(head)), "{head}: {text}");
    }
    assert!(text.contains(&digest(&form)[..16]));
}

#[test]
fn m8_a_reviewed_version_names_reviewer_remarks_and_version_and_is_no_draft() {
    let person = |name: &str| PersonRef { id: None, name: name.into() };
    let version = Version { number: 2, at: now(), by: person("周晓"), declaration: filled() };
    let review = Review {
        by: person("陈主管"),
        at: now().plus_seconds(600),
        outcome: ReviewOutcome::Passed,
        remarks: "补充油机到位时间后报送，回电 13800001234".into(),
    };
    let zone = WorkingCalendar::china().zone().clone();
    let sheet = Sheet::new(&complaint(), Filed::Version(&version, Some(&review)), false, now(), &zone);
    let text = text(&render(&sheet).expect("a sheet"));
    for words in ["陈主管", "2026-03-04 09:25", "通过", "补充油机到位时间后报送，回电138****1234", "第2稿", "周晓"]
    {
        assert!(text.contains(&flat(words)), "{words}: {text}");
    }
    assert!(!text.contains("草稿") && !text.contains("演示数据"), "{text}");
}

#[test]
fn m8_rare_characters_of_names_and_villages_are_not_boxes() {
    let rare = "㛃䶮𬱖";
    let printed = draft(&Declaration { customer: format!("客户：{rare}"), ..filled() });
    assert_eq!(printed.unknown, Vec::<char>::new());
    assert!(text(&printed).contains(rare));
    let beyond = draft(&Declaration { customer: "客户：\u{e000}\u{10fffd}".into(), ..filled() });
    assert_eq!(beyond.unknown, ['\u{e000}', '\u{10fffd}'], "what no font knows is said");
}

#[test]
fn m8_a_long_part_flows_over_pages_and_loses_nothing() {
    let lines: Vec<String> = (1..=150).map(|n| format!("第{n}次联系：客户要求尽快恢复，已说明抢修进展")).collect();
    let unbroken = format!("https://example.org/{}", "a".repeat(600));
    let form = Declaration { communication: format!("{}\n{unbroken}", lines.join("\n")), ..filled() };
    let printed = draft(&form);
    assert!((3..=8).contains(&printed.pages), "{} pages", printed.pages);
    let text = text(&printed);
    assert!(text.contains("第1次联系") && text.contains("第150次联系"));
    assert!(text.contains(&format!("共{}页", printed.pages)), "every page says how many there are");
    assert!(text.contains(&"a".repeat(600)), "a word no line holds is broken");
}

#[test]
fn m8_what_people_write_is_printed_and_never_read_as_markup() {
    let hostile = [
        r#"#include "/etc/passwd""#,
        "#panic()",
        "$x$ #eval(1+1)",
        r"= 标题 *粗* _斜_ `代码` <label> @ref // 注释",
        r#"#read("/etc/passwd") \u{41} #sys.inputs"#,
        "]}\"); #set page(width: 1cm)",
    ];
    let form =
        Declaration { problem: hostile.join("\n"), proposal: "\0\u{7}#import \"@preview/a:1.0.0\"".into(), ..filled() };
    let text = text(&draft(&form));
    for line in hostile.into_iter().chain(["#import \"@preview/a:1.0.0\""]) {
        assert!(text.contains(&flat(line)), "{line}: {text}");
    }
    assert!(!text.contains("root:"), "{text}");
}

#[test]
fn m8_a_missing_part_is_marked_on_the_draft() {
    let form = Declaration { resources: "待补充".into(), interface: None, ..filled() };
    let text = text(&draft(&form));
    assert!(text.contains("必填·未填") && text.contains("（待填写）"), "{text}");
}

#[test]
fn m8_the_same_form_prints_the_same_file_and_a_changed_one_another_digest() {
    let form = filled();
    assert_eq!(draft(&form).pdf, draft(&form).pdf);
    let mut changed = form.clone();
    changed.write(Part::Claim, "一天内恢复", WorkingCalendar::china().zone()).expect("words");
    assert!(matches!(changed.value(Part::Claim), Value::Words("一天内恢复")));
    assert_ne!(digest(&form), digest(&changed));
}
