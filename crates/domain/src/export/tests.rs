use uuid::Uuid;

use super::*;
use crate::person::Role;

fn person(number: u128, role: Role) -> Viewer {
    let person = Person {
        id: PersonId(Uuid::from_u128(number)),
        sign_in: format!("p{number}"),
        name: format!("人员{number}"),
        role,
        department: String::new(),
        organisation: None,
        active: true,
    };
    Viewer { branch: BranchId(Uuid::nil()), who: Who::Person(person) }
}

fn of(viewer: &Viewer) -> &Person {
    viewer.person().expect("a person")
}

fn asked(viewer: &Viewer, unmasked: bool, found: u64) -> Asked {
    let asker = PersonRef { id: Some(of(viewer).id), name: of(viewer).name.clone() };
    let (number, reason, selection) = ("EX-20261126-7K2M".to_owned(), "月报".to_owned(), Selection::default());
    let (format, language) = (Format::Csv, Language::Zh);
    Asked { branch: viewer.branch, number, asker, reason, selection, format, language, unmasked, found }
}

fn file() -> FileRef {
    FileRef { rows: 3, bytes: 9, digest: "00".into() }
}

const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);
const ID: ExportId = ExportId(Uuid::nil());

#[test]
fn m6_an_export_is_decided_by_somebody_else_and_fetched_by_its_asker_while_it_is_open() {
    let (asker, leader, other) = (person(1, Role::TeamLeader), person(2, Role::Director), person(3, Role::Handler));
    let request = ask(ID, asked(&asker, false, 3), &asker, NOW).expect("asked").request;
    assert_eq!(
        may_approve(&request, &asker, of(&asker), false),
        Err(Refusal::Own),
        "not by oneself, whatever one's role"
    );
    assert_eq!(fetch(&request, &asker, NOW).err(), Some(Refusal::NotApproved { state: State::Asked }));
    assert_eq!(refuse(&request, &leader, NOW, " ").err(), Some(Refusal::NoReason));
    let approved = approve(&request, &leader, NOW, "", false, file()).expect("approved").request;
    assert_eq!(refuse(&approved, &leader, NOW, "迟了").err(), Some(Refusal::Settled { state: State::Approved }));
    assert_eq!(withdraw(&approved, &asker, NOW).err(), Some(Refusal::Settled { state: State::Approved }));
    for somebody in [&leader, &other] {
        assert_eq!(fetch(&approved, somebody, NOW).err(), Some(Refusal::NotOwn), "not even by who approved it");
    }
    let last = NOW.plus_seconds(OPEN_HOURS * 3_600 - 1);
    let fetched = fetch(&approved, &asker, last).expect("while it is open").request;
    assert_eq!((fetched.fetched, expire(&fetched, &leader, last)), (1, None));
    let over = NOW.plus_seconds(OPEN_HOURS * 3_600);
    assert_eq!(fetch(&fetched, &asker, over).err(), Some(Refusal::Expired), "whoever takes the file away, and when");
    let gone = expire(&fetched, &leader, over).expect("taken away").request;
    assert_eq!((gone.state, expire(&gone, &leader, over)), (State::Expired, None));
    assert_eq!(fetch(&gone, &asker, NOW).err(), Some(Refusal::Expired));
}

#[test]
fn m6_phones_and_names_go_out_in_clear_only_where_both_may_see_them_and_it_was_asked_for() {
    let sees = |role| access::may(&person(9, role), Permission::Unmask);
    let asks = |role| access::may(&person(9, role), Permission::AskExport);
    let approves = |role| access::may(&person(9, role), Permission::ApproveExport);
    let mut granted = 0;
    for asker_role in Role::ALL.into_iter().filter(|role| asks(*role)) {
        let asker = person(1, asker_role);
        let wished = ask(ID, asked(&asker, true, 3), &asker, NOW);
        assert_eq!(wished.is_ok(), sees(asker_role), "{asker_role:?}");
        for decider_role in Role::ALL.into_iter().filter(|role| approves(*role)) {
            let decider = person(2, decider_role);
            let plain = ask(ID, asked(&asker, false, 3), &asker, NOW).expect("masked").request;
            assert_eq!(may_approve(&plain, &decider, of(&asker), false), Ok(()));
            assert_eq!(may_approve(&plain, &decider, of(&asker), true), Err(Refusal::NotUnmasked), "not asked for");
            if let Ok(Decision { request, .. }) = &wished {
                let allowed = may_approve(request, &decider, of(&asker), true);
                assert_eq!(allowed.is_ok(), sees(decider_role), "{asker_role:?} {decider_role:?}");
                granted += u32::from(allowed.is_ok());
            }
        }
    }
    assert!(granted > 0);
}

#[test]
fn m6_what_is_asked_for_has_a_reason_a_size_and_no_phone() {
    let asker = person(1, Role::TeamLeader);
    let tried = |change: fn(&mut Asked)| {
        let mut one = asked(&asker, false, 3);
        change(&mut one);
        ask(ID, one, &asker, NOW).err()
    };
    assert_eq!(tried(|_| {}), None);
    assert_eq!(tried(|one| one.reason = "  ".into()), Some(Refusal::NoReason));
    assert_eq!(tried(|one| one.selection.text = "投诉 19900001234".into()), Some(Refusal::ByPhone));
    assert_eq!(tried(|one| one.found = 0), Some(Refusal::Empty));
    assert_eq!(tried(|one| one.found = 20_000), None);
    assert_eq!(tried(|one| one.found = 20_001), Some(Refusal::TooMany { most: 20_000 }));
    assert_eq!(tried(|one| (one.unmasked, one.found) = (true, 501)), Some(Refusal::TooMany { most: 500 }));
    let mut off = of(&asker).clone();
    off.active = false;
    let request = ask(ID, asked(&asker, false, 3), &asker, NOW).expect("asked").request;
    assert_eq!(may_approve(&request, &person(2, Role::Director), &off, false), Err(Refusal::AskerGone));
}
