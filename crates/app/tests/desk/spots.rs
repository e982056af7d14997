//! M3: closing with a plan finds or registers its place, whoever closes at the same time; first owners are told of it.

use std::sync::Arc;

use app::desk::{Desk, DeskError};
use domain::complaint::{Attribution, Complaint, Intake, Means, Plan, Resolution, SpotChoice};
use domain::flow::{Action, State};
use domain::id::SpotId;
use domain::person::{Role, Viewer, Who};
use domain::place::{Datum, GivenPoint};
use domain::post::{Choice, PostKind};
use domain::spot::{self, ProblemLocation, Status};
use jiff::civil::date;
use rstest::rstest;
use store::SpotQuery;
use store::testing::{Engine, fresh_location};

use crate::common::{at_home, call, enter, now, open, somebody};

struct House {
    desk: Arc<Desk>,
    handler: Viewer,
    _place: store::testing::Place,
}

impl House {
    async fn on(engine: Engine) -> Option<Self> {
        let (location, place) = fresh_location(engine).await?;
        let desk = open(&location, now()).await;
        let handler = enter(&desk, somebody("handler", Role::Handler)).await;
        Some(Self { desk, handler, _place: place })
    }

    /// A complaint so many metres north of the first, answered.
    async fn answered(&self, metres: f64) -> Complaint {
        let intake = Intake { place: at_home(30.65 + metres / 111_195.0), ..call("家里打电话总是断线") };
        let complaint = self.desk.receive(&self.handler, intake).await.expect("received").complaint;
        let contact =
            Action::Contact { means: Means::Call, reached: true, took_place: now(), summary: "已说明".into() };
        let actions = vec![Action::Accept, contact, Action::Reply { text: "此处已规划新站".into() }];
        self.desk.act_all(&self.handler, complaint.id, None, actions, None).await.expect("answered")
    }

    async fn close(&self, complaint: &Complaint, spot: SpotChoice) -> Result<Complaint, DeskError> {
        self.desk.act_all(&self.handler, complaint.id, Some(complaint.version), vec![closing(spot)], None).await
    }

    async fn place_of(&self, complaint: &Complaint) -> Option<ProblemLocation> {
        self.desk.location_of_complaint(&self.handler, complaint.id).await.expect("readable")
    }

    async fn all(&self) -> Vec<ProblemLocation> {
        let query = SpotQuery { limit: 50, ..SpotQuery::default() };
        self.desk.locations(&self.handler, &query).await.expect("readable").rows
    }
}

fn closing(spot: SpotChoice) -> Action {
    Action::Close {
        cause: None,
        attribution: Some(Attribution::Coverage),
        resolution: Some(Resolution::Planned),
        plan: Some(Plan { measure: "新建室分".into(), site: None, expected: date(2026, 9, 1), spot }),
        remark: String::new(),
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn m3_the_nearest_open_place_within_two_hundred_metres_is_taken_unless_somebody_chooses(#[case] engine: Engine) {
    let Some(house) = House::on(engine).await else { return };
    let (first, near, far, own) = (
        house.answered(0.0).await,
        house.answered(150.0).await,
        house.answered(450.0).await,
        house.answered(20.0).await,
    );
    let closed = house.close(&first, SpotChoice::Nearest).await.expect("closed");
    let place = house.place_of(&first).await.expect("a place was registered");
    assert_eq!((place.number.as_str(), place.name.as_str()), ("HD-20260304-0001", "示例区示例路12号"));
    let plan = closed.closure.and_then(|closure| closure.plan).expect("a plan");
    assert_eq!(plan.spot, SpotChoice::This(place.id), "the record names the place it belongs to");

    house.close(&near, SpotChoice::Nearest).await.expect("closed");
    assert_eq!(house.place_of(&near).await.map(|spot| spot.id), Some(place.id));
    house.close(&far, SpotChoice::Nearest).await.expect("closed");
    assert_ne!(house.place_of(&far).await.map(|spot| spot.id), Some(place.id));
    house.close(&own, SpotChoice::New).await.expect("closed");
    assert_ne!(house.place_of(&own).await.map(|spot| spot.id), Some(place.id));
    assert_eq!(house.all().await.len(), 3);
    assert_eq!(house.desk.store().verify().await.expect("readable").problems, []);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn m3_what_is_refused_registers_nothing_and_a_settled_place_is_not_joined(#[case] engine: Engine) {
    let Some(house) = House::on(engine).await else { return };
    let (first, second) = (house.answered(0.0).await, house.answered(10.0).await);
    let without = Action::Close {
        cause: None,
        attribution: Some(Attribution::Coverage),
        resolution: Some(Resolution::Planned),
        plan: None,
        remark: String::new(),
    };
    let refused = house.desk.act_all(&house.handler, first.id, None, vec![without], None).await;
    assert!(matches!(refused, Err(DeskError::Refused(_))), "{refused:?}");
    assert!(house.all().await.is_empty());
    house.close(&first, SpotChoice::Nearest).await.expect("closed");
    let place = house.place_of(&first).await.expect("registered");
    let solve = spot::Action::Solve { text: "已开通".into() };
    let solved = house.desk.act_on_location(&house.handler, place.id, Some(1), &solve).await.expect("done");
    assert_eq!(solved.expect("solved").status, Status::Solved);
    for gone in [place.id, SpotId(uuid::Uuid::from_u128(7))] {
        let refused = house.close(&second, SpotChoice::This(gone)).await.expect_err("settled, or not there");
        assert!(refused.told().zh.contains("另选"), "{refused:?}");
    }
    house.close(&second, SpotChoice::Nearest).await.expect("closed");
    assert_ne!(house.place_of(&second).await.map(|spot| spot.id), Some(place.id), "a new one");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn m3_closings_at_one_place_at_the_same_time_all_belong_to_it(#[case] engine: Engine) {
    let Some(house) = House::on(engine).await else { return };
    let first = house.answered(0.0).await;
    house.close(&first, SpotChoice::Nearest).await.expect("closed");
    let mut others = Vec::new();
    for metres in 1..=6 {
        others.push(house.answered(f64::from(metres)).await);
    }
    let mut closings = tokio::task::JoinSet::new();
    for complaint in others {
        let (desk, handler) = (house.desk.clone(), house.handler.clone());
        let close = vec![closing(SpotChoice::Nearest)];
        closings.spawn(async move { desk.act_all(&handler, complaint.id, Some(complaint.version), close, None).await });
    }
    for closed in closings.join_all().await {
        assert_eq!(closed.expect("closed").state, State::Closed);
    }
    let places = house.all().await;
    assert_eq!(places.iter().map(|place| place.members.len()).collect::<Vec<_>>(), [7]);
    assert_eq!(house.desk.store().verify().await.expect("readable").problems, []);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn m3_a_complaint_reopened_and_closed_otherwise_leaves_its_former_place(#[case] engine: Engine) {
    let Some(house) = House::on(engine).await else { return };
    let complaint = house.answered(0.0).await;
    house.close(&complaint, SpotChoice::Nearest).await.expect("closed");
    let former = house.place_of(&complaint).await.expect("registered");
    let again = vec![Action::Reopen { reason: "仍无信号".into() }, Action::Reply { text: "重新规划".into() }];
    let again = house.desk.act_all(&house.handler, complaint.id, None, again, None).await.expect("answered again");
    house.close(&again, SpotChoice::New).await.expect("closed");
    assert_ne!(house.place_of(&complaint).await.map(|spot| spot.id), Some(former.id));
    let former = house.desk.location_of(&house.handler, former.id).await.expect("readable").expect("there");
    assert_eq!(former.members, [], "counted once");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn m13_first_owners_are_told_in_the_product_and_by_mail_when_a_date_moves(#[case] engine: Engine) {
    let Some(house) = House::on(engine).await else { return };
    let leader = enter(&house.desk, somebody("leader", Role::TeamLeader)).await;
    let owner = house.handler.person().expect("a person").id;
    house
        .desk
        .set_mail(&house.desk.house(), owner, Some("handler@example.org"))
        .await
        .expect("stored")
        .expect("an address");
    house.desk.choose(&house.handler, Choice { webhook: true, ..Choice::default() }).await.expect("chosen");
    let complaint = house.answered(0.0).await;
    house.close(&complaint, SpotChoice::Nearest).await.expect("closed");
    let place = house.place_of(&complaint).await.expect("registered");
    let quiet = spot::Action::Progress { text: "已立项".into(), corrects: None };
    house.desk.act_on_location(&leader, place.id, None, &quiet).await.expect("done").expect("written");
    assert_eq!(house.desk.unseen(&house.handler).await.expect("counted"), 0);

    let moved =
        spot::Action::MoveDate { expected: date(2027, 1, 1), reason: "设备到货晚，联系13800001234".into() };
    let stale = house.desk.act_on_location(&leader, place.id, Some(1), &moved).await;
    assert!(matches!(stale, Err(DeskError::Conflict)), "somebody wrote meanwhile");
    house.desk.act_on_location(&leader, place.id, Some(2), &moved).await.expect("done").expect("moved");
    assert_eq!(house.desk.unseen(&house.handler).await.expect("counted"), 1);
    assert_eq!(house.desk.unseen(&leader).await.expect("counted"), 0, "no customer of the leader's waits for it");
    let posted = house.desk.posted(&house.desk.house(), None, None, 9).await.expect("readable");
    let mut kinds: Vec<_> = posted.iter().map(|one| (one.kind.as_str(), one.owner)).collect();
    kinds.sort_unstable_by_key(|(kind, _)| *kind);
    assert_eq!(kinds, [("mail", Some(owner)), ("webhook", Some(owner))]);
    let mail = posted.iter().find(|one| one.kind == PostKind::Mail).expect("a mail");
    assert!(mail.subject.contains("2027-01-01") && mail.subject.contains("HD-20260304-0001"), "{}", mail.subject);
    let letter = house.desk.letter(&house.handler, mail.id).await.expect("opened").content.expect("one's own").0;
    assert!(letter.contains("设备到货晚") && !letter.contains("13800001234"), "{letter}");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn m3_whoever_takes_in_a_complaint_nearby_can_answer_from_the_plan(#[case] engine: Engine) {
    let Some(house) = House::on(engine).await else { return };
    let complaint = house.answered(0.0).await;
    house.close(&complaint, SpotChoice::Nearest).await.expect("closed");
    let at = |metres: f64| GivenPoint::new(104.06, 30.65 + metres / 111_195.0, Datum::Wgs84).expect("a place").wgs84;
    let known = async |viewer: &Viewer, metres| {
        house.desk.known_locations(viewer, Some(at(metres))).await.expect("readable").len()
    };
    assert_eq!((known(&house.handler, 190.0).await, known(&house.handler, 210.0).await), (1, 0), "within its radius");
    let outside = Viewer {
        who: Who::Person(domain::person::Person {
            role: Role::Contractor,
            organisation: Some("维护甲".into()),
            ..house.handler.person().expect("a person").clone()
        }),
        ..house.handler.clone()
    };
    assert_eq!(known(&outside, 0.0).await, 0, "an outside party sees none of it");
    let place = house.place_of(&complaint).await.expect("registered");
    let progress = spot::Action::Progress { text: "已立项".into(), corrects: None };
    let forbidden = house.desk.act_on_location(&outside, place.id, None, &progress).await;
    assert!(matches!(forbidden, Err(DeskError::Forbidden)), "{forbidden:?}");
}
